"""The speed cases of an assignment: a submission against the reference, as Timings.

The examiner runs the pairs and checks every answer; here it is decided when enough is known, and a second clock is read
between the cases, while nothing runs.
"""

import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from grader.assignment.model import Assignment, SpeedCase
from grader.results.model import Timing
from grader.sandbox.protocol import Service
from grader.speed import interval, timing
from grader.speed.pairs import Kind, Pair, fault, pair

_FEWEST = 9
_FEWEST_ROUNDS, _SURE_SLOPE = 6, 0.05
_CANDIDATE, _REFERENCE = 0, 1
_SLACK_S = 60.0

Step = Callable[[int, int, str], None]
Clock = Callable[[], int | None]


@dataclass(frozen=True, slots=True)
class Raced:
    """What became of a race: a Timing for each case, the name of the clock, and this host's noise as a share of a ratio."""

    timings: tuple[Timing, ...] = ()
    clock: str = ""
    noise: float | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """A race as it is asked for: which cases, from which seed, within how many seconds, with how many pairs at least."""

    assignment: Assignment
    cases: tuple[SpeedCase, ...]
    seed: int
    budget_s: float
    fewest: int = _FEWEST

    def longest_s(self) -> float:
        """What it may take with all that surrounds it, on a busy machine."""
        return self.budget_s * 2 + _SLACK_S


@dataclass(slots=True)
class _Heard:
    """What has arrived of one case so far."""

    case: SpeedCase
    pairs: list[Pair] = field(default_factory=list)
    enough: set[Kind] = field(default_factory=set)

    def of(self, kind: Kind) -> list[Pair]:
        return [pair for pair in self.pairs if pair.kind == kind]


def race(service: Service, course: Course, engine_ns: Clock, step: Step) -> Raced:
    """Race the submission on slot 0 against the reference on slot 1; both candidates have been started.

    Args:
        service: the examiner.
        course: what is raced.
        engine_ns: the engine's figure for the CPU of slot 0's container, in nanoseconds; None where it has none.
        step: told of each case.

    Raises:
        NotGraded: the examiner failed.
    """
    return _Race(service, course, engine_ns).run(step)


class _Race:
    def __init__(self, service: Service, course: Course, engine_ns: Clock) -> None:
        self._service, self._course, self._engine_ns = service, course, engine_ns
        self._run = uuid.uuid4().hex  # of this race alone: what one that was given up still says is nobody's any more
        self._deadline = time.monotonic() + course.longest_s()
        self._clock = ""

    def run(self, step: Step) -> Raced:
        self._service.send(self._request())
        timings, before = [], self._settled()
        for number, case in enumerate(self._course.cases):
            step(number, len(self._course.cases), case.id)
            heard = _Heard(case)
            message = self._listen(heard)
            after = self._settled()
            timings.append(_timing(heard, message, _difference(before, after)))
            before = after
        return Raced(tuple(timings), self._clock)

    def _request(self) -> Mapping[str, object]:
        cases = self._course.cases
        return {
            "type": "race",
            "run": self._run,
            "assignment": self._course.assignment.digest,
            "candidate": _CANDIDATE,
            "reference": _REFERENCE,
            "seed": self._course.seed,
            "budget_s": self._course.budget_s,
            "cases": [{"id": c.id, "call": c.call, "inputs": c.inputs, "sizes": list(c.sizes)} for c in cases],
        }

    def _settled(self) -> tuple[int, int] | None:
        """Both clocks' nanoseconds of the candidate's container at rest; None where one of them has nothing to say."""
        message = self._await(("settled",))
        self._clock = str(message.get("clock") or self._clock)[:100]
        own, engine = message.get("cpu_ns"), self._engine_ns() if message.get("cpu_ns") is not None else None
        self._service.send({"type": "next", "slot": _CANDIDATE, "run": self._run})
        return (own, engine) if isinstance(own, int) and engine is not None else None

    def _listen(self, heard: _Heard) -> Mapping[str, object]:
        while True:
            message = self._await(("pair", "raced"))
            if message.get("case") != heard.case.id:
                continue
            if message["type"] == "raced":
                return message
            heard.pairs.append(pair(message))
            self._say_enough(heard)

    def _say_enough(self, heard: _Heard) -> None:
        found: dict[Kind, bool] = {"top": _is_enough(heard, self._course.fewest), "growth": _is_grown(heard)}
        for kind, is_enough in found.items():
            if kind not in heard.enough and is_enough:
                heard.enough.add(kind)
                self._service.send({"type": "enough", "slot": _CANDIDATE, "case": heard.case.id, "kind": kind})

    def _await(self, types: tuple[str, ...]) -> Mapping[str, object]:
        while (message := self._service.receive(max(0.0, self._deadline - time.monotonic()))) is not None:
            if message.get("run") not in (None, self._run):
                continue
            if message.get("type") == "fault":
                raise fault(str(message.get("message"))[:300])
            if message.get("type") in types:
                return message
        raise fault("no answer in time")


def _is_enough(heard: _Heard, fewest: int) -> bool:
    ratios = [pair.ratio() for pair in heard.of("top")]
    return len(ratios) >= fewest and interval.median(ratios).half_width() < timing.ENOUGH


def _is_grown(heard: _Heard) -> bool:
    """Whether both slopes are known well, or can't be."""
    if not timing.doubles(heard.case.sizes):
        return bool(heard.of("growth"))
    rounds = len(heard.of("growth")) // len(heard.case.sizes)
    if rounds < _FEWEST_ROUNDS:
        return False
    found = timing.slopes(heard.case, heard.of("growth"))
    return all(slope is None or slope.high - slope.low < 2 * _SURE_SLOPE for slope in found)


def _difference(before: tuple[int, int] | None, after: tuple[int, int] | None) -> float | None:
    """How far the engine's clock is from the container's own over one case, as a share."""
    if before is None or after is None:
        return None
    own, engine = (later - earlier for earlier, later in zip(before, after, strict=True))
    return abs(own / engine - 1) if engine > 0 and own > 0 else None


def _timing(heard: _Heard, message: Mapping[str, object], cross_check: float | None) -> Timing:
    why = message.get("why")
    return timing.timing(
        heard.case, heard.pairs, str(message.get("state")), None if why is None else str(why)[:300], cross_check
    )


def not_measured(cases: Sequence[SpeedCase], why: str) -> Raced:
    """The cases of a run in which none could be timed."""
    return Raced(tuple(Timing(case.id, 0, None, None, None, why, "not_measured") for case in cases))


def largest(cases: Sequence[SpeedCase]) -> tuple[SpeedCase, ...]:
    """The same cases at their largest size alone."""
    return tuple(SpeedCase(case.id, case.call, case.inputs, case.sizes[-1:], case.title) for case in cases)
