"""How much of the order is the weights' and the noise's doing: places over many draws. Pure.

A draw takes each pillar's weight within 20 % of the graded one, and each pillar's score inside its band. What remains of a
place after that can be defended. Method: Monte Carlo, as in Saisana, Saltelli and Tarantola (2005) on composite indicators.
"""

from collections.abc import Sequence
from typing import Protocol

from grader.batch import totals
from grader.results.batch import Entry
from grader.results.model import Pillar, Rubric
from grader.results.standing import Steadiness

DRAWS = 1000
_WEIGHT = 0.2


class Rng(Protocol):
    """What is needed of a source of randomness."""

    def uniform(self, a: float, b: float) -> float:
        """A number between both."""

    def random(self) -> float:
        """A number from 0 to 1."""


Band = tuple[float, float]  # a pillar's score: lowest, and how far up it may go


def steadiness(rubric: Rubric, graded: Sequence[Entry], rng: Rng) -> tuple[Steadiness, ...]:
    """Return each entry's places over all draws, in the order given; who is equal in a draw shares its place."""
    bands = [[_band(entry, pillar) for pillar in totals.PILLARS] for entry in graded]
    caps = [float(totals.cap(entry)) for entry in graded]
    is_geometric = rubric.balance == "geometric"
    places: list[list[int]] = [[] for _ in graded]
    for _ in range(DRAWS if graded else 0):
        weights = [rubric.pillars.get(pillar, 0.0) * rng.uniform(1 - _WEIGHT, 1 + _WEIGHT) for pillar in totals.PILLARS]
        drawn = [
            min(totals.blended([_drawn(band, rng) for band in row], weights, is_geometric=is_geometric), cap)
            for row, cap in zip(bands, caps, strict=True)
        ]
        for mine, place in zip(places, _places(drawn), strict=True):
            mine.append(place)
    return tuple(_summed(entry.id, sorted(mine)) for entry, mine in zip(graded, places, strict=True))


def _drawn(band: Band | None, rng: Rng) -> float | None:
    if band is None:
        return None
    low, reach = band
    return low + reach * rng.random() if reach else low


def _places(drawn: Sequence[float]) -> list[int]:
    """Each total's place: one more than there are better ones."""
    first: dict[float, int] = {}
    for place, value in enumerate(sorted(drawn, reverse=True), 1):
        first.setdefault(value, place)
    return [first[value] for value in drawn]


def _band(entry: Entry, pillar: Pillar) -> Band | None:
    found = entry.pillar(pillar)
    return (found[1], max(0.0, found[2] - found[1])) if found else None


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
