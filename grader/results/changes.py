"""What changed between two runs of a batch, as values: found in `batch/`, shown by `render/`."""

from dataclasses import dataclass
from typing import Literal

from grader.results.model import Verdict

SCHEMA = "grader.batch-comparison/1"

Cause = Literal["submission", "assignment", "images", "weights", "fault", "noise", "others"]


@dataclass(frozen=True, slots=True)
class Side:
    """What one run says of a submission; places and total are None where it has no grade."""

    verdict: Verdict
    total: float | None
    low: float | None
    high: float | None
    place: int | None
    worst: int | None


@dataclass(frozen=True, slots=True)
class Change:
    """A submission whose verdict, place or total is another; `why` in the order of weight."""

    id: str
    name: str
    old: Side
    new: Side
    is_flip: bool
    is_move: bool
    why: tuple[Cause, ...]
    tests: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs side by side: `causes` are what differs between them as a whole."""

    schema: str
    old: str
    new: str
    causes: tuple[str, ...]
    changes: tuple[Change, ...]
    same: int
    only_old: tuple[str, ...]
    only_new: tuple[str, ...]
