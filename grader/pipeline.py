"""One submission from source to results: the only module that knows every stage.

    Source --intake--> Snapshot --examine--> tests    --+
                          |-------analyse--> quality  --+--score--> Grade --> Results
                          |-------race-----> timings  --+

Stages know nothing of each other; each gives values. Writing and rendering come after, in the command.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from grader import __version__
from grader.assignment import duration
from grader.errors import NotGradable, NotGraded
from grader.examine import examination, suite
from grader.examine.suite import Examined, Setting
from grader.examine.wire import Unimportable
from grader.intake import shown
from grader.intake import source as intake
from grader.intake.snapshot import Snapshot, snapshot
from grader.quality import analyse, hygiene, own_tests
from grader.quality.analyse import Quality
from grader.quote import quote
from grader.results.model import (
    SCHEMA,
    UNGRADED,
    AssignmentRef,
    Reason,
    Results,
    SubmissionRef,
    Test,
)
from grader.results.observations import Difference
from grader.results.provenance import Provenance
from grader.sandbox.protocol import Sandbox
from grader.score import total
from grader.score.evidence import Evidence
from grader.score.total import Grade
from grader.speed import machine, noise, pace, race
from grader.speed.race import Course, Raced
from grader.workshop import ANALYSE_S, Workshop

Clock = Callable[[], datetime]
_draw = random.SystemRandom().randrange  # what a submission must not foresee


def _utc() -> datetime:
    return datetime.now(UTC)


def grade(given: str, shop: Workshop, seed: int, now: Clock = _utc) -> Results:
    """Grade one submission; every failure of its own or of ours ends as a verdict with a reason.

    Args:
        given: a folder, an archive or `repo@revision`.
        shop: what `prepare` gave.
        seed: of everything random in this run.
        now: the clock, for the record alone.
    """
    record = _Record(shop, given, seed, now(), now)
    try:
        shop.services.progress.stage("intake", given)
        taken = intake.take(given)
    except NotGradable as cause:
        return record.without_grade("not_gradable", cause, snapshot({}, (), given))
    return _judged(taken, shop, record)


def grade_taken(taken: Snapshot, shop: Workshop, seed: int, now: Clock = _utc) -> Results:
    """Grade a submission whose files were taken before, such as on another machine; else as `grade`."""
    return _judged(taken, shop, _Record(shop, taken.source, seed, now(), now))


def refuse(cause: NotGradable | NotGraded, source: str, shop: Workshop, seed: int, now: Clock = _utc) -> Results:
    """The record of a submission that never came to be examined: it can't be taken, or we can't."""
    verdict = "not_gradable" if isinstance(cause, NotGradable) else "not_graded"
    return _Record(shop, source, seed, now(), now).without_grade(verdict, cause, snapshot({}, (), source))


def _judged(taken: Snapshot, shop: Workshop, record: "_Record") -> Results:
    try:
        return _graded(taken, shop, record)
    except NotGradable as cause:
        return record.without_grade("not_gradable", cause, taken)
    except NotGraded as cause:
        return record.without_grade("not_graded", cause, taken)


def _graded(taken: Snapshot, shop: Workshop, record: "_Record") -> Results:
    warm = shop.services
    with warm.turns.working(), _settled(warm.sandbox):
        warm.progress.stage("examine", f"{len(shop.suite.tests)} tests")
        setting = Setting(shop.suite, warm.sandbox, taken, record.seed, _draw, warm.progress.step, shop.reference)
        examined = examination.examine(setting)
        if examined.unimportable is not None:
            raise _unimportable(examined.unimportable)
        warm.progress.stage("quality", f"{len(taken.files)} files")
        quality = analyse.analyse(warm.quality, taken, ANALYSE_S, shop.yardstick)
        quality = replace(quality, own_tests=own_tests.run(warm.sandbox, taken, shop.trials, record.seed))
    raced = _race(taken, shop, examined, record.seed)
    went = pace.pace(taken.commits, duration.seconds(shop.suite.assignment.rules.time_budget))
    quality = replace(quality, checks=(*quality.checks, *hygiene.commits(went)))
    evidence = replace(_evidence(examined, quality, raced), pace=went)
    grade_ = total.grade(shop.suite.assignment.rules, evidence)
    return replace(record.graded(taken, examined, quality, raced, grade_), pace=went)


def _evidence(examined: Examined, quality: Quality, raced: Raced) -> Evidence:
    return Evidence(
        tests=examined.tests,
        measurements=quality.measurements,
        findings=quality.findings,
        functions=quality.functions,
        timings=raced.timings,
        noise=raced.noise or 0.0,
        analysed=quality.analysed,
        analysable=quality.analysable,
        checks=quality.checks,
        own_tests=quality.own_tests,
    )


def _race(taken: Snapshot, shop: Workshop, examined: Examined, seed: int) -> Raced:
    """The speed cases, where there is a reference to race against and something that works."""
    assignment, reference = shop.suite.assignment, shop.reference
    cases = assignment.rules.speed
    if reference is None or not cases or not any(test.outcome == "passed" for test in examined.tests):
        return Raced()
    if assignment.rules.door.glass == "off":
        return race.not_measured(cases, "cases are timed across the glass, which this assignment turns off")

    def itself() -> Raced:
        shop.services.progress.stage("noise", "the reference against itself")
        return side_by_side(reference, shop, noise.course(assignment, seed))

    floor = shop.floor.value(itself)
    shop.services.progress.stage("speed", f"{len(cases)} cases")
    raced = side_by_side(taken, shop, Course(assignment, cases, seed, assignment.rules.limits.speed_s))
    return replace(raced, noise=floor)


def side_by_side(taken: Snapshot, shop: Workshop, course: Course) -> Raced:
    """Race a submission against the reference, while nobody else of ours works on this machine.

    Raises:
        NotGraded: our infrastructure failed.
    """
    assert shop.reference is not None
    suite_, sandbox = shop.suite, shop.services.sandbox
    with (
        shop.services.turns.timing(),
        _settled(sandbox),
        suite.seat(suite_, sandbox, taken, 0, course.longest_s()) as candidate,
        suite.seat(suite_, sandbox, shop.reference, 1, course.longest_s()),
    ):
        return race.race(shop.services.examiner, course, candidate.cpu_ns, shop.services.progress.step)


@contextmanager
def _settled(sandbox: Sandbox) -> Iterator[None]:
    """Nothing of the block's candidates is left at its end."""
    try:
        yield
    finally:
        sandbox.settle()


