"""The speed cases of an assignment: a submission against the reference, as Timings.

The examiner runs the pairs and checks every answer; here they become ratios with an interval, and it is decided when
enough is known.
"""

import statistics
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from grader.assignment.model import Assignment, SpeedCase
from grader.errors import NotGraded
from grader.results.model import SizePoint, Timing
from grader.sandbox.protocol import Service
from grader.speed import interval

_ENOUGH = 0.05  # an interval this narrow, as a share of its value, needs no more pairs
_FEWEST = 9
_CANDIDATE, _REFERENCE = 0, 1
_SLACK_S = 60.0

State = Literal["measured", "wrong", "not_measured"]
Step = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Pair:
    """One pair of windows; nanoseconds of CPU and of wall time for `calls` calls each."""

    size: int
    calls: int
    candidate_ns: int
    reference_ns: int
    candidate_wall_ns: int
    reference_wall_ns: int

    def ratio(self) -> float:
        """Candidate over reference."""
        return self.candidate_ns / self.reference_ns


@dataclass(slots=True)
class _Heard:
    """What has arrived of one case so far."""

    case: SpeedCase
    pairs: list[Pair] = field(default_factory=list)
    is_enough: bool = False

    def top(self) -> list[Pair]:
        return [pair for pair in self.pairs if pair.size == self.case.sizes[-1]]


def not_measured(cases: Sequence[SpeedCase], why: str) -> tuple[Timing, ...]:
    """The cases of a run in which none could be timed."""
    return tuple(Timing(case.id, 0, None, None, None, why, "not_measured") for case in cases)


def race(service: Service, assignment: Assignment, seed: int, step: Step) -> tuple[Timing, ...]:
    """Race the submission on slot 0 against the reference on slot 1; both candidates have been started.

    Raises:
        NotGraded: the examiner failed.
    """
    run = uuid.uuid4().hex  # of this race alone: what one that was given up still says is nobody's any more
    cases, budget_s = assignment.rules.speed, assignment.rules.limits.speed_s
    service.send(
        {
            "type": "race",
            "run": run,
            "assignment": assignment.digest,
            "candidate": _CANDIDATE,
            "reference": _REFERENCE,
            "seed": seed,
            "budget_s": budget_s,
            "cases": [{"id": c.id, "call": c.call, "inputs": c.inputs, "sizes": list(c.sizes)} for c in cases],
        }
    )
    deadline, timings = time.monotonic() + budget_s * 2 + _SLACK_S, []
    for number, case in enumerate(cases):
        step(number, len(cases), case.id)
        timings.append(_listen(service, run, _Heard(case), deadline))
    return tuple(timings)


def _listen(service: Service, run: str, heard: _Heard, deadline: float) -> Timing:
    while (message := service.receive(max(0.0, deadline - time.monotonic()))) is not None:
        if message.get("run") not in (None, run):
            continue
        type_ = message.get("type")
        if type_ == "pair" and message.get("case") == heard.case.id:
            heard.pairs.append(_pair(message))
            _say_enough(service, heard)
        elif type_ == "raced" and message.get("case") == heard.case.id:
            return timing(heard.case, heard.pairs, str(message.get("state")), message.get("why"))
        elif type_ == "fault":
            raise _fault(str(message.get("message"))[:300])
    raise _fault("no answer in time")


def _say_enough(service: Service, heard: _Heard) -> None:
    ratios = [pair.ratio() for pair in heard.top()]
    if not heard.is_enough and len(ratios) >= _FEWEST and interval.median(ratios).half_width() < _ENOUGH:
        heard.is_enough = True
        service.send({"type": "enough", "slot": _CANDIDATE, "case": heard.case.id})


def timing(case: SpeedCase, pairs: Sequence[Pair], state: str, why: object) -> Timing:
    """Return what the pairs of a case say: the ratio at the largest size, the growth over all sizes.

    Args:
        case: the case.
        pairs: all its pairs.
        state: `measured`, `wrong` or `not_measured`, by the examiner's word.
        why: one sentence, where it isn't measured.
    """
    top = [pair for pair in pairs if pair.size == case.sizes[-1]]
    reason = str(why)[:300] if why is not None else None
    if state != "measured" or len(top) < interval.FEWEST:
        known: State = "wrong" if state == "wrong" else "not_measured"
        return Timing(
            case.id, len(top), None, None, None, state=known, why=reason or "too few pairs within the time limit"
        )
    ratio = interval.median([pair.ratio() for pair in top])
    points = _points(case, pairs)
    return Timing(
        case=case.id,
        pairs=len(top),
        ratio=ratio.value,
        low=ratio.low,
        high=ratio.high,
        inconclusive=ratio.half_width() > _ENOUGH,
        sizes=points,
        slope=interval.slope([(point.size, point.candidate_s) for point in points]),
        slope_reference=interval.slope([(point.size, point.reference_s) for point in points]),
        candidate_s=points[-1].candidate_s,
        reference_s=points[-1].reference_s,
        wall_ratio=statistics.median(pair.candidate_wall_ns / pair.reference_wall_ns for pair in top),
    )


def _points(case: SpeedCase, pairs: Sequence[Pair]) -> tuple[SizePoint, ...]:
    by_size: dict[int, list[Pair]] = {size: [] for size in case.sizes}
    for pair in pairs:
        by_size.setdefault(pair.size, []).append(pair)
    return tuple(
        SizePoint(
            size,
            statistics.median(pair.candidate_ns / pair.calls for pair in found) / 1e9,
            statistics.median(pair.reference_ns / pair.calls for pair in found) / 1e9,
        )
        for size, found in sorted(by_size.items())
        if found
    )


def _pair(message: Mapping[str, object]) -> Pair:
    values = [message.get(name) for name in Pair.__slots__]
    if not all(type(value) is int and 0 < value < 10**15 for value in values):
        raise _fault("a pair of timings that is none")
    return Pair(*values)  # type: ignore[arg-type]


def _fault(what: str) -> NotGraded:
    return NotGraded(
        "G321",
        f"the race failed: {what}",
        "This is a fault of the grader or of its container engine, so it says nothing about the submission.",
        "Repeat the command; if it fails again, look at: grader doctor. The submission was not graded.",
    )
