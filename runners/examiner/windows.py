"""Timed windows: a container as it was when it came, a new process, and calls under the clock of its supervisor.

The clock runs from the first byte of the arguments to the last byte of the last answer. Every call has an input of its own,
and every answer is checked here.
"""

import contextlib
import pickle
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import arrived
from glass import GlassBroken, Meter, Slot, TimedOut
from inputs import Case

_LAZY, _LAZY_NS = 2, 45_000_000  # times the window's own CPU, and more: what may be spent while its answers are checked
_HOPELESS = 5  # times the reference's CPU: whoever has used that much without an answer earns nothing anyway
_TRANSFER_S = 60.0

Answers = Sequence[Sequence[Any]]  # of each segment, of each call


class Unfit(Exception):
    """The case ends without a ratio; `state` is `wrong` (the submission's doing) or `not_measured`."""

    def __init__(self, state: str, why: str) -> None:
        super().__init__(why)
        self.state = state


@dataclass(frozen=True)
class Segment:
    """Calls of one size that are timed together."""

    size: int
    calls: int


@dataclass(frozen=True)
class Spent:
    """What a segment cost: nanoseconds of CPU, of wall time, of CPU from the new process to the first argument; new tasks."""

    cpu_ns: int
    wall_ns: int
    setup_ns: int
    tasks: int

    def told(self) -> list[int]:
        """The wire's form."""
        return [self.cpu_ns, self.wall_ns, self.setup_ns, self.tasks]


@dataclass(frozen=True)
class Timed:
    """One side's window: what each segment cost, and what was answered."""

    spent: list[Spent]
    answers: list[list[Any]]


@dataclass(frozen=True)
class Patience:
    """How long a window may take: seconds of its own, seconds until the race ends, and the reference's CPU for the same."""

    seconds: float
    left_s: float = 3600.0
    reference_ns: int = 0


class Side:
    """One of the two containers of a race; an import may take `import_s` seconds."""

    def __init__(self, slot: Slot, case: Case, import_s: float, *, is_candidate: bool) -> None:
        self.is_candidate = is_candidate
        self._slot, self._case, self._import_s = slot, case, import_s
        self._began_ns = 0
        self._function: Any = None

    def open(self, number: int, patience: Patience) -> None:
        """Make the container as it was when it came, and have the function in a new process."""
        self._began_ns = self._slot.renew(self._import_s, self._core(number)).cpu_ns
        deadline = time.monotonic() + max(0.1, min(patience.seconds, patience.left_s))
        peer = self._slot.begin(deadline, self._case.derived(f"child {number}"))
        self._function = peer.ask("get", peer.ask("import", self._case.module), self._case.function)

    def read(self) -> Meter:
        """What the container has used so far."""
        return self._slot.read_meter()

    def call(self, arguments: tuple[Any, ...]) -> tuple[int, Any]:
        """Nanoseconds of wall time from the first byte of the arguments to the last of the answer, and the answer."""
        started = time.monotonic_ns()
        answer = self._function(*arguments)
        return time.monotonic_ns() - started, arrived.whole(answer)

    def spent(self, before: Meter, wall_ns: int) -> Spent:
        """What has been spent since a reading."""
        after = self.read()
        setup_ns = max(0, before.cpu_ns - self._began_ns)
        return Spent(after.cpu_ns - before.cpu_ns, wall_ns, setup_ns, max(0, after.tasks - before.tasks))

    def close(self, segments: Sequence[Segment], number: int, timed: Timed, right: Answers | None) -> None:
        """Check every answer, then end the process; an answer that is the same as a right one is right.

        Raises:
            Unfit: a wrong answer, or work that goes on after it.
        """
        before = self.read().cpu_ns
        for at, segment in enumerate(segments):
            for call, answer in enumerate(timed.answers[at]):
                if right is None or not _is_same(answer, right[at][call]):
                    self._check(segment.size, number, call, answer)
        if self.read().cpu_ns - before > sum(one.cpu_ns for one in timed.spent) * _LAZY + _LAZY_NS:
            raise self._unfit("it works on after its answer")
        self._slot.finish()

    def transfer(self, segments: Sequence[Segment], number: int, answers: Answers) -> list[int]:
        """Nanoseconds of CPU for handing the same arguments to a function of ours that does nothing, and answers back."""
        self._slot.renew(self._import_s, self._core(number))
        peer = self._slot.begin(time.monotonic() + _TRANSFER_S, 0)
        spent = []
        for segment, kept in zip(segments, answers, strict=True):
            for answer in kept:
                peer.ask("keep", answer)
            before = self.read().cpu_ns
            for call in range(segment.calls):
                peer.ask("nothing", *self._case.arguments(segment.size, number, call))
            spent.append(self.read().cpu_ns - before)
        self._slot.finish()
        return spent

    def _core(self, number: int) -> int:
        """One for both sides, another one for other inputs: cores differ, and so does what else they have to do."""
        return self._case.derived(f"core {number}")

    @contextlib.contextmanager
    def blamed(self, patience: Patience) -> Iterator[None]:
        """Whatever breaks in this block is this side's doing."""
        try:
            yield
        except TimedOut:
            raise self._late(patience) from None
        except GlassBroken as broken:
            raise self._unfit(f"the process ended ({broken})") from None
        except Unfit:
            raise
        except (Exception, SystemExit) as raised:
            raise self._unfit(f"it raised {type(raised).__name__}") from None

    def _check(self, size: int, number: int, call: int, answer: Any) -> None:
        try:
            self._case.check(size, number, call, answer)
        except GlassBroken:
            raise
        except Exception as wrong:
            raise self._unfit(f"a wrong answer at size {size}") from wrong

    def _late(self, patience: Patience) -> Unfit:
        """Whose fault it is: where the race's own time ran out, only what has worked for long had its chance."""
        if patience.seconds <= patience.left_s:
            return self._unfit(f"no answer within {patience.seconds:.1f} s")
        used_ns = self.read().cpu_ns - self._began_ns
        if self.is_candidate and used_ns > _HOPELESS * patience.reference_ns > 0:
            return Unfit(
                "wrong", f"no answer after {used_ns / patience.reference_ns:.0f} times the reference's CPU time"
            )
        return Unfit("not_measured", "the time limit of all speed cases (speed_s) was used up")

    def _unfit(self, why: str) -> Unfit:
        return Unfit("wrong", why) if self.is_candidate else Unfit("not_measured", f"the reference: {why}")


