"""The geometry of a batch page's drawings: histogram, scatter, heat map, strips, lanes of the leaders. Pure.

Lengths of drawings inside table cells are percents of the cell's width; plots with two axes have units of their own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

_BIN = 5.0  # points a column of the histogram
_TALLEST = 84.0  # pixels of its highest column
_SQUARE = 14.0  # pixels of one submission, where there is room
_LEFT, _WIDTH, _BOTTOM, _HEIGHT = 44.0, 520.0, 330.0, 310.0  # of the scatter plot
_LABELLED = 20  # submissions: with more, the scatter names the frontier alone
_LETTER, _LINE = 6.4, 11.0  # of a label, in the scatter's units


Box = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True, slots=True)
class Square:
    """A submission in the histogram; x and width in percent, y and height in pixels."""

    number: int
    x: float
    y: float
    height: float


def histogram(totals: Sequence[float]) -> tuple[Square, ...]:
    """A square for each total, stacked in columns of five points; `number` is the total's index."""
    columns: dict[int, list[int]] = {}
    for number, total in sorted(enumerate(totals), key=lambda pair: pair[1]):
        columns.setdefault(min(int(total // _BIN), 19), []).append(number)
    tallest = max(map(len, columns.values()), default=1)
    height = min(_SQUARE, _TALLEST / tallest)
    return tuple(
        Square(number, _BIN * column, round(_TALLEST - height * (level + 1), 2), round(height, 2))
        for column, members in columns.items()
        for level, number in enumerate(members)
    )


def floor_of(qualities: Sequence[float]) -> float:
    """Where the scatter's axis of quality starts: a round number below the lowest, at most 60."""
    return min(60.0, 10.0 * (min(qualities, default=0.0) // 10.0))


def place(speed: float, quality: float, floor: float) -> tuple[float, float]:
    """Where a point of the scatter stands."""
    x = _LEFT + speed / 100 * _WIDTH
    return round(x, 1), round(_BOTTOM - (quality - floor) / (100 - floor) * _HEIGHT, 1)


def frontier_path(points: Sequence[tuple[float, float]]) -> str:
    """The stepped line through the frontier, the fastest first; its points as `place` gave them."""
    if not points:
        return ""
    (x, y), *rest = points
    steps = "".join(f"H{px}V{py}" for px, py in rest)
    return f"M{x} {_BOTTOM:g}V{y}{steps}H{_LEFT:g}"


def labels(
    points: Sequence[tuple[float, float]], texts: Sequence[str], wanted: Sequence[bool]
) -> list[tuple[float, float] | None]:
    """A free corner for the label of each point that gets one, first come first served."""
    few = len(points) <= _LABELLED
    taken = [(x - 6, y - 6, x + 6, y + 6) for x, y in points]
    placed: list[tuple[float, float] | None] = []
    for (x, y), text, is_wanted in zip(points, texts, wanted, strict=True):
        corner = _corner(x, y, _LETTER * len(text), taken, is_wanted) if few or is_wanted else None
        placed.append(corner)
    return placed


def _corner(x: float, y: float, width: float, taken: list[Box], is_wanted: bool) -> tuple[float, float] | None:
    """The corner that covers least; where all cover something, only a wanted label stands all the same."""
    left, right = x - 7 - width, x + 7
    options = [
        (right, y - 5),
        (left, y - 5),
        (right, y + 14),
        (left, y + 14),
        (x - width / 2, y - 10),
        (x - width / 2, y + 20),
    ]
    inside = [(a, b) for a, b in options if a >= _LEFT and a + width <= _LEFT + _WIDTH + 24] or options
    boxes = [(a, b - _LINE, a + width, b) for a, b in inside]
    best = min(boxes, key=lambda box: _clashes(box, taken))
    if not is_wanted and _clashes(best, taken):
        return None
    taken.append(best)
    return round(best[0], 1), round(best[3], 1)


def _clashes(box: Box, taken: Sequence[Box]) -> int:
    left, top, right, bottom = box
    return sum(a < right and left < c and b < bottom and top < d for a, b, c, d in taken)


def runs(cells: str) -> Iterator[tuple[int, int, str]]:
    """Equal neighbours as one stretch: start, length, letter."""
    start = 0
    for letter, group in groupby(cells):
        length = sum(1 for _ in group)
        yield start, length, letter
        start += length


# A letter of `Entry.outcomes` -> the class of its block, its top and its height, of 20.
_BLOCKS = {
    "f": ("failed", 0, 20),
    "t": ("timeout", 10, 10),
    "e": ("error", 0, 10),
    "m": ("error", 0, 10),
    "c": ("error", 0, 10),
    "n": ("not_run", 8, 4),
}


def heat(cells: str) -> tuple[tuple[str, str], ...]:
    """A test's row of the heat map: class and path of all blocks that are no pass; one unit wide a submission."""
    paths: dict[str, list[str]] = {}
    for start, length, letter in runs(cells):
        if letter in _BLOCKS:
            kind, top, height = _BLOCKS[letter]
            paths.setdefault(kind, []).append(f"M{start} {top}h{length}v{height}h-{length}z")
    return tuple((kind, "".join(parts)) for kind, parts in paths.items())


def strip(scores: Sequence[float]) -> str:
    """A dot for each score, on three lines so that neighbours show: a path of strokes without length, 100 wide."""
    distinct = dict.fromkeys((round(score, 1), (10, 13, 16)[n % 3]) for n, score in enumerate(scores))
    return "".join(f"M{x:g} {y}h0" for x, y in distinct)
