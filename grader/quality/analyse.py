"""The one place that has analysers run, and the table of what reads their answers.

    analyse(service, snapshot) -> Quality

The analysers' service is ours, yet what it read is a submission's: every field is checked on arrival. Where it dies or
stays silent, quality is not measured, and nobody's score is a zero for it.
"""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from grader.errors import NotGraded
from grader.intake.snapshot import Snapshot
from grader.quality import complexity, security, style
from grader.quality.answer import Answer, read
from grader.quote import quote
from grader.results.model import Finding, Function, Measurement
from grader.sandbox import archive
from grader.sandbox.protocol import Service

# Each reads the answer of all analysers and gives what its criterion needs; one more is one more row.
_READERS: Sequence[tuple[Callable[[Answer], tuple[Finding, ...]], Callable[[Answer], tuple[Measurement, ...]]]] = (
    (style.findings, style.measurements),
    (security.findings, security.measurements),
    (complexity.findings, complexity.measurements),
)


@dataclass(frozen=True, slots=True)
class Quality:
    """What the analysers found; `is_measured` is False where they gave no answer, and `notes` then says why."""

    findings: tuple[Finding, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    functions: tuple[Function, ...] = ()
    analysed: int = 0
    analysable: int = 0
    tools: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    is_measured: bool = False


def analyse(service: Service, snapshot: Snapshot, timeout_s: float) -> Quality:
    """Have a submission analysed; never raises for what a submission does to the analysers.

    Args:
        service: the warm analysers.
        snapshot: the submission.
        timeout_s: seconds to wait for an answer.
    """
    files = base64.b64encode(archive.pack(snapshot.files)).decode("ascii")
    try:
        service.send({"type": "analyse", "run": snapshot.digest, "files": files})
        message = service.receive(timeout_s)
        answer = read(message, snapshot.digest) if message is not None else None
    except NotGraded as cause:
        return Quality(notes=(f"quality was not measured: {cause.what}",))
    if answer is None:
        why = quote(str((message or {}).get("failed") or "the analysers gave no answer in time"), 200)
        return Quality(notes=(f"quality was not measured: {why}",))
    return _quality(answer)


def _quality(answer: Answer) -> Quality:
    findings = tuple(finding for read_findings, _ in _READERS for finding in read_findings(answer))
    measurements = tuple(value for _, read_measurements in _READERS for value in read_measurements(answer))
    return Quality(
        findings=tuple(sorted(findings, key=_place)),
        measurements=measurements,
        functions=complexity.functions(answer),
        analysed=sum(file.is_analysed for file in answer.files),
        analysable=len(answer.files),
        tools=dict(answer.tools),
        notes=tuple(f"{quote(file.path)}: {quote(file.why)}" for file in answer.files if not file.is_analysed),
        is_measured=bool(answer.files),
    )


def _place(finding: Finding) -> tuple[Any, ...]:
    return finding.path, finding.line, finding.column, finding.rule
