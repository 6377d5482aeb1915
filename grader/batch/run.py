"""A batch from its roster to its record: order, resume, retry, what is set aside. Which engine runs it makes no difference.

First everybody, some at a time; whom a fault of ours hit, twice more; then, alone, those during whose run a worker died. Who
takes the worker along again and again is set aside, with the evidence, and the rest goes on.
"""

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from grader.batch import key as keys
from grader.batch import record
from grader.batch.desk import Deliver, Desk
from grader.batch.engine import ELSEWHERE, Done, Engine, Job
from grader.batch.journal import KILLED, STOPPED, Journal, Row
from grader.batch.plan import Plan
from grader.batch.reference import Reference
from grader.batch.survey import Listed
from grader.batch.worker import named
from grader.errors import GraderError, NotGraded, UsageError
from grader.results import file
from grader.results.batch import Batch
from grader.results.folder import RECORD
from grader.results.model import UNGRADED, Reason, Results

_ROUNDS = 3  # for a fault of ours
_DEATHS = 3  # of a worker, before a submission is set aside
_LOST = "engine lost"
_NAMED = 5  # ids in a note


def run(plan: Plan, engine: Engine, journal: Journal, out: Path, deliver: Deliver) -> Batch:
    """Grade what isn't recorded yet; what was done is recorded, and batch.json written, also where this ends early.

    Args:
        plan: who, and by which rules.
        engine: open.
        journal: open, of `out`.
        out: the batch's folder.
        deliver: writes the reports of one submission into its folder.

    Raises:
        NotGraded: nothing more can be graded or written; the message says how far it came.
        UsageError: the assignment's tests don't collect.
    """
    keys_ = {listed.id: keys.key(_parts(plan, listed)) for listed in plan.listed}
    key, root = keys.key(plan.parts), plan.assignment.root
    reference = Reference("reference", plan.assignment.reference, key, journal)
    own = (reference, Reference("starter", root / "starter", key, journal))
    desk = Desk(out, journal, keys_, deliver, plan.watch.note)
    started_at = journal.value("started_at", _iso(plan.now()))
    try:
        _Loop(plan, engine, journal, desk, own).run()
    except GraderError as cause:
        with contextlib.suppress(GraderError):
            journal.cut_off(_iso(plan.now()), _LOST)
        if isinstance(cause, UsageError):
            raise
        raise _stopped(cause, len(desk.entries), len(plan.listed)) from cause
    except BaseException:
        journal.cut_off(_iso(plan.now()), STOPPED)
        raise
    finally:
        batch = record.record(plan, desk, own, started_at, (engine.name, engine.slots))
        with contextlib.suppress(NotGraded):  # a full disk has been told already
            file.write_text(out / RECORD, file.batch_text(batch))
    return batch


