"""Run the hidden tests in one container with the submission: tampering is detected where it can be, not excluded.

    collect(assignment) -> Suite              as behind the glass, and with the reference in a shared container where need be
    examine(suite, snapshot) -> Examined      each half of the suite in a fresh container of its own

The container's first process never runs a line of the submission; what it says of ends, times and seals can be believed. The
testing processes can't: what their outcomes are worth is found out from both halves together (`tampering.py`).
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from grader.assignment import load
from grader.assignment.model import Assignment
from grader.errors import NotGraded, UsageError
from grader.examine import contradictions, suite, tampering, wire
from grader.examine.contradictions import Asked, Half
from grader.examine.suite import Examined, Setting, Suite
from grader.examine.tampering import Told
from grader.intake.snapshot import Snapshot
from grader.sandbox import archive
from grader.sandbox.protocol import Sandbox, Service, Shared

_OPEN_S, _COLLECT_S, _SLACK_S = 60.0, 120.0, 60.0
_GONE = "G405"  # the container's streams ended
_POLLS = 40  # of the engine, which learns of an end a little later
_DEATHS = 3  # containers lost in a row: the rest is not run


@dataclass(slots=True)
class _Heard:
    """What has arrived so far, of both halves."""

    told: list[Told] = field(default_factory=list)
    alarms: list[tampering.Alarm] = field(default_factory=list)
    finished: int = 0  # of the half that is on
    deaths: int = 0  # containers, in a row


def collect(
    service: Service, sandbox: Sandbox, assignment: Assignment, level: load.Level, reference: Snapshot | None
) -> Suite:
    """Have the examiner collect the tests; where they need a submission for that, collect them beside the reference.

    Raises:
        UsageError: the suite doesn't collect, or it would need a reference; its author's fault.
        NotGraded: our infrastructure failed.
    """
    try:
        return suite.collect(service, sandbox, assignment, level, None)
    except UsageError as broken:
        if broken.code != "G302":
            raise
        if reference is None:
            raise _needs_reference(assignment, broken) from broken
    listed = _listed(sandbox, assignment, level, reference)
    return suite.settled(service, assignment, level, listed)


def _listed(
    sandbox: Sandbox, assignment: Assignment, level: load.Level, reference: Snapshot
) -> tuple[wire.Expected, ...]:
    with sandbox.shared(suite.limits(assignment, _COLLECT_S * 2)) as room:
        fault = _open(room, assignment, reference, 0)
        if fault is not None:
            raise _unlisted(assignment, f"the reference can't be imported: {fault.message}")
        room.send({"type": "list", "tree": archive.packed(load.tree(assignment, level))})
        message = _await(room, ("collected", "broken"), _COLLECT_S)
        if message["type"] == "broken":
            raise _unlisted(assignment, wire.text(message, "message"))
        return wire.expected(message)


def examine(setting: Setting) -> Examined:
    """Run every test of the suite beside a submission, in both halves.

    Raises:
        NotGraded: our infrastructure failed; nothing is said about the submission.
    """
    tree = {
        path: text for path, text in load.tree(setting.suite.assignment, setting.suite.level).items() if _is_test(path)
    }
    is_fresh = setting.suite.assignment.rules.door.isolation == "test"
    ids = [test.id for test in setting.suite.tests]
    halves, heard = contradictions.halves(tree, ids, setting.draw, is_fresh=is_fresh), _Heard()
    for half in halves:
        unimportable = _run(setting, half, heard)
        if unimportable is not None:
            return Examined(suite.tests(setting.suite, {}), unimportable)
    weighed = tampering.weigh(
        _without_excused(setting, halves, heard.told), heard.alarms, is_vetted=setting.reference is not None
    )
    return Examined(suite.tests(setting.suite, weighed.ruled), None, weighed.notes, weighed.held)


def _without_excused(setting: Setting, halves: Sequence[Half], told: Sequence[Told]) -> list[Told]:
    """Leave out contradictions that a right solution passes as well, such as by an equality that looks at less."""
    suspected = set(tampering.contradicted(told))
    if not suspected or setting.reference is None:
        return list(told)
    again, heard = replace(setting, snapshot=setting.reference, step=_quiet), _Heard()
    for half in halves:
        _run(again, Half(half.files, tuple(asked for asked in half.tests if asked.id in suspected)), heard)
    excused = set(tampering.contradicted(heard.told))
    return [(asked, ruled) for asked, ruled in told if asked.meaning == "real" or asked.id not in excused]


def _quiet(_done: int, _all: int, _outcome: str) -> None:
    pass


def _run(setting: Setting, half: Half, heard: _Heard) -> wire.Unimportable | None:
    """Run one half, in a fresh container after each that was lost."""
    heard.finished, heard.deaths = 0, 0
    end = time.monotonic() + setting.suite.assignment.rules.limits.suite_s
    while heard.finished < len(half.tests) and heard.deaths < _DEATHS and time.monotonic() < end:
        fault = _go_on(setting, half, heard, end)
        if fault is not None:
            return fault
    for asked in half.tests[heard.finished :]:
        heard.told.append(
            (asked, _ruling(asked, "not_run", "its container was lost before its turn, or the time was up"))
        )
    return None


def _go_on(setting: Setting, half: Half, heard: _Heard, end: float) -> wire.Unimportable | None:
    """Run what is left of a half, as far as one container comes."""
    with setting.sandbox.shared(suite.limits(setting.suite.assignment, end - time.monotonic() + _SLACK_S)) as room:
        try:
            fault = _open(room, setting.suite.assignment, setting.snapshot, setting.seed)
            if fault is None:
                _converse(setting, room, half, heard, end)
            return fault
        except NotGraded as cause:
            if cause.code != _GONE:
                raise
            _lost(room, half, heard)
    return None


def _open(room: Shared, assignment: Assignment, snapshot: Snapshot, seed: int) -> wire.Unimportable | None:
    """Hand in the submission; returns why its modules can't be imported, if they can't."""
    rules = assignment.rules
    room.send(
        {
            "type": "open",
            "submission": archive.packed(snapshot.files),
            "modules": list(rules.door.modules),
            "isolation": rules.door.isolation,
            "seed": seed,
            "limits": {"test_s": rules.limits.test_s, "suite_s": rules.limits.suite_s},
        }
    )
    return wire.unimportable(_await(room, ("imported",), _OPEN_S + rules.limits.test_s))


def _converse(setting: Setting, room: Shared, half: Half, heard: _Heard, end: float) -> None:
    """Have the tests run that are left of a half."""
    rest = half.tests[heard.finished :]
    room.send(
        {"type": "run", "tree": archive.packed(half.files), "tests": [[asked.name, asked.number] for asked in rest]}
    )
    while True:
        message = _await(room, ("outcome", "alarm", "done"), end - time.monotonic() + _SLACK_S)
        if message["type"] == "done":
            return
        if message["type"] == "alarm":
            heard.alarms.append(_alarm(message, rest))
        else:
            _hear(setting, rest[wire.position(message, len(rest))], message, heard)


def _hear(setting: Setting, asked: Asked, message: wire.Message, heard: _Heard) -> None:
    ruled = wire.ruled({**message, "id": asked.id})
    heard.told.append((asked, ruled))
    heard.finished, heard.deaths = heard.finished + 1, 0
    if asked.meaning == "real":
        real = sum(told.meaning == "real" for told, _ in heard.told)
        setting.step(real, len(setting.suite.tests), ruled.outcome)


def _alarm(message: wire.Message, rest: Sequence[Asked]) -> tampering.Alarm:
    number = message.get("number")
    asked = None if number is None else rest[wire.position(message, len(rest))]
    return tampering.Alarm(wire.text(message, "kind"), asked, wire.text(message, "what"))


def _lost(room: Shared, half: Half, heard: _Heard) -> None:
    """A container that ended costs the test that was on."""
    end = next((end for end in (room.end() for _ in range(_POLLS)) if end is not None), None)
    outcome = "memory" if end is not None and end.cause == "memory" else "crashed"
    asked = half.tests[heard.finished]
    heard.told.append((asked, _ruling(asked, outcome, "it took its whole container with it")))
    heard.finished, heard.deaths = heard.finished + 1, heard.deaths + 1


def _ruling(asked: Asked, outcome: str, message: str) -> wire.Ruled:
    return wire.ruled({"id": asked.id, "outcome": outcome, "message": message, "cpu_s": 0, "wall_s": 0})


def _await(room: Service, types: tuple[str, ...], timeout_s: float) -> wire.Message:
    """The next message of one of these types.

    Raises:
        NotGraded: the container is gone, or silent.
    """
    message = room.receive(max(1.0, timeout_s))
    if message is None or message.get("type") not in types:
        raise _silent()
    return message


def _is_test(path: str) -> bool:
    return path.startswith("hidden/")


def _silent() -> NotGraded:
    return NotGraded(
        "G331",
        "the container that tests and submission share doesn't answer",
        "Its first process is ours and always answers, so this is a fault of the grader or of its container engine.",
        "Repeat the command; if it fails again, look at: grader doctor. The submission was not graded.",
    )


def _needs_reference(assignment: Assignment, broken: UsageError) -> UsageError:
    return UsageError(
        "G330",
        f"the tests of {assignment.rules.id!r} can't be listed without a submission: {broken.what}",
        'With glass = "off" a reference is needed only where the tests use the submission while they are collected; these do.',
        "Name a solution with reference = true in assignment.toml, or correct the tests. Nothing was run.",
    )


def _unlisted(assignment: Assignment, message: str) -> UsageError:
    return UsageError(
        "G333",
        f"the tests of {assignment.rules.id!r} can't be collected beside the reference:\n{message}",
        "A suite that doesn't collect judges nobody; this is the author's to correct, no candidate's fault.",
        "Correct the files below tests/hidden or the reference, then repeat the command. Nothing was run.",
    )
