"""Measurement to score, 0 to 100; each curve is monotone and explained in one sentence. Pure."""

import itertools
import math
from collections.abc import Sequence

RATIO_FULL, RATIO_NONE = 1.1, 5.0
SLOPE_FULL, SLOPE_NONE = 0.15, 1.0
_BUDGET = ((1.0, 100.0), (1.5, 50.0), (3.0, 0.0))
COPIES_FULL, COPIES_NONE = 3.0, 25.0
COVERED = 0.5


def ratio(value: float) -> float:
    """CPU time relative to the reference: full to 1.1 times, nothing from 5 times, every doubling costs 46 points.

    No reward for beating the reference, so that nobody is drawn into micro-optimising.
    """
    return _clamp(math.log(RATIO_NONE / value) / math.log(RATIO_NONE / RATIO_FULL)) * 100


def steeper(difference: float) -> float:
    """The slope of ln(time) on ln(size) minus the reference's: full to 0.15, nothing from 1.0, linear between.

    A whole 1.0 is what n^2 has over n.
    """
    return _clamp((SLOPE_NONE - difference) / (SLOPE_NONE - SLOPE_FULL)) * 100


def budget(share: float) -> float:
    """Time worked as a share of the budget: full up to 1, half at 1.5, nothing from 3, linear between; no bonus for haste."""
    for (left, upper), (right, lower) in itertools.pairwise(_BUDGET):
        if share <= right:
            return min(upper, upper + (share - left) / (right - left) * (lower - upper))
    return 0.0


def density(layout: float, other: float) -> float:
    """Findings per 100 logical lines: every 4 of layout or 2 of others halve it."""
    return 100 * 2 ** -(layout / 4 + other / 2)


def profile(moderate: float, high: float, very_high: float, tangled: float) -> float:
    """Shares (0 to 1) of code in functions of cyclomatic complexity 11-20, 21-50 and over 50, and in tangled ones.

    Each per cent costs 0.5, 1 or 2 points; a per cent in functions of a cognitive complexity over 15 costs 0.5 more.
    """
    return max(0.0, 100 - 50 * moderate - 100 * high - 200 * very_high - 50 * tangled)


def risk(low: int, medium: int, high: int) -> float:
    """Security findings: each of medium severity halves it, a high one counts as two, four low ones as one."""
    return float(100 * 2 ** -(low / 4 + medium + 2 * high))


def copies(percent: float) -> float:
    """Per cent of the code that stands twice: full to 3, nothing from 25, a straight line between."""
    return _clamp((COPIES_NONE - percent) / (COPIES_NONE - COPIES_FULL)) * 100


def catches(share: float, coverage: float | None) -> float:
    """Share of planted faults that own tests catch; at most 50 where they run less than half of the branches."""
    return min(100 * share, 100.0 if coverage is not None and coverage >= COVERED else 50.0)


def breaches(rules: int, counts: Sequence[int]) -> float:
    """Rules of architecture that were broken, each so often: the first time costs its share, each doubling as much again."""
    return _clamp(1 - sum(1 + math.log2(count) for count in counts) / rules) * 100


def _clamp(value: float) -> float:
    return max(0.0, min(1.0, value))