class _Loop:
    def __init__(self, plan: Plan, engine: Engine, journal: Journal, desk: Desk, own: Sequence[Reference]) -> None:
        self._plan, self._engine, self._journal, self._desk = plan, engine, journal, desk
        self._own = {piece.id: piece for piece in own}
        self._keys = {**desk.keys, **{piece.id: piece.key for piece in own}}
        self._doubles: dict[str, list[Listed]] = {}
        for listed in plan.listed:
            if listed.same_as is not None:
                self._doubles.setdefault(listed.same_as, []).append(listed)
        self._failed: dict[str, Results] = {}
        self._faults: dict[str, Reason] = {}

    def run(self) -> None:
        """Everybody, then the faults of ours again, then the suspects alone."""
        self._journal.cut_off(self._at(), STOPPED, ELSEWHERE)
        self._journal.cut_off(self._at(), KILLED)
        self._enlist()
        for listed in self._plan.listed:
            self._desk.known(listed)
        self._plan.watch.begin(len(self._plan.listed), len(self._desk.entries), self._engine.slots)
        todo = [listed for listed in self._plan.listed if listed.same_as is None and not self._is_shared(listed)]
        jobs = [*(listed for piece in self._own.values() for listed in piece.missing()), *todo]
        for _ in range(_ROUNDS):
            self._round([listed for listed in jobs if not self._is_settled(listed) and not self._deaths(listed)])
        for listed in sorted(jobs, key=self._deaths):  # so that kills from outside don't add up for whoever comes first
            self._alone(listed)
        self._give_up(todo)

    def _enlist(self) -> None:
        """Write who is in the batch, and say who no longer is, and why anybody is graded again."""
        rows = [_row(self._plan, listed) for listed in self._plan.listed]
        gone = sorted(set(self._journal.listed()) - {row.id for row in rows})
        if gone:
            names = ", ".join(gone[:_NAMED]) + (", ..." if len(gone) > _NAMED else "")
            self._plan.watch.note(
                f"{len(gone)} of before are not among the submissions now; their folders stay: {names}"
            )
        why: dict[str, int] = {}
        for row in rows:
            before = self._journal.parts(row.id)
            for part in keys.changed(before, row.parts) if before else ():
                why[part] = why.get(part, 0) + 1
        if why:
            told = ", ".join(f"{part} ({count})" for part, count in sorted(why.items()))
            self._plan.watch.note(f"graded again is what changed since: {told}")
        self._journal.enlist(rows)

    def _is_shared(self, first: Listed) -> bool:
        """Give all who have this content what one of them has recorded; tells whether anybody had."""
        alike = (first, *self._doubles.get(first.id, ()))
        settled = [listed for listed in alike if self._is_settled(listed)]
        if settled and len(settled) < len(alike):
            self._copy(alike, self._desk.known(settled[0]))
        return self._is_settled(first)

    def _is_settled(self, listed: Listed) -> bool:
        own = self._own.get(listed.id)
        return own.results is not None if own else listed.id in self._desk.entries

    def _deaths(self, listed: Listed) -> int:
        return sum(attempt.deaths() for attempt in self._journal.attempts(listed.id, self._keys[listed.id]))

    def _round(self, todo: Sequence[Listed], is_alone: bool = False) -> None:
        if todo and not self._plan.stop.is_set():
            for done in self._engine.run(self._given(todo, is_alone), self._plan.stop):
                self._take(done)

    def _alone(self, listed: Listed) -> None:
        """A suspect, while nothing else runs: who is innocent is cleared here."""
        for _ in range(_ROUNDS):
            if self._is_settled(listed) or not 0 < self._deaths(listed) < _DEATHS:
                return
            self._round([listed], is_alone=True)

    def _given(self, todo: Sequence[Listed], is_alone: bool) -> Iterator[Job]:
        for number, listed in enumerate(todo, 1):
            self._journal.start(listed.id, self._keys[listed.id], self._engine.name, is_alone, self._at())
            self._plan.watch.started(listed.id, listed.member.name)
            yield Job(listed, self._keys[listed.id], is_alone, len(todo) - number)

    def _take(self, done: Done) -> None:
        listed, results = done.job.listed, done.results
        if done.fault is not None:
            self._faults[listed.id] = Reason(done.fault.code, done.fault.what)
            self._end(listed, done.fault.code)
            self._plan.watch.finished(listed.id, "retry", done.fault.what)
        elif results is None:
            self._end(listed, KILLED if done.deaths < 2 else f"{KILLED} {done.deaths}")
            self._plan.watch.finished(listed.id, "lost", done.lost)
        elif results.verdict == "not_graded":
            self._failed[listed.id] = replace(results, sources=())
            self._end(listed, results.reason.code if results.reason else "")
            self._plan.watch.finished(listed.id, "retry", results.reason.message if results.reason else "")
        elif listed.id in self._own:
            self._own_one(listed, results)
        else:
            self._record(listed, results)
            self._copy(self._doubles.get(listed.id, ()), results)

    def _own_one(self, listed: Listed, results: Results) -> None:
        self._own[listed.id].record(results)
        self._end(listed, "recorded")
        self._plan.watch.finished(listed.id, "reference", results.verdict)
        if listed.id == "(reference)" and results.verdict != "accepted":
            self._plan.watch.note("the assignment's own reference fails its hidden tests: look at them first")

    def _record(self, listed: Listed, results: Results) -> None:
        self._desk.record(listed, results, self._at())
        self._end(listed, "recorded")
        self._failed.pop(listed.id, None)
        self._plan.watch.finished(listed.id, results.verdict, _detail(results))

    def _copy(self, alike: Iterable[Listed], results: Results | None) -> None:
        for listed in alike:
            if results is not None and not self._is_settled(listed):
                self._record(listed, named(results, listed))

    def _give_up(self, todo: Sequence[Listed]) -> None:
        """Record what can't be graded by now; `--resume` tries again, but for what was set aside."""
        for listed in todo:
            if self._is_settled(listed) or self._plan.stop.is_set():
                continue
            results = self._failed.get(listed.id)
            reason = self._set_aside(listed) or self._faults.get(listed.id)
            if reason is not None:
                results = named(_without_grade(self._shape(reason), reason), listed)
            if results is not None:
                self._record(listed, results)
                self._copy(self._doubles.get(listed.id, ()), results)

    def _set_aside(self, listed: Listed) -> Reason | None:
        """Why a submission is not tried any more, with the evidence."""
        attempts, deaths = self._journal.attempts(listed.id, self._keys[listed.id]), self._deaths(listed)
        if deaths < _DEATHS:
            return None
        told = "; ".join(f"{a.started} on {a.worker}{', alone' if a.is_alone else ''}: {a.cause}" for a in attempts)
        return Reason("G614", f"set aside: its worker died {deaths} times ({told})")

    def _shape(self, reason: Reason) -> Results:
        """Any results: where there are none at all, nothing here can grade."""
        found = self._desk.shape() or next((piece.results for piece in self._own.values() if piece.results), None)
        if found is None:
            raise NotGraded(reason.code, reason.message, "Not one submission could be graded.", "See to that first.")
        return found

    def _end(self, listed: Listed, cause: str) -> None:
        self._journal.end(listed.id, self._keys[listed.id], self._at(), cause)

    def _at(self) -> str:
        return _iso(self._plan.now())


