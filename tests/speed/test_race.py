"""The host's side of a race: when it has enough, what it makes of two clocks, and what it does not believe."""

from pathlib import Path

import pytest

from grader.assignment.model import Assignment, Door, Rules, SpeedCase
from grader.errors import NotGraded
from grader.speed import race
from grader.speed.race import Course, Raced

SIZES = (1000, 2000, 4000, 8000, 16000, 32000)
CASE = SpeedCase("sum", "answer:total", "tests/speed/sum.py", SIZES)
ONE = SpeedCase("sum", "answer:total", "tests/speed/sum.py", (1000,))


def course(*cases):
    rules = Rules("grader.assignment/1", "sample", Door("import", ("answer",)), speed=cases)
    return Course(Assignment(rules, Path(), "sha256:0", None, None, None), cases, 7, 60.0)


def run(service, *cases, engine=lambda: None):
    return race.race(service, course(*cases), engine, lambda *_: None)


def test_the_request_names_the_cases_the_seed_and_the_time(examiner):
    service = examiner([([], "not_measured", "no")])

    run(service, ONE)

    asked = {name: value for name, value in service.sent[0].items() if name != "run"}
    assert asked == {
        "type": "race",
        "assignment": "sha256:0",
        "candidate": 0,
        "reference": 1,
        "seed": 7,
        "budget_s": 60.0,
        "cases": [{"id": "sum", "call": "answer:total", "inputs": "tests/speed/sum.py", "sizes": [1000]}],
    }


def test_nine_pairs_that_agree_are_enough(examiner, pair_of):
    service = examiner([([pair_of(50 + n % 3) for n in range(12)], "measured", None)])

    raced = run(service, ONE)

    enough = [message for message in service.sent if message["type"] == "enough"]
    assert enough == [{"type": "enough", "slot": 0, "case": "sum", "kind": "top"}]
    assert (raced.timings[0].pairs, raced.timings[0].inconclusive) == (12, False)


def test_pairs_that_differ_are_never_enough_and_the_case_says_so(examiner, pair_of):
    service = examiner([([pair_of(50 + 20 * (n % 2)) for n in range(31)], "measured", None)])

    raced = run(service, ONE)

    assert [message["type"] for message in service.sent] == ["race", "next", "next"]
    assert (raced.timings[0].inconclusive, raced.timings[0].low, raced.timings[0].high) == (True, 1.0, 1.4)


def test_six_rounds_with_sure_slopes_are_enough(examiner, pair_of):
    rounds = [
        pair_of(size / 50, size / 50, kind="growth", number=number, size=size) for number in range(7) for size in SIZES
    ]
    service = examiner([([pair_of(size=32000)] * 9 + rounds, "measured", None)])

    (timing,) = run(service, CASE).timings

    kinds = [message["kind"] for message in service.sent if message["type"] == "enough"]
    assert kinds == ["top", "growth"]
    assert (timing.slope, timing.slope_low, timing.slope_reference) == (
        pytest.approx(1),
        pytest.approx(1),
        pytest.approx(1),
    )


def test_the_record_names_the_clock(examiner):
    assert run(examiner([([], "not_measured", "no")]), ONE).clock == "cgroup v2 cpu.stat"


@pytest.mark.parametrize(
    ("engine", "state", "cross_check"),
    [
        ([5_000, 1_005_000], "measured", 0.0),
        ([5_000, 1_015_000], "measured", 0.0099),
        ([5_000, 1_035_000], "not_measured", 0.0291),
        ([None, None], "measured", None),
    ],
)
def test_two_clocks_that_differ_by_more_than_two_per_cent_are_none(examiner, pair_of, engine, state, cross_check):
    service, figures = examiner([([pair_of()] * 9, "measured", None)], [0, 1_000_000]), iter(engine)

    (timing,) = run(service, ONE, engine=lambda: next(figures)).timings

    assert (timing.state, timing.cross_check) == (state, cross_check and pytest.approx(cross_check, abs=1e-4))
    if state == "not_measured":
        assert timing.why == "the engine's clock and the container's own differ by 2.9%"


def test_the_second_clock_is_read_while_everything_rests(examiner, pair_of):
    service = examiner([([pair_of()] * 6, "measured", None)], [0, 10])
    asked_after = []

    run(service, ONE, engine=lambda: asked_after.append(len(service.sent)) or 10)

    assert asked_after == [1, 2]  # after the race was asked for, and before each `next`
    assert [message["type"] for message in service.sent] == ["race", "next", "next"]


def test_a_wrong_answer_keeps_the_examiners_reason(examiner, pair_of):
    service = examiner([([pair_of()] * 3, "wrong", "a wrong answer at size 1000")])

    (timing,) = run(service, ONE).timings

    assert (timing.state, timing.ratio, timing.pairs, timing.why) == ("wrong", None, 3, "a wrong answer at size 1000")


def test_five_pairs_are_too_few(examiner, pair_of):
    (timing,) = run(examiner([([pair_of()] * 5, "measured", None)]), ONE).timings

    assert (timing.state, timing.why) == ("not_measured", "5 pairs within the time limit are too few: 6 are needed")


@pytest.mark.parametrize(
    "message",
    [
        {"type": "pair", "case": "sum"},
        {"type": "pair", "case": "sum", "kind": "top", "number": 1, "size": 1, "calls": 1, "transfer_ns": True},
        {
            "type": "pair",
            "case": "sum",
            "kind": "top",
            "number": 1,
            "size": 1,
            "calls": 1,
            "transfer_ns": 0,
            "candidate": [1, 2, 3, -4],
        },
        {"type": "pair", "case": "sum", "kind": "other", "number": 1, "size": 1, "calls": 1, "transfer_ns": 0},
    ],
)
def test_a_pair_that_is_none_is_a_failure_of_ours(examiner, message):
    with pytest.raises(NotGraded) as raised:
        run(examiner([([message], "measured", None)]), ONE)

    assert str(raised.value.what) == "the race failed: a pair of timings that is none"
    assert raised.value.code == "G321"


def test_an_examiner_that_says_no_more_is_a_failure_of_ours(examiner):
    service = examiner([([], "measured", None)])
    service.receive = lambda _timeout_s: None

    with pytest.raises(NotGraded, match="no answer in time"):
        run(service, ONE)


def test_a_fault_of_the_examiner_is_a_failure_of_ours(examiner):
    service = examiner([([{"type": "fault", "message": "KeyError: 'x'"}], "measured", None)])

    with pytest.raises(NotGraded, match="the race failed: KeyError"):
        run(service, ONE)


def test_no_case_is_no_race():
    assert Raced() == Raced((), "", None)
