"""The one place that has analysers run, and the table of what reads their answers.

    analyse(service, snapshot, yardstick) -> Quality

The analysers' service is ours, yet what it read is a submission's: every field is checked on arrival. Where it dies or
stays silent, quality is not measured, and nobody's score is a zero for it.
"""

import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from grader.errors import NotGraded
from grader.intake.snapshot import Snapshot
from grader.quality import architecture, complexity, docs, duplication, hidden, hygiene, security, style
from grader.quality.answer import Answer, read
from grader.quality.yardstick import Yardstick
from grader.quote import quote
from grader.results.model import Finding, Function, Measurement
from grader.results.observations import Check, Duplicate, OwnTests, Prints, Suppressed
from grader.sandbox import archive
from grader.sandbox.protocol import Service

# Each reads the answer of all analysers and gives what its criterion needs; one more is one more row.
_FINDINGS: Sequence[Callable[[Answer], tuple[Finding, ...]]] = (
    style.findings,
    security.findings,
    complexity.findings,
    hidden.findings,
    architecture.findings,
)
_MEASUREMENTS: Sequence[Callable[[Answer, Yardstick], tuple[Measurement, ...]]] = (
    style.measurements,
    security.measurements,
    complexity.measurements,
    duplication.measurements,
    architecture.measurements,
)
_CHECKS: Sequence[Callable[[Answer], tuple[Check, ...]]] = (docs.checks, hygiene.checks)


@dataclass(frozen=True, slots=True)
class Quality:
    """What the analysers found; `is_measured` is False where they gave no answer, and `notes` then says why.

    Code that runs and was not analysed counts in `analysable` as files that could not be read do.
    """

    findings: tuple[Finding, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    functions: tuple[Function, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()
    checks: tuple[Check, ...] = ()
    suppressed: tuple[Suppressed, ...] = ()
    own_tests: OwnTests | None = None
    prints: tuple[Prints, ...] = ()
    analysed: int = 0
    analysable: int = 0
    tools: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    is_measured: bool = False


def analyse(service: Service, snapshot: Snapshot, timeout_s: float, yardstick: Yardstick | None = None) -> Quality:
    """Have a submission analysed; never raises for what a submission does to the analysers.

    Args:
        service: the warm analysers.
        snapshot: the submission.
        timeout_s: seconds to wait for an answer.
        yardstick: what the assignment holds it against, where there is an assignment.
    """
    against = yardstick or Yardstick()
    answer = _ask(service, snapshot, timeout_s, against)
    if isinstance(answer, Answer):
        return _quality(answer, against)
    return _exhausted(snapshot, answer) if answer.is_its_own else Quality(notes=(answer.why,))


@dataclass(frozen=True, slots=True)
class _Silence:
    """Why there is no answer, and whether the submission's files are the cause."""

    why: str
    is_its_own: bool = False


def _exhausted(snapshot: Snapshot, silence: _Silence) -> Quality:
    """A submission that no analyser survives counts as one file that can't be read: that never pays."""
    place = min(snapshot.files, key=lambda path: (not path.endswith(".py"), path))
    finding = Finding("grader", style.UNPARSABLE, place, 1, 1, "medium", f"not analysed: {silence.why}")
    return Quality((finding,), (Measurement("lloc", 0, "lines"),), analysable=1, notes=(silence.why,))


def measure(service: Service, reference: Snapshot, timeout_s: float, given: Yardstick) -> Yardstick:
    """Return the yardstick with the names and the size of a reference; as it was, where the analysers gave no answer."""
    answer = _ask(service, reference, timeout_s, given)
    if not isinstance(answer, Answer):
        return given
    lines = sum(function.lines for function in complexity.functions(answer))
    lloc = sum(file.lloc for file in answer.files)
    return replace(given, interface=answer.interface, lloc=lloc or None, lines=lines or None)


def _ask(service: Service, snapshot: Snapshot, timeout_s: float, against: Yardstick) -> Answer | _Silence:
    """The analysers' answer, or why there is none."""
    run = uuid.uuid4().hex  # of this question alone: what one that was given up still says is nobody's any more
    try:
        service.send(
            {
                "type": "analyse",
                "run": run,
                "files": archive.packed(snapshot.files),
                "starter": archive.packed(against.starter) if against.starter else None,
                "interface": list(against.interface) if against.interface is not None else None,
                "architecture": against.architecture,
                "fingerprints": True,
            }
        )
        message = _await(service, run, time.monotonic() + timeout_s)
    except NotGraded as cause:
        return _Silence(f"quality was not measured: {cause.what}")
    answer, failed = read(message, run), message.get("failed")
    why = quote(str(failed or "the analysers gave no answer in time"), 200)
    return answer or _Silence(f"quality was not measured: {why}", is_its_own=message.get("own") is True)


def _await(service: Service, run: str, deadline: float) -> Mapping[str, object]:
    """The answer to this run; empty where none comes in time."""
    while (message := service.receive(max(0.0, deadline - time.monotonic()))) is not None:
        if message.get("run") == run:
            return message
    return {}


def _quality(answer: Answer, against: Yardstick) -> Quality:
    found = [finding for read_findings in _FINDINGS for finding in read_findings(answer)]
    read_files = sum(file.is_analysed for file in answer.files)
    return Quality(
        findings=tuple(sorted(found, key=_place)),
        measurements=tuple(value for read_values in _MEASUREMENTS for value in read_values(answer, against)),
        functions=complexity.functions(answer),
        duplicates=duplication.duplicates(answer),
        checks=tuple(check for read_checks in _CHECKS for check in read_checks(answer)),
        suppressed=style.suppressed(answer),
        prints=answer.prints,
        analysed=read_files,
        analysable=len(answer.files) + len(answer.hidden),
        tools=dict(answer.tools),
        notes=tuple(f"{quote(file.path)}: {quote(file.why)}" for file in answer.files if not file.is_analysed),
        is_measured=bool(answer.files),
    )


def _place(finding: Finding) -> tuple[Any, ...]:
    return finding.path, finding.line, finding.column, finding.rule
