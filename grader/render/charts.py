"""Numbers as positions of a drawing; pure. Templates use these as filters. Numbers as text are the language's."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader.results.model import SizePoint

_RATIO_LOW, _RATIO_HIGH = 0.5, 10.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 48.0, 248.0, 12.0, 166.0  # of the growth plot's drawing area, in its own units


@dataclass(frozen=True, slots=True)
class Plot:
    """A growth plot's geometry: grid rows and columns with their labels, and both lines' points."""

    rows: tuple[tuple[float, str], ...]
    columns: tuple[tuple[float, str], ...]
    mine: tuple[tuple[float, float], ...]
    reference: tuple[tuple[float, float], ...]
    label_mine: float
    label_reference: float


def percent(value: float) -> str:
    """0 to 100 as a length."""
    return f"{value:.2f}".rstrip("0").rstrip(".") + "%"


def ratio_x(value: float) -> float:
    """Where a ratio stands on the axis from 0.5 to 10 times, 0 to 100."""
    held = min(_RATIO_HIGH, max(_RATIO_LOW, value))
    return 100 * math.log(held / _RATIO_LOW) / math.log(_RATIO_HIGH / _RATIO_LOW)


def limit_share(used_s: float, limit_s: float) -> float:
    """How far a time reaches on the logarithmic axis from 1 ms to the limit, 0 to 100."""
    reach = math.log10(max(limit_s, 0.002) / 0.001)
    return max(0.0, min(100.0, 100 * math.log10(max(used_s, 0.001) / 0.001) / reach))


def growth(points: Sequence[SizePoint], seconds: Callable[[float], str]) -> Plot:
    """The geometry of a growth plot; both axes are logarithmic. `seconds` labels a time."""
    times = [time for point in points for time in (point.candidate_s, point.reference_s)]
    decades = range(math.floor(math.log10(min(times))), math.ceil(math.log10(max(times))) + 1)
    if len(decades) < 2:
        decades = range(decades[0], decades[0] + 2)
    sizes = [point.size for point in points]

    def x(size: float) -> float:
        return round(_LEFT + (_RIGHT - _LEFT) * _part(size, sizes[0], sizes[-1]), 1)

    def y(time: float) -> float:
        return round(_BOTTOM - (_BOTTOM - _TOP) * _part(time, 10.0 ** decades[0], 10.0 ** decades[-1]), 1)

    mine = tuple((x(point.size), y(point.candidate_s)) for point in points)
    reference = tuple((x(point.size), y(point.reference_s)) for point in points)
    above, below = _apart(mine[-1][1] + 4, reference[-1][1] + 4)
    rows = tuple((y(10.0**decade), seconds(10.0**decade)) for decade in decades)
    shown = [sizes[0], sizes[len(sizes) // 2], sizes[-1]]
    columns = tuple((x(size), _short(size)) for size in dict.fromkeys(shown))
    return Plot(rows, columns, mine, reference, above, below)


def iso_line(rest: float, speed: float, quality: float) -> tuple[float, float, float, float] | None:
    """Where a line of equal total crosses the unit square, 0 to 100 on both axes; None where it doesn't.

    Args:
        rest: points that speed and quality must give together.
        speed: points that a speed pillar of 100 gives.
        quality: points that a quality pillar of 100 gives.
    """
    ends = []
    if quality > 0:
        ends += [(0.0, 100 * rest / quality), (100.0, 100 * (rest - speed) / quality)]
    if speed > 0:
        ends += [(100 * rest / speed, 0.0), (100 * (rest - quality) / speed, 100.0)]
    inside = sorted(
        {(round(s, 3), round(q, 3)) for s, q in ends if -1e-6 <= s <= 100.000001 and -1e-6 <= q <= 100.000001}
    )
    return (*inside[0], *inside[-1]) if len(inside) > 1 else None


def _part(value: float, low: float, high: float) -> float:
    return math.log(value / low) / math.log(high / low) if high > low else 0.5


def _apart(first: float, second: float) -> tuple[float, float]:
    """Two labels, pushed apart until both can be read."""
    if abs(first - second) >= 14:
        return first, second
    middle = (first + second) / 2
    return (middle - 7, middle + 7) if first <= second else (middle + 7, middle - 7)


def _short(size: int) -> str:
    return f"{size // 1000}k" if size >= 1000 and size % 1000 == 0 else str(size)


FILTERS: Mapping[str, Callable[..., Any]] = {
    "pc": percent,
    "rx": lambda value: percent(ratio_x(value)),
    "rest": lambda value: percent(100 - ratio_x(value)),
    "half": lambda value: f"{value:.1f}",
    "fx": lambda value, start: percent(100 * (value - start) / (100 - start)),  # on an axis from `start` to 100
    "span": lambda length, start: percent(100 * length / (100 - start)),
    "bx": lambda value: f"{44 + value * 3.2:.1f}",
    "by": lambda value: f"{264 - value * 2.4:.1f}",
}
