"""The noise floor: what the reference against itself shows, once."""

import threading
from pathlib import Path

import pytest

from grader.assignment.model import Assignment, Door, Limits, Rules, SpeedCase
from grader.results.model import Timing
from grader.speed import noise
from grader.speed.race import Raced

QUIET = Timing("a", 9, 1.001, 0.995, 1.004)
LOUD = Timing("b", 9, 1.0, 0.96, 1.01)
UNKNOWN = Timing("c", 0, None, None, None, "no", "not_measured")


@pytest.mark.parametrize(
    ("timings", "expected"),
    [((QUIET,), 0.005), ((QUIET, LOUD), 0.04), ((QUIET, UNKNOWN), 0.005), ((UNKNOWN,), None), ((), None)],
)
def test_the_noise_is_the_farthest_end_of_an_interval_from_one(timings, expected):
    assert noise.noise(timings) == (expected and pytest.approx(expected))


def test_it_is_measured_once_however_many_ask():
    floor, asked = noise.Floor(), []

    def measure():
        asked.append(1)
        return Raced((QUIET,))

    threads = [threading.Thread(target=floor.value, args=(measure,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(asked), floor.value(measure)) == (1, pytest.approx(0.005))


@pytest.mark.parametrize(("speed_s", "budget_s"), [(60, 24), (400, 30), (5, 2)])
def test_it_takes_less_than_half_of_the_time_at_the_largest_size(speed_s, budget_s):
    case = SpeedCase("sum", "answer:total", "x.py", (10, 20, 40))
    rules = Rules(
        "grader.assignment/1", "s", Door("import", ("answer",)), limits=Limits(speed_s=speed_s), speed=(case,)
    )

    course = noise.course(Assignment(rules, Path(), "sha256:0", None, None, None), 3)

    assert (course.cases[0].sizes, course.budget_s, course.seed) == ((40,), budget_s, 3)
