"""Run the hidden tests in the examiner, with the submission behind glass.

    collect(assignment) -> Suite              once an assignment; the trusted list of tests
    examine(suite, snapshot) -> Examined      once a submission; every expected test has an outcome

The examiner decides each outcome. This module starts the candidate's container, replaces it when the examiner asks,
and turns what arrives into tests with points.
"""

import re
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass

from grader.assignment import load
from grader.assignment.model import Assignment, TestGroup
from grader.errors import NotGraded, UsageError
from grader.examine import wire
from grader.examine.contrary import Draw
from grader.intake.snapshot import Snapshot
from grader.results.model import Test
from grader.sandbox import archive
from grader.sandbox.protocol import Candidate, End, Limits, Sandbox, Service

_COLLECT_S = 120.0
_SLACK_S = 60.0  # beyond the suite's own limit, for containers that start on a busy machine
_PLACE = re.compile(r"[^\s'\"]*/hidden/")  # where the examiner keeps the tests of either level

Step = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Suite:
    """An assignment whose tests the examiner has collected; points are settled here, before any submission runs."""

    assignment: Assignment
    level: load.Level
    service: Service
    tests: tuple[wire.Expected, ...]
    groups: Mapping[str, TestGroup]
    points: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Examined:
    """Every expected test with its outcome; `unimportable` where there was nothing to test; notes for a reviewer."""

    tests: tuple[Test, ...]
    unimportable: wire.Unimportable | None
    notes: tuple[str, ...] = ()
    held: str | None = None  # why a person should look before the grade is believed


@dataclass(frozen=True, slots=True)
class Setting:
    """One submission's examination: what is examined, where, and what is random in it.

    `reference` is a right solution, if there is one: what it can't help is held against nobody.
    `draw` gives a whole number below its argument that nobody can foresee; `seed` is what the tests' own randomness starts from.
    """

    suite: Suite
    sandbox: Sandbox
    snapshot: Snapshot
    seed: int
    draw: Draw
    step: Step
    reference: Snapshot | None = None


class Seat:
    """A slot of the examiner and the candidate on it, which can be replaced; ends with its `with` block."""

    def __init__(self, sandbox: Sandbox, examiner: Service, slot: int, files: bytes, limits: Limits) -> None:
        self._sandbox, self._examiner, self.slot = sandbox, examiner, slot
        self._files, self._limits = files, limits
        self._stack = ExitStack()
        self._candidate: Candidate | None = None

    def __enter__(self) -> "Seat":
        self._fill()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stack.close()

    def replace(self) -> End:
        """Put a fresh candidate on the slot; returns how the old one ended, by the engine's word."""
        assert self._candidate is not None
        end = self._candidate.end()
        if end is None:
            self._candidate.kill()
            end = End("killed", None)
        self._stack.close()
        self._fill()
        return end

    def cpu_ns(self) -> int | None:
        """What the engine has counted for the candidate that sits here; nanoseconds of CPU."""
        assert self._candidate is not None
        return self._candidate.cpu_ns()

    def _fill(self) -> None:
        candidate = self._sandbox.candidate(self._examiner, self.slot, self._files, self._limits)
        self._candidate = self._stack.enter_context(candidate)


def collect(
    service: Service, sandbox: Sandbox, assignment: Assignment, level: load.Level, reference: Snapshot | None
) -> Suite:
    """Have the examiner collect the tests of an assignment, without any submission.

    Where the files need the candidate's objects to be collected at all, the reference stands in for it.

    Raises:
        UsageError: the suite doesn't collect, or no group names one of its tests; its author's fault.
        NotGraded: the examiner is gone.
    """
    rules = assignment.rules
    service.send(
        {
            "type": "load",
            "assignment": assignment.digest,
            "tree": archive.packed(load.tree(assignment, level)),
            "library": archive.packed(sandbox.library(rules.environment.test_packages)),
            "modules": list(rules.door.modules),
            "eq": rules.door.eq,
            "isolation": rules.door.isolation,
            "limits": {name: getattr(rules.limits, name) for name in ("test_s", "suite_s", "output")},
        }
    )
    service.send({"type": "collect", "assignment": assignment.digest})
    message = _await(service, ("collected", "eager"), _COLLECT_S)
    if message["type"] == "eager" and reference is not None:
        message = _collect_with(service, sandbox, assignment, reference)
    if message["type"] != "collected":
        raise _broken(assignment, level, wire.text(message, "message"))
    return settled(service, assignment, level, wire.expected(message))


def settled(service: Service, assignment: Assignment, level: load.Level, collected: tuple[wire.Expected, ...]) -> Suite:
    """Return the suite of these tests, with the points of each."""
    groups = {test.id: load.group_of(assignment, test.id, level) for test in collected}
    return Suite(assignment, level, service, collected, groups, _points(collected, groups))


def _collect_with(service: Service, sandbox: Sandbox, assignment: Assignment, reference: Snapshot) -> wire.Message:
    """Collect once more, with the reference behind the names."""
    with Seat(sandbox, service, 0, archive.pack(reference.files), limits(assignment, _COLLECT_S)):
        service.send({"type": "collect", "assignment": assignment.digest, "slot": 0})
        return _await(service, ("collected", "broken"), _COLLECT_S)