def _without_grade(shape: Results, reason: Reason) -> Results:
    """The record of a submission that never came back, in the shape of the batch's others."""
    tests = tuple(
        replace(test, outcome="not_run", points=0.0, cpu_s=0.0, wall_s=0.0, message=None, detail=None, output=None)
        for test in shape.tests
    )
    groups = tuple(replace(group, passed=0, points=0.0) for group in shape.groups)
    return replace(
        shape,
        submission=replace(shape.submission, files=0, left_out=(), same_as=None),
        verdict="not_graded",
        reason=reason,
        tests=tests,
        groups=groups,
        sources=(),
        **UNGRADED,
    )


def _parts(plan: Plan, listed: Listed) -> Mapping[str, object]:
    history = {"history": keys.of_history(listed.commits)} if listed.commits else {}
    return {**plan.parts, "submission": listed.digest, **history}


def _row(plan: Plan, listed: Listed) -> Row:
    parts = _parts(plan, listed)
    fault = f"{listed.fault.code}: {listed.fault.what}" if listed.fault else None
    return Row(listed.id, keys.key(parts), parts, listed.member.name, listed.member.source, listed.same_as, fault)


def _detail(results: Results) -> str:
    if results.score is None:
        return f"{results.reason.code}: {results.reason.message}" if results.reason else ""
    return f"{results.score.total:.1f}"


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def _stopped(cause: GraderError, done: int, total: int) -> NotGraded:
    """What ended a batch, with how far it came; of what to do, the part that is no repetition."""
    remedy = cause.do.partition(", then repeat")[0].partition(". ")[0].rstrip(".")
    return NotGraded(
        cause.code,
        f"{cause.what}; the batch stops: {done} of {total} submissions are graded and kept",
        cause.why,
        f"{remedy}. Then repeat the command with --resume: no submission got a zero, none is graded twice.",
    )
