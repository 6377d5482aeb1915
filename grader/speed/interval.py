"""The median of paired ratios, with an interval that assumes no distribution."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

FEWEST = 6  # pairs, below which no such interval reaches 95 %


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with its bounds, without unit; low <= value <= high."""

    value: float
    low: float
    high: float

    def half_width(self) -> float:
        """The larger distance to a bound, as a share of the value."""
        return max(self.high - self.value, self.value - self.low) / self.value


def median(ratios: Sequence[float], confidence: float = 0.95) -> Interval:
    """Return the median of candidate / reference ratios with its order-statistics interval.

    Args:
        ratios: 6 or more, each above 0.
        confidence: 0 to 1.

    Raises:
        ValueError: too few ratios for such an interval.

    Source: Hahn and Meeker, Statistical Intervals (1991), chapter 5: binomial ranks of the median.
    """
    ordered, count = sorted(ratios), len(ratios)
    rank = _rank(count, confidence)
    if rank < 1:
        raise ValueError(f"{count} pairs are too few for an interval of {confidence:.0%}")
    middle = (ordered[(count - 1) // 2] + ordered[count // 2]) / 2
    return Interval(middle, ordered[rank - 1], ordered[count - rank])


def _rank(count: int, confidence: float) -> int:
    """The largest rank r for which the r-th smallest and the r-th largest still enclose the median often enough."""
    below, rank = 0.0, 0
    while rank < count:
        below += math.comb(count, rank) / 2**count
        if 1 - 2 * below < confidence:
            break
        rank += 1
    return rank


def slope(points: Sequence[tuple[float, float]]) -> float | None:
    """Return the least-squares slope of ln(time) on ln(size); None for fewer than three points above 0."""
    logs = [(math.log(size), math.log(seconds)) for size, seconds in points if size > 0 and seconds > 0]
    if len(logs) < 3:
        return None
    mean_x, mean_y = (sum(part) / len(logs) for part in zip(*logs, strict=True))
    spread = sum((x - mean_x) ** 2 for x, _ in logs)
    return sum((x - mean_x) * (y - mean_y) for x, y in logs) / spread if spread else None
