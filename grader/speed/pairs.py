"""What the examiner tells of a race, as values: pairs of windows, one on each side, and what they cost."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from grader.errors import NotGraded

_MOST = 10**15  # nanoseconds: eleven days
SETUP_NS = 100_000_000  # that much more than the reference may a submission work before the clock starts

Kind = Literal["top", "growth"]


@dataclass(frozen=True, slots=True)
class Window:
    """What one window cost: nanoseconds of CPU, of wall time, of CPU before the first argument; tasks that it started."""

    cpu_ns: int
    wall_ns: int
    setup_ns: int
    tasks: int


@dataclass(frozen=True, slots=True)
class Pair:
    """One pair of windows, for `calls` calls each; `number` is the round's where the kind is `growth`."""

    kind: Kind
    number: int
    size: int
    calls: int
    transfer_ns: int
    candidate: Window
    reference: Window

    def candidate_ns(self) -> int:
        """The candidate's CPU without what handing over costs, at least 1."""
        return max(1, self.candidate.cpu_ns - self.transfer_ns)

    def reference_ns(self) -> int:
        """The reference's, likewise."""
        return max(1, self.reference.cpu_ns - self.transfer_ns)

    def charged_ns(self) -> int:
        """What the candidate worked before the clock started, beyond the reference and an allowance for imports."""
        return max(0, self.candidate.setup_ns - self.reference.setup_ns - SETUP_NS)

    def ratio(self) -> float:
        """Candidate over reference; work that was moved to the import is charged to each window."""
        return (self.candidate_ns() + self.charged_ns()) / self.reference_ns()


def pair(message: Mapping[str, object]) -> Pair:
    """Read a `pair` message.

    Raises:
        NotGraded: it is none.
    """
    numbers = [message.get(name) for name in ("number", "size", "calls", "transfer_ns")]
    kind = message.get("kind")
    if kind not in ("top", "growth") or not all(_is_count(number) for number in numbers):
        raise fault("a pair of timings that is none")
    windows = [_window(message.get(side)) for side in ("candidate", "reference")]
    return Pair(kind, *numbers, *windows)  # type: ignore[arg-type]


def _window(told: object) -> Window:
    if not isinstance(told, list) or len(told) != 4 or not all(_is_count(number) for number in told):
        raise fault("a pair of timings that is none")
    return Window(*told)


def _is_count(number: object) -> bool:
    return type(number) is int and 0 <= number < _MOST


def fault(what: str) -> NotGraded:
    """A failure of the race that is nobody's but ours."""
    return NotGraded(
        "G321",
        f"the race failed: {what}",
        "This is a fault of the grader or of its container engine, so it says nothing about the submission.",
        "Repeat the command; if it fails again, look at: grader doctor. The submission was not graded.",
    )
