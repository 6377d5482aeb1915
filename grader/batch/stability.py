"""How much of the order is the weights' and the noise's doing: places over many draws. Pure.

A draw takes each pillar's weight within 20 % of the graded one, and each pillar's score inside its band. What remains of a
place after that can be defended. Method: Monte Carlo, as in Saisana, Saltelli and Tarantola (2005) on composite indicators.
"""

from collections.abc import Sequence
from typing import Protocol

from grader.batch import weights
from grader.results.batch import Entry
from grader.results.model import Pillar, Rubric
from grader.results.standing import Steadiness

DRAWS = 1000
_WEIGHT = 0.2
_PILLARS: tuple[Pillar, ...] = ("correctness", "quality", "speed")


class Rng(Protocol):
    """What is needed of a source of randomness."""

    def uniform(self, a: float, b: float) -> float:
        """A number between both."""

    def random(self) -> float:
        """A number from 0 to 1."""


Band = tuple[float, float]  # a pillar's score: lowest, and how far up it may go


def steadiness(rubric: Rubric, graded: Sequence[Entry], rng: Rng) -> tuple[Steadiness, ...]:
    """Return each entry's places over all draws, in the order given."""
    bands = [tuple(_band(entry, pillar) for pillar in _PILLARS) for entry in graded]
    caps = [float(weights.cap(entry)) for entry in graded]
    places: list[list[int]] = [[] for _ in graded]
    for _ in range(DRAWS if graded else 0):
        drawn = [rubric.pillars.get(pillar, 0.0) * rng.uniform(1 - _WEIGHT, 1 + _WEIGHT) for pillar in _PILLARS]
        totals = [_total(row, drawn, cap, rng) for row, cap in zip(bands, caps, strict=True)]
        for place, number in enumerate(sorted(range(len(totals)), key=totals.__getitem__, reverse=True), 1):
            places[number].append(place)
    return tuple(_summed(entry.id, sorted(mine)) for entry, mine in zip(graded, places, strict=True))


def _total(bands: Sequence[Band | None], drawn: Sequence[float], cap: float, rng: Rng) -> float:
    """One drawn total; what wasn't measured leaves its weight to the rest."""
    whole = earned = 0.0
    for band, weight in zip(bands, drawn, strict=True):
        if band is not None:
            low, reach = band
            whole += weight
            earned += weight * (low + reach * rng.random() if reach else low)
    return min(earned / whole, cap) if whole else 0.0


def _band(entry: Entry, pillar: Pillar) -> Band | None:
    """A pillar's lowest and highest score by its criteria's bands, each weighed by its points."""
    marks = [mark for mark in entry.marks if mark.pillar == pillar and mark.max_points > 0]
    most = sum(mark.max_points for mark in marks)
    if not most:
        return None
    low = sum(mark.ends()[0] * mark.max_points for mark in marks) / most
    high = sum(mark.ends()[1] * mark.max_points for mark in marks) / most
    return low, max(0.0, high - low)


def _summed(id_: str, places: Sequence[int]) -> Steadiness:
    count = len(places)
    return Steadiness(
        id=id_,
        low=places[count * 5 // 100],
        mid=places[count // 2],
        high=places[count * 95 // 100 - 1],
        first=sum(place == 1 for place in places) / count,
        top_3=sum(place <= 3 for place in places) / count,
        top_5=sum(place <= 5 for place in places) / count,
    )
