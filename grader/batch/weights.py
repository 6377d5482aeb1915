"""Totals as functions of the speed weight: who stands where at which weight, exactly. Pure.

A total is a straight line in the weight, cut off at a cap: total(w) = c + last * ((span - w) * q + w * s) / (100 * span).
So the places change at crossings of such lines alone, and those are computed in fractions, not sampled.
"""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from grader.results.batch import Batch, Entry, Mark
from grader.results.model import Pillar
from grader.results.standing import Stretch, Weighing

_PLACES = 3
_STEPS = 1000  # of the sweep, where totals are no lines
_FLOOR = Fraction(5)  # of a pillar in a geometric mean, so that one zero doesn't wipe out the other

_HUNDRED = Fraction(100)


@dataclass(frozen=True, slots=True)
class Line:
    """One submission's total over the speed weight: from `start` at 0 to `end` at the span, at most `cap`."""

    id: str
    start: Fraction
    end: Fraction
    cap: Fraction

    def at(self, share: Fraction) -> Fraction:
        """The total where speed has this share of the span, 0 to 1."""
        return min(self.start + share * self._rise, self.cap)

    def standing(self, share: Fraction) -> tuple[Fraction, Fraction]:
        """The total there, and how it goes on: what comes first in the order just after `share`."""
        value = self.start + share * self._rise
        if value < self.cap:
            return value, self._rise
        return self.cap, Fraction(0) if value > self.cap else min(Fraction(0), self._rise)

    def meets(self, other: "Line") -> Iterator[Fraction]:
        """Where this total equals another's, without those where both go on alike."""
        ways = ((self.start, self._rise), (self.cap, Fraction(0)))
        theirs = ((other.start, other._rise), (other.cap, Fraction(0)))
        for (mine, rise), (its, its_rise) in product(ways, theirs):
            if rise != its_rise:
                share = (its - mine) / (rise - its_rise)
                if 0 < share < 1 and self.at(share) == other.at(share):
                    yield share

    @property
    def _rise(self) -> Fraction:
        return self.end - self.start


def weighing(batch: Batch, entries: Sequence[Entry]) -> Weighing:
    """Return who holds the first places at every speed weight."""
    quality, speed = batch.rubric.pillars.get("quality", 0.0), batch.rubric.pillars.get("speed", 0.0)
    span = quality + speed
    if not span or not entries:
        return Weighing(span, speed, (), True)
    is_exact = batch.rubric.balance == "additive"
    rows = exact([line(entry) for entry in entries]) if is_exact else swept(entries)
    scaled = tuple(tuple(Stretch(s.id, s.start * span, s.end * span) for s in row) for row in rows)
    return Weighing(span, speed, scaled, is_exact)


def exact(lines: Sequence[Line]) -> tuple[tuple[Stretch, ...], ...]:
    """Return the holders of the first places, as stretches of the share 0 to 1 between exact break points."""
    rows: list[list[Stretch]] = [[] for _ in range(min(_PLACES, len(lines)))]
    share = Fraction(0)
    while share < 1:
        leaders = _leaders(lines, share)
        following = min(_events(leaders, lines, share), default=Fraction(1))
        for row, leader in zip(rows, leaders, strict=True):
            _extend(row, leader.id, float(share), float(following))
        share = following
    return tuple(map(tuple, rows))


def _leaders(lines: Sequence[Line], share: Fraction) -> list[Line]:
    """The first places just after a share; equals by id."""

    def key(one: Line) -> tuple[Fraction, Fraction, str]:
        value, rise = one.standing(share)
        return -value, -rise, one.id

    return heapq.nsmallest(_PLACES, lines, key)


def _events(leaders: Iterable[Line], lines: Sequence[Line], after: Fraction) -> Iterator[Fraction]:
    """Where a leader's total meets another's: only there can the first places change."""
    for leader in leaders:
        for other in lines:
            if other is not leader:
                yield from (share for share in leader.meets(other) if share > after)


def swept(entries: Sequence[Entry]) -> tuple[tuple[Stretch, ...], ...]:
    """The same by trying 1,001 weights, for totals that are no lines."""
    rows: list[list[Stretch]] = [[] for _ in range(min(_PLACES, len(entries)))]
    for step in range(_STEPS):
        middle = Fraction(2 * step + 1, 2 * _STEPS)
        order = heapq.nsmallest(_PLACES, [(-geometric(entry, middle), entry.id) for entry in entries])
        for row, (_, id_) in zip(rows, order, strict=True):
            _extend(row, id_, step / _STEPS, (step + 1) / _STEPS)
    return tuple(map(tuple, rows))


def _extend(row: list[Stretch], id_: str, start: float, end: float) -> None:
    if row and row[-1].id == id_:
        start = row.pop().start
    row.append(Stretch(id_, start, end))


def line(entry: Entry) -> Line:
    """A graded entry's total over the share that speed has of what quality and speed give together."""
    correct, last = points(entry, "correctness"), most(entry, "quality") + most(entry, "speed")
    quality, speed = score(entry, "quality"), score(entry, "speed")
    known = quality if quality is not None else speed if speed is not None else Fraction(0)
    start = correct + last * (quality if quality is not None else known) / _HUNDRED
    end = correct + last * (speed if speed is not None else known) / _HUNDRED
    return Line(entry.id, start, end, cap(entry))


def geometric(entry: Entry, share: Fraction) -> float:
    """The total with quality and speed in a weighted geometric mean (neither below 5)."""
    last = most(entry, "quality") + most(entry, "speed")
    quality, speed = (score(entry, pillar) for pillar in ("quality", "speed"))
    known = [(max(part, _FLOOR), weight) for part, weight in ((quality, 1 - share), (speed, share)) if part is not None]
    whole = sum(weight for _, weight in known)
    mean = 1.0
    for part, weight in known:
        mean *= float(part) ** (float(weight / whole) if whole else 1.0)
    return min(float(points(entry, "correctness")) + float(last) * mean / 100, float(cap(entry)))


def points(entry: Entry, pillar: Pillar) -> Fraction:
    """Points that a pillar earned; whole tenths, so exact."""
    return sum((_tenths(mark.points) for mark in _marks(entry, pillar)), Fraction(0))


def most(entry: Entry, pillar: Pillar) -> Fraction:
    """Points that a pillar could earn, after what wasn't measured was spread."""
    return sum((_tenths(mark.max_points) for mark in _marks(entry, pillar)), Fraction(0))


def score(entry: Entry, pillar: Pillar) -> Fraction | None:
    """A pillar's score, 0 to 100; None where it wasn't measured."""
    whole = most(entry, pillar)
    return points(entry, pillar) / whole * 100 if whole else None


def cap(entry: Entry) -> Fraction:
    """The highest total that the entry's unmet gates allow."""
    return min((_tenths(gate.cap) for gate in entry.gates if gate.cap is not None), default=_HUNDRED)


def _marks(entry: Entry, pillar: Pillar) -> Iterator[Mark]:
    return (mark for mark in entry.marks if mark.pillar == pillar)


def _tenths(value: float) -> Fraction:
    return Fraction(round(value * 10), 10)
