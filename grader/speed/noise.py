"""The noise floor of this host: the reference raced against itself, once an assignment.

Two sides of one and the same code differ by noise alone, so whatever ratio they show is what this host can't tell from 1.
"""

import threading
from collections.abc import Callable

from grader.assignment.model import Assignment
from grader.results.model import Timing
from grader.speed.race import Course, Raced, largest

_SHARE, _MOST_S = 0.4, 30.0  # of `speed_s`; seconds


class Floor:
    """The noise of one assignment on this host: measured when it is first asked for, then known."""

    def __init__(self) -> None:
        self._lock, self._is_known = threading.Lock(), False
        self._value: float | None = None

    def value(self, measure: Callable[[], Raced]) -> float | None:
        """The noise as a share of a ratio; None where the reference can't be raced.

        Args:
            measure: races the reference against itself; called once at most.
        """
        with self._lock:
            if not self._is_known:
                self._value, self._is_known = noise(measure().timings), True
            return self._value


def course(assignment: Assignment, seed: int) -> Course:
    """The race that shows it: every case at its largest size, within less than half of the time that a submission has."""
    rules = assignment.rules
    return Course(assignment, largest(rules.speed), seed, min(_MOST_S, _SHARE * rules.limits.speed_s))


def noise(timings: tuple[Timing, ...]) -> float | None:
    """How far from 1 the farthest end of an interval lies; None where nothing was measured."""
    ends = [end for timing in timings if timing.state == "measured" for end in (timing.low, timing.high) if end]
    return max(max(end - 1, 1 - end) for end in ends) if ends else None
