"""What a criterion says: a score with its band, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Mark:
    """A criterion's score with its band, 0 to 100, and why; None: not measured. `parts` is what makes it up, by name."""

    score: float | None
    low: float | None
    high: float | None
    why: str
    parts: Mapping[str, float] = field(default_factory=dict)


def certain(score: float, why: str) -> Mark:
    """A score without a band."""
    return Mark(score, score, score, why)


def none(why: str) -> Mark:
    """Not measured."""
    return Mark(None, None, None, why)
