"""What was seen of a submission beside findings and numbers: copies, checklists, its own tests, how it grew.

Part of `results.json`; frozen like the rest of the record. Lines start at 1. Text from a submission stands here raw.
"""

from dataclasses import dataclass
from typing import Literal

_STRICT = {"extra": "forbid", "strict": True}


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A block of `lines` lines that stands at two places of the submission."""

    __pydantic_config__ = _STRICT
    path: str
    line: int
    lines: int
    other_path: str
    other_line: int


@dataclass(frozen=True, slots=True)
class Check:
    """One question of a checklist, such as "does the README say how to run it"; `place` is `path` or `path:line`."""

    __pydantic_config__ = _STRICT
    criterion: str
    id: str
    is_met: bool
    why: str
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A comment that asks an analyser to look away; it had no effect, and a reviewer may want to know."""

    __pydantic_config__ = _STRICT
    path: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Planted:
    """A faulty solution of the assignment, and whether the submission's own tests caught it; for reviewers."""

    __pydantic_config__ = _STRICT
    id: str
    is_caught: bool


Against = Literal["starter", "reference"]


@dataclass(frozen=True, slots=True)
class Covered:
    """Which statements of a file the submission's own tests ran, and which they missed, by line."""

    __pydantic_config__ = _STRICT
    path: str
    ran: tuple[int, ...]
    missed: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class OwnTests:
    """What the submission's own test suite did; `coverage` is of branches, 0 to 1; `output` is for reviewers alone."""

    __pydantic_config__ = _STRICT
    tests: int
    passes_reference: bool
    planted: tuple[Planted, ...] = ()
    coverage: float | None = None
    why: str | None = None
    output: str | None = None
    lines: tuple[Covered, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """A file of the submission beside the one of that path in the starter or the reference: a unified diff, capped.

    For reviewers alone: it quotes the reference.
    """

    __pydantic_config__ = _STRICT
    against: Against
    path: str
    added: int
    removed: int
    text: str
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Commit:
    """When something was committed, ISO 8601 in UTC, and how many lines it changed."""

    __pydantic_config__ = _STRICT
    at: str
    lines: int


@dataclass(frozen=True, slots=True)
class Pace:
    """How delivery went over time; `self_reported` unless the times came from a server. Seconds."""

    __pydantic_config__ = _STRICT
    self_reported: bool
    commits: tuple[Commit, ...]
    active_s: float | None
    elapsed_s: float | None
    budget_s: float | None
    rule: str


@dataclass(frozen=True, slots=True)
class Prints:
    """A file's token fingerprints, each a number and the line of its place; what two files share is alike in both."""

    __pydantic_config__ = _STRICT
    path: str
    marks: tuple[tuple[int, int], ...]