def together(
    case: Case, sides: Sequence[Side], segments: Sequence[Segment], number: int, patience: Patience
) -> list[Timed]:
    """Time the segments on each side, in one new process each, call by call in turn, so that both meet the same noise.

    While one side works the other waits, and each has a clock of its own. Answers are checked at the end.

    Args:
        case: what is called.
        sides: the one that begins comes first; the reference alone, where a window is calibrated.
        segments: what to call.
        number: which inputs; the same for all sides, and never the same again.
        patience: how long.

    Returns:
        What each side took, in the order of `sides`.

    Raises:
        Unfit: an answer is wrong, late, or none.
    """
    for side in sides:
        with side.blamed(patience):
            side.open(number, patience)
    timed = [Timed([], []) for _ in sides]
    for segment in segments:
        _segment(case, list(zip(sides, timed, strict=True)), segment, number, patience)
    right = None
    for side, found in sorted(zip(sides, timed, strict=True), key=lambda pair: pair[0].is_candidate):
        with side.blamed(patience):
            side.close(segments, number, found, right)
        right = found.answers  # the reference's come first
    return timed


def _segment(
    case: Case, lanes: Sequence[tuple[Side, Timed]], segment: Segment, number: int, patience: Patience
) -> None:
    before, walls = [], [0] * len(lanes)
    for side, timed in lanes:
        with side.blamed(patience):
            before.append(side.read())
        timed.answers.append([])
    for call in range(segment.calls):
        for at, (side, timed) in enumerate(lanes):  # never twice in a row: both come back to a cache the other one used
            arguments = case.arguments(segment.size, number, call)
            with side.blamed(patience):
                wall_ns, answer = side.call(arguments)
            walls[at] += wall_ns
            timed.answers[-1].append(answer)
    for at, (side, timed) in enumerate(lanes):
        with side.blamed(patience):
            timed.spent.append(side.spent(before[at], walls[at]))


def _is_same(answer: Any, other: Any) -> bool:
    """Whether two answers are the same values of the same types, which no code of a candidate decides: by their bytes."""
    try:
        return pickle.dumps(answer) == pickle.dumps(other)
    except Exception:
        return False
