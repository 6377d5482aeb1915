"""The criteria there are: each one's pillar, and its weight within it where an assignment gives none."""

from collections.abc import Mapping
from dataclasses import dataclass

from grader.assignment.model import Rules, Weighting
from grader.results.model import Pillar


@dataclass(frozen=True, slots=True)
class Place:
    """Where a criterion counts; `weight` is relative to the others of its pillar, 0 shows it as information."""

    pillar: Pillar
    weight: float


CRITERIA: Mapping[str, Place] = {
    "tests": Place("correctness", 100),
    "style": Place("quality", 25),
    "complexity": Place("quality", 20),
    "duplication": Place("quality", 10),
    "own_tests": Place("quality", 20),
    "docs": Place("quality", 10),
    "security": Place("quality", 10),
    "hygiene": Place("quality", 5),
    "architecture": Place("quality", 0),
    "runtime": Place("speed", 70),
    "growth": Place("speed", 30),
    "pace": Place("speed", 0),
}


def weight_of(rules: Rules | Weighting, name: str) -> float:
    """A criterion's weight within its pillar: the given one, else the default."""
    given = rules.criteria.get(name)
    return CRITERIA[name].weight if given is None else given.weight
