"""Windows of a race against the real supervisor: what is timed, what is taken off, who is blamed. Real processes, no container."""

import random
import types

import pytest

CODE = """
import os, time
left = os.path.join(os.path.dirname(os.path.abspath(__file__)), "left")
calls = 0

def rank(numbers):
    return sorted(numbers)

def wrong(numbers):
    return sorted(numbers) if len(numbers) < 50 else numbers

def counted(numbers):
    global calls
    calls += 1
    return calls

def leaves(numbers):
    known = os.path.exists(left)
    open(left, "w").close()
    return known

def hangs(numbers):
    while True:
        pass

kept = []

def late(numbers):
    global calls
    calls += 1
    for out, given in kept:
        out[:] = sorted(given)
    out = sorted(numbers) if calls % 3 == 0 else []
    kept[:] = [(out, numbers)]
    return out

def changes(numbers):
    numbers.sort()
    return numbers[:]
"""


@pytest.fixture
def side(behind_glass):
    """`side(function, is_candidate)` gives a side that calls it, and its case."""
    slot = behind_glass(CODE).slot

    def put(function, check=None, *, is_candidate=True):
        import windows
        from inputs import Case

        def make(seed, size):
            chance = random.Random(seed)
            return ([chance.randrange(size) for _ in range(size)],)

        given = {"id": "rank", "call": f"answer:{function}", "sizes": [100]}
        inputs = types.SimpleNamespace(make=make, check=check or (lambda *_: None))
        case = Case(given, inputs, 7)
        return windows.Side(slot, case, 10.0, is_candidate=is_candidate), case

    return put


def is_sorted(arguments, result):
    assert result == sorted(arguments[0])


def times(side, sizes=(100,), calls=3, number=1, seconds=10.0, **patience):
    import windows

    one, case = side
    segments = [windows.Segment(size, calls) for size in sizes]
    return windows.together(case, [one], segments, number, windows.Patience(seconds, **patience))[0]


def test_every_call_has_its_own_input_and_its_own_answer(side):
    timed = times(side("rank", is_sorted), (100, 200))

    assert [[len(answer) for answer in given] for given in timed.answers] == [[100] * 3, [200] * 3]
    assert len({tuple(answer) for given in timed.answers for answer in given}) == 6
    assert all(spent.cpu_ns > 0 and spent.wall_ns > 0 and spent.setup_ns > 0 for spent in timed.spent)


def test_an_answer_that_comes_with_a_later_one_is_none(side):
    import windows

    with pytest.raises(windows.Unfit, match="a wrong answer at size 100"):
        times(side("late", is_sorted))


def test_a_window_has_a_process_of_its_own(side):
    counted = side("counted")

    assert [times(counted, number=number).answers for number in (1, 2)] == [[[1, 2, 3]], [[1, 2, 3]]]


def test_a_window_finds_no_file_of_the_one_before(side):
    leaving = side("leaves")

    assert [times(leaving, number=number).answers for number in (1, 2)] == [[[False, True, True]]] * 2


def test_an_answer_is_held_against_an_input_that_nobody_has_touched(side):
    assert times(side("changes", is_sorted)).answers[0][0] == sorted(times(side("rank")).answers[0][0])


@pytest.mark.parametrize(
    ("is_candidate", "state", "why"),
    [
        (True, "wrong", "a wrong answer at size 100"),
        (False, "not_measured", "the reference: a wrong answer at size 100"),
    ],
)
def test_a_wrong_answer_is_its_sides_doing(side, is_candidate, state, why):
    import windows

    with pytest.raises(windows.Unfit) as unfit:
        times(side("wrong", is_sorted, is_candidate=is_candidate), (20, 100))

    assert (unfit.value.state, str(unfit.value)) == (state, why)


@pytest.mark.parametrize(
    ("is_candidate", "patience", "state", "why"),
    [
        (True, {"seconds": 0.5}, "wrong", "no answer within 0.5 s"),
        (False, {"seconds": 0.5}, "not_measured", "the reference: no answer within 0.5 s"),
        (
            True,
            {"seconds": 9, "left_s": 0.5, "reference_ns": 10**12},
            "not_measured",
            "the time limit of all speed cases (speed_s) was used up",
        ),
        (True, {"seconds": 9, "left_s": 1.0, "reference_ns": 10**6}, "wrong", "times the reference's CPU time"),
        (
            False,
            {"seconds": 9, "left_s": 0.5},
            "not_measured",
            "the time limit of all speed cases (speed_s) was used up",
        ),
    ],
    ids=["candidate", "reference", "no time left", "no time left yet hopeless", "reference without time"],
)
def test_a_late_answer_is_blamed_on_whoever_had_its_chance(side, is_candidate, patience, state, why):
    import windows

    with pytest.raises(windows.Unfit) as unfit:
        times(side("hangs", is_candidate=is_candidate), **patience)

    assert unfit.value.state == state
    assert str(unfit.value).endswith(why)


def test_what_handing_over_costs_is_measured_with_the_same_values(side):
    import windows

    one, _ = side("rank")
    segments = [windows.Segment(size, 2) for size in (100, 20000)]
    answers = times((one, side("rank")[1]), (100, 20000), calls=2).answers

    small, large = one.transfer(segments, 1, answers)

    assert 0 < small < large


def test_inputs_follow_from_the_seed_and_tell_nothing_of_each_other():
    from inputs import Case

    def case(seed, id_="rank"):
        return Case({"id": id_, "call": "a:b", "sizes": [1]}, types.SimpleNamespace(make=lambda seed, _: (seed,)), seed)

    first = case(7)
    seen = [first.arguments(size, number, call) for size in (1, 2) for number in (1, 2) for call in (0, 1)]

    assert seen[0] == case(7).arguments(1, 1, 0)
    assert len({*seen, case(8).arguments(1, 1, 0), case(7, "other").arguments(1, 1, 0)}) == 10
    assert first.derived("child 1") not in {each for (each,) in seen}
    assert 7 not in {each for (each,) in seen}


def test_a_maker_that_does_not_repeat_itself_is_found():
    from inputs import Case

    honest = types.SimpleNamespace(make=lambda seed, size: ([seed] * size,))
    moody = types.SimpleNamespace(make=lambda _, size: ([random.random() for _ in range(size)],))
    given = {"id": "rank", "call": "a:b", "sizes": [1]}

    assert [Case(given, inputs, 7).is_repeatable(5) for inputs in (honest, moody)] == [True, False]
