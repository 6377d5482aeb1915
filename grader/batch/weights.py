"""Who stands where at which speed weight: the first places from one break point to the next. Pure."""

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from grader.batch import totals
from grader.batch.totals import Total
from grader.results.batch import Batch, Entry
from grader.results.standing import Stretch, Weighing

_PLACES = 3
_STEPS = 1000  # of the sweep, where no formula gives the break points


def weighing(batch: Batch, entries: Sequence[Entry]) -> Weighing:
    """Return who holds the first places at every speed weight."""
    pillars = batch.rubric.pillars
    span, speed = pillars.get("quality", 0.0) + pillars.get("speed", 0.0), pillars.get("speed", 0.0)
    if not span or not entries:
        return Weighing(span, speed, (), True)
    is_exact = batch.rubric.balance == "additive"
    rows = exact([totals.total(entry, pillars) for entry in entries]) if is_exact else swept(entries, pillars)
    scaled = tuple(tuple(Stretch(s.id, s.start * span, s.end * span, s.beside) for s in row) for row in rows)
    return Weighing(span, speed, scaled, is_exact)


def exact(lines: Sequence[Total]) -> tuple[tuple[Stretch, ...], ...]:
    """Return the holders of the first places, as stretches of the share 0 to 1 between exact break points."""
    rows: list[list[Stretch]] = [[] for _ in range(min(_PLACES, len(lines)))]
    by_id = {one.id: one for one in lines}
    share = Fraction(0)
    while share < 1:
        standings = {one.id: one.standing(share) for one in lines}
        leaders = _leaders({id_: tuple(-part for part in found) for id_, found in standings.items()})
        following = min(_events([by_id[id_] for id_ in leaders], lines, share), default=Fraction(1))
        _extend(rows, leaders, standings, (float(share), float(following)))
        share = following
    return tuple(map(tuple, rows))


def _events(leaders: Iterable[Total], lines: Sequence[Total], after: Fraction) -> Iterator[Fraction]:
    """Where a leader's total meets another's: only there can the first places change."""
    for leader in leaders:
        for other in lines:
            if other is not leader:
                yield from (share for share in leader.meets(other) if share > after)


def swept(entries: Sequence[Entry], pillars: Mapping[str, float]) -> tuple[tuple[Stretch, ...], ...]:
    """The same by trying 1,000 weights, where quality and speed are in a geometric mean."""
    rows: list[list[Stretch]] = [[] for _ in range(min(_PLACES, len(entries)))]
    curves = {entry.id: totals.geometric(entry, pillars) for entry in entries}
    for step in range(_STEPS):
        found = {id_: at((step + 0.5) / _STEPS) for id_, at in curves.items()}
        leaders = _leaders({id_: -value for id_, value in found.items()})
        _extend(rows, leaders, found, (step / _STEPS, (step + 1) / _STEPS))
    return tuple(map(tuple, rows))


def _leaders(falling: Mapping[str, Any]) -> list[str]:
    """Who has the smallest of these; equals by id."""
    return [id_ for _, id_ in heapq.nsmallest(_PLACES, ((value, id_) for id_, value in falling.items()))]


def _extend(
    rows: Sequence[list[Stretch]], leaders: Sequence[str], found: Mapping[str, Any], ends: tuple[float, float]
) -> None:
    """Write who holds each place between two weights, by what was found there; as one stretch with the same before it."""
    start, end = ends
    for row, id_ in zip(rows, leaders, strict=True):
        beside = tuple(other for other, value in found.items() if other != id_ and value == found[id_])
        goes_on = row and (row[-1].id, row[-1].beside) == (id_, beside)
        row.append(Stretch(id_, row.pop().start if goes_on else start, end, beside))