def seat(suite: Suite, sandbox: Sandbox, snapshot: Snapshot, slot: int, seconds: float) -> Seat:
    """A submission's files on a slot, for a `with` block of at most `seconds` seconds."""
    return Seat(sandbox, suite.service, slot, archive.pack(snapshot.files), limits(suite.assignment, seconds))


def limits(assignment: Assignment, seconds: float) -> Limits:
    """The limits of one candidate's container that may live `seconds` seconds."""
    given = assignment.rules.limits
    return Limits(given.memory, given.processes, given.scratch, given.output, seconds)


def examine(suite: Suite, sandbox: Sandbox, snapshot: Snapshot, seed: int, step: Step) -> Examined:
    """Run every test of the suite against a submission, on slot 0.

    Raises:
        NotGraded: our infrastructure failed; nothing is said about the submission.
    """
    allowed_s = suite.assignment.rules.limits.suite_s + _SLACK_S
    run = uuid.uuid4().hex  # of this run alone: what a run that was given up still says is nobody's any more
    with seat(suite, sandbox, snapshot, 0, allowed_s * 2) as taken:
        suite.service.send(
            {"type": "grade", "run": run, "assignment": suite.assignment.digest, "slot": 0, "seed": seed}
        )
        return _listen(suite, run, taken, step, time.monotonic() + allowed_s)


def _listen(suite: Suite, run: str, seat: Seat, step: Step, deadline: float) -> Examined:
    ruled: dict[str, wire.Ruled] = {}
    while True:
        message = _await(suite.service, ("outcome", "replace", "done"), deadline - time.monotonic(), run)
        if message["type"] == "outcome":
            test = wire.ruled(message)
            ruled.setdefault(test.id, test)
            step(len(ruled), len(suite.tests), test.outcome)
        elif message["type"] == "replace":
            _replace(suite.service, seat)
        else:
            return Examined(tests(suite, ruled), wire.unimportable(message), wire.notes(message))


def _replace(service: Service, seat: Seat) -> None:
    end = seat.replace()
    service.send({"type": "dead", "slot": seat.slot, "cause": end.cause, "status": end.status})
    service.send({"type": "slot", "slot": seat.slot})


def _await(service: Service, types: tuple[str, ...], timeout_s: float, run: str | None = None) -> wire.Message:
    """Return the next message of one of these types and of this run; a fault of the examiner's is ours."""
    deadline = time.monotonic() + timeout_s
    while (message := service.receive(max(0.0, deadline - time.monotonic()))) is not None:
        if message.get("run") not in (None, run):
            continue
        if message.get("type") == "fault":
            raise _fault(wire.text(message, "message"))
        if message.get("type") in types:
            return message
    raise _fault(f"no answer within {timeout_s:.0f} s")


def tests(suite: Suite, ruled: Mapping[str, wire.Ruled]) -> tuple[Test, ...]:
    """Every expected test, in the suite's order; one that never had an outcome was not run."""
    return tuple(_test(suite, expected, ruled.get(expected.id)) for expected in suite.tests)


def _test(suite: Suite, expected: wire.Expected, ruled: wire.Ruled | None) -> Test:
    group, points = suite.groups[expected.id], suite.points[expected.id]
    return Test(
        id=expected.id,
        group=group.id,
        title=expected.title,
        outcome=ruled.outcome if ruled else "not_run",
        points=points if ruled and ruled.outcome == "passed" else 0.0,
        max_points=points,
        cpu_s=ruled.cpu_s if ruled else 0.0,
        wall_s=ruled.wall_s if ruled else 0.0,
        limit_s=suite.assignment.rules.limits.test_s,
        revealed=group.reveal,
        message=ruled.message if ruled else None,
        detail=ruled.detail if ruled else None,
        source=expected.source or None,
        output=ruled.output if ruled else None,
        calls=ruled.calls if ruled else (),
    )


def _points(collected: tuple[wire.Expected, ...], groups: Mapping[str, TestGroup]) -> Mapping[str, float]:
    """A group's points, shared by its tests in proportion to their weights."""
    weights: dict[str, float] = {}
    for test in collected:
        weights[groups[test.id].id] = weights.get(groups[test.id].id, 0.0) + test.weight
    return {test.id: groups[test.id].points * test.weight / (weights[groups[test.id].id] or 1.0) for test in collected}


def _broken(assignment: Assignment, level: load.Level, message: str) -> UsageError:
    message = _PLACE.sub(f"tests/{level}/", message)  # where the author has the file, not where the examiner read it
    return UsageError(
        "G302",
        f"the {level} tests of {assignment.rules.id!r} can't be collected:\n{message}",
        "A suite that doesn't collect judges nobody; this is the author's to correct, no candidate's fault.",
        f"Correct the files below tests/{level}, then repeat the command. Nothing was run.",
    )


def _fault(message: str) -> NotGraded:
    return NotGraded(
        "G303",
        f"the examiner failed: {message[:500]}",
        "This is a fault of the grader or of its container engine, so it says nothing about the submission.",
        "Repeat the command; if it fails again, look at: grader doctor. The submission was not graded.",
    )