def _unimportable(fault: Unimportable) -> NotGradable:
    place = (
        f"{quote(fault.path)}:{fault.line}: "
        if fault.path and fault.line
        else f"{quote(fault.path)}: "
        if fault.path
        else ""
    )
    codes = {"syntax": "G311", "missing": "G312", "raised": "G313"}
    return NotGradable(
        codes.get(fault.kind, "G313"),
        f"{place}{quote(fault.message)}",
        "The tests import the module by the name that the brief gives; without it there is nothing to test.",
        "Correct the file, then hand in again; `grader check` shows this before handing in.",
    )


class _Record:
    """What is known of a run from its start, and how it becomes Results."""

    def __init__(self, shop: Workshop, given: str, seed: int, started: datetime, now: Clock) -> None:
        self._shop, self._given, self.seed = shop, given, seed
        self._started, self._now = started, now

    def graded(self, taken: Snapshot, examined: Examined, quality: Quality, raced: Raced, grade: Grade) -> Results:
        return Results(
            schema=SCHEMA,
            assignment=self._assignment(),
            submission=self._submission(taken),
            verdict="failed" if examined.held else grade.verdict,
            reason=Reason("G332", examined.held) if examined.held else None,
            level=self._shop.level,
            tests=examined.tests,
            groups=grade.groups,
            findings=quality.findings,
            measurements=quality.measurements,
            functions=quality.functions,
            speed=raced.timings,
            criteria=grade.criteria,
            score=grade.score,
            gates=grade.gates,
            improvements=grade.improvements,
            glass=self._shop.suite.assignment.rules.door.glass,
            sources=shown.sources(taken.files),
            provenance=self._provenance(quality, raced, examined.notes),
            rubric=grade.rubric,
            duplicates=quality.duplicates,
            checks=quality.checks,
            suppressed=quality.suppressed,
            prints=quality.prints,
            own_tests=quality.own_tests,
            differences=self._differences(taken),
        )

    def _differences(self, taken: Snapshot) -> tuple[Difference, ...]:
        reference = self._shop.reference
        return shown.differences(taken.files, self._shop.yardstick.starter, reference.files if reference else {})

    def without_grade(self, verdict: "str", cause: NotGradable | NotGraded, taken: Snapshot) -> Results:
        return Results(
            schema=SCHEMA,
            assignment=self._assignment(),
            submission=self._submission(taken),
            verdict="not_gradable" if verdict == "not_gradable" else "not_graded",
            reason=Reason(cause.code, cause.what),
            level=self._shop.level,
            tests=self._not_run(),
            groups=total.groups(self._shop.suite.assignment.rules, self._not_run()),
            glass=self._shop.suite.assignment.rules.door.glass,
            sources=shown.sources(taken.files),
            provenance=self._provenance(None, Raced()),
            **UNGRADED,
        )

    def _not_run(self) -> tuple[Test, ...]:
        return suite.tests(self._shop.suite, {})

    def _assignment(self) -> AssignmentRef:
        rules = self._shop.suite.assignment.rules
        return AssignmentRef(rules.id, rules.title or rules.id, rules.version, self._shop.suite.assignment.digest)

    def _submission(self, taken: Snapshot) -> SubmissionRef:
        id_ = intake.submission_id(self._given, taken.digest)
        return SubmissionRef(id_, taken.digest, self._given, len(taken.files), left_out=taken.left_out)

    def _provenance(self, quality: Quality | None, raced: Raced, notes: tuple[str, ...] = ()) -> Provenance:
        sandbox, limits = self._shop.services.sandbox, self._shop.suite.assignment.rules.limits
        return Provenance(
            grader=__version__,
            runner_images=sandbox.images(),
            sandbox=sandbox.name,
            runtime=sandbox.runtime,
            started_at=_iso(self._started),
            finished_at=_iso(self._now()),
            host=machine.host(raced.noise),
            clock=raced.clock,
            seed=self.seed,
            python=sandbox.python(),
            tools=quality.tools if quality else {},
            limits={name: float(getattr(limits, name)) for name in limits.__dataclass_fields__},
            analysed=quality.analysed if quality else 0,
            analysable=quality.analysable if quality else 0,
            notes=(*notes, *(quality.notes if quality else ())),
        )


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
