"""What pairs say: ratios without what handing over costs, work before the clock, growth, and remarks."""

import pytest

from grader.assignment.model import SpeedCase
from grader.speed import timing

SIZES = (1000, 2000, 4000, 8000, 16000, 32000)
CASE = SpeedCase("sum", "answer:total", "x.py", SIZES)


def top(pair_of, **fields):
    return [pair_of(size=32000, **fields) for _ in range(9)]


def rounds(pair_of, candidate, reference, sizes=SIZES, count=6):
    """Rounds in which a call takes so many milliseconds at each size."""
    return [
        pair_of(candidate(size), reference(size), kind="growth", number=number, size=size)
        for number in range(count)
        for size in sizes
    ]


def test_what_handing_over_costs_is_taken_off_both_sides(pair_of):
    measured = timing.timing(CASE, top(pair_of, candidate_ms=70, reference_ms=40, transfer_ms=10), "measured", None)

    assert (measured.ratio, measured.candidate_s, measured.reference_s) == (2.0, 0.06, 0.03)


def test_calls_share_their_window(pair_of):
    measured = timing.timing(CASE, top(pair_of, candidate_ms=80, reference_ms=40, calls=4), "measured", None)

    assert (measured.candidate_s, measured.reference_s) == (0.02, 0.01)


@pytest.mark.parametrize(("setup_ms", "ratio"), [(30, 1.0), (130, 1.0), (230, 3.0)])
def test_an_import_may_cost_a_tenth_of_a_second_more_and_the_rest_is_charged(pair_of, setup_ms, ratio):
    measured = timing.timing(CASE, top(pair_of, setup_ms=setup_ms), "measured", None)

    assert measured.ratio == ratio
    assert bool(measured.remarks) == (ratio > 1)


@pytest.mark.parametrize(
    ("fields", "remark"),
    [
        ({"wall_ms": 600}, "wall time is 12 times CPU time: it sleeps or waits"),
        ({"tasks": 1}, "it starts 1 thread or process in each window; their CPU time counts"),
        ({"tasks": 4}, "it starts 4 threads or processes in each window; their CPU time counts"),
        ({"wall_ms": 25}, "CPU time is 2.0 times wall time: it works on several cores"),
        (
            {"setup_ms": 2130},
            "it works 2.00 s longer than it may before the clock starts (import): charged to each window",
        ),
    ],
)
def test_a_remark_says_how_the_time_was_spent(pair_of, fields, remark):
    assert timing.timing(CASE, top(pair_of, **fields), "measured", None).remarks == (remark,)


def test_a_busy_machine_is_no_sleep(pair_of):
    assert timing.remarks(top(pair_of, wall_ms=500, reference_wall_ms=400)) == ()


@pytest.mark.parametrize(
    ("grows", "slope"), [(lambda n: n / 100, 1.0), (lambda n: n * n / 1e5, 2.0), (lambda _: 20.0, 0.0)]
)
def test_the_growth_is_a_slope_beside_the_references(pair_of, grows, slope):
    pairs = top(pair_of) + rounds(pair_of, grows, lambda n: n / 100)

    measured = timing.timing(CASE, pairs, "measured", None)

    assert (measured.slope, measured.slope_reference) == (pytest.approx(slope, abs=1e-6), pytest.approx(1.0))
    assert measured.slope_low == pytest.approx(slope, abs=1e-6)
    assert [point.size for point in measured.sizes] == list(SIZES)


def test_the_interval_of_a_slope_comes_from_its_rounds(pair_of):
    pairs = top(pair_of)
    for number, bend in enumerate([-0.02, -0.01, 0.0, 0.01, 0.02, 0.03]):
        pairs += [
            pair_of((size / 1000) ** (1 + bend) * 10, size / 100, kind="growth", number=number, size=size)
            for size in SIZES
        ]

    measured = timing.timing(CASE, pairs, "measured", None)

    assert [round(value, 3) for value in (measured.slope_low, measured.slope, measured.slope_high)] == [
        0.98,
        1.005,
        1.03,
    ]


@pytest.mark.parametrize(
    ("sizes", "count", "reference"),
    [
        (SIZES[:5], 6, lambda n: n / 100),
        ((1000, 1100, 1200, 1300, 1400, 1500), 6, lambda n: n / 100),
        (SIZES, 5, lambda n: n / 100),
        (SIZES, 6, lambda n: n / 10000),
    ],
    ids=["five sizes", "no doubling", "five rounds", "too short to tell"],
)
def test_a_growth_that_can_not_be_told_has_no_slope(pair_of, sizes, count, reference):
    case = SpeedCase("sum", "answer:total", "x.py", sizes)
    pairs = top(pair_of) + rounds(pair_of, reference, reference, sizes, count)

    measured = timing.timing(case, pairs, "measured", None)

    assert (measured.state, measured.slope, measured.slope_reference) == ("measured", None, None)


def test_points_below_five_milliseconds_do_not_bend_the_slope(pair_of):
    def with_start_up(size):
        return 4.0 if size < 4000 else size / 100

    pairs = top(pair_of) + rounds(pair_of, with_start_up, lambda n: n / 100)

    assert timing.timing(CASE, pairs, "measured", None).slope == pytest.approx(1.0)
