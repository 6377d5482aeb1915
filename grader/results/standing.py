"""How the submissions of a batch stand to each other, as values: computed in `batch/`, shown by `render/`.

Identities are the ids of `batch.json`. Weights are points of speed out of those that quality and speed share.
"""

from dataclasses import dataclass
from typing import Literal

from grader.results.model import Pillar

Flag = Literal["", "nobody", "everybody", "inverted"]


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the ranking: at best `place`, at worst `worst`; tied where another may hold the same best place."""

    id: str
    place: int
    worst: int
    is_tied: bool


@dataclass(frozen=True, slots=True)
class Stretch:
    """Who holds a place between two speed weights; `beside` are the ids of those whose totals equal that one's all along."""

    id: str
    start: float
    end: float
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Weighing:
    """The one free weight: `graded` of `span` points went to speed.

    `rows` hold, for the first places, who stands there from weight to weight; `is_exact` is False where the stretches
    come from a sweep.
    """

    span: float
    graded: float
    rows: tuple[tuple[Stretch, ...], ...]
    is_exact: bool


@dataclass(frozen=True, slots=True)
class Steadiness:
    """Places over all draws: the median with the 5th and 95th percentile, and how often among the first; shares 0 to 1."""

    id: str
    low: int
    mid: int
    high: int
    first: float
    top_3: float
    top_5: float


@dataclass(frozen=True, slots=True)
class Item:
    """What a test tells: `share` passed it; `discrimination` is its correlation with the points of all other tests."""

    index: int
    share: float
    discrimination: float | None
    timeouts: int
    flag: Flag


@dataclass(frozen=True, slots=True)
class Spread:
    """Scores of one pillar (`criterion` is None) or criterion over the batch, with quartiles; 0 to 100."""

    pillar: Pillar
    criterion: str | None
    scores: tuple[float, ...]
    low: float
    mid: float
    high: float
    reference: float | None


@dataclass(frozen=True, slots=True)
class Cluster:
    """Submissions that are alike above the threshold, directly or through others."""

    ids: tuple[str, ...]
    pairs: int
    least: float
    most: float
    lines: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two reviewers agree on what both marked: quadratic weighted kappa, 1 is full agreement, 0 is chance."""

    a: str
    b: str
    marks: int
    kappa: float | None


@dataclass(frozen=True, slots=True)
class Standing:
    """The whole comparison; `order` holds the graded submissions, best first."""

    order: tuple[str, ...]
    places: tuple[Place, ...]
    weighing: Weighing
    frontier: tuple[str, ...]
    draws: int
    steadiness: tuple[Steadiness, ...]
    items: tuple[Item, ...]
    spreads: tuple[Spread, ...]
    clusters: tuple[Cluster, ...]
    agreement: tuple[Agreement, ...]
