"""One worker: a warm examiner and analysers of its own, and one submission at a time.

After a fault of ours the services are thrown away, so that nothing of it meets the next submission.
"""

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from grader import pipeline, workshop
from grader.assignment.model import Assignment
from grader.batch import survey
from grader.batch.engine import Job
from grader.batch.survey import Listed
from grader.errors import NotGradable, NotGraded
from grader.intake.snapshot import Snapshot
from grader.progress import Progress, Watch
from grader.quality.analysers import Analysers
from grader.quote import quote
from grader.results.model import Results
from grader.sandbox.protocol import Sandbox
from grader.speed.noise import Floor
from grader.turns import Turns
from grader.workshop import Workshop


@dataclass(frozen=True, slots=True)
class Task:
    """What all workers of a batch share, analysers too; the noise of this machine is measured by whoever races first."""

    assignment: Assignment
    seed: int
    sandbox: Callable[[Progress], Sandbox]
    turns: Turns
    watch: Watch
    floor: Floor = field(default_factory=Floor)
    analysers: Analysers = field(default_factory=Analysers)


class Worker:
    """Grades jobs one after the other, in one thread."""

    def __init__(self, task: Task, name: str) -> None:
        self.name = name
        self._task = task
        self._told = _Told(task.watch)
        self._following = 0
        self._stack = contextlib.ExitStack()
        self._sandbox: Sandbox | None = None
        self._shop: Workshop | None = None

    def grade(self, job: Job, taken: Snapshot | None = None) -> Results:
        """Grade a submission; `taken` where its files were taken elsewhere.

        Raises:
            NotGraded: no examiner can be had; the submission was not looked at.
            UsageError: the assignment's tests don't collect.
        """
        self._told.id, self._following = job.listed.id, job.following
        shop = self._shop or self._open()
        results = self._graded(job.listed, shop, taken)
        if results.verdict == "not_graded":
            self.close()
        return named(results, job.listed)

    def close(self) -> None:
        """End the services; the next job gets new ones."""
        self._shop = None
        with contextlib.suppress(NotGraded):
            self._stack.close()

    def _open(self) -> Workshop:
        if self._sandbox is None:
            self._sandbox = self._task.sandbox(self._told)
            self._sandbox.make_ahead(self._task.turns, lambda: self._following > 0)
        try:
            shared = self._task.turns, self._task.analysers
            warm = self._stack.enter_context(workshop.services(self._sandbox, self._told, *shared))
            shop = workshop.prepare(warm, self._task.assignment, "hidden")
            self._shop = replace(shop, floor=self._task.floor)
        except BaseException:
            self.close()
            raise
        return self._shop

    def _graded(self, listed: Listed, shop: Workshop, taken: Snapshot | None) -> Results:
        try:
            if listed.fault is not None:
                raise listed.fault
            return pipeline.grade_taken(taken or survey.take(listed), shop, self._task.seed)
        except (NotGradable, NotGraded) as cause:
            return pipeline.refuse(cause, listed.member.source, shop, self._task.seed)
        except Exception as fault:  # the worker's edge: a fault of ours costs one submission a retry, never the batch
            return pipeline.refuse(ours(fault), listed.member.source, shop, self._task.seed)


def named(results: Results, listed: Listed) -> Results:
    """The results under the id, the source and the time that the batch knows."""
    member = listed.member
    digest = results.submission.digest if results.submission.files else listed.digest
    submission = replace(
        results.submission,
        id=listed.id,
        digest=digest,
        source=member.source,
        received_at=member.received_at,
        same_as=listed.same_as,
    )
    return replace(results, submission=submission)


def ours(fault: Exception) -> NotGraded:
    """What a fault of grader's own means for a submission."""
    return NotGraded(
        "G612",
        f"grader itself failed: {type(fault).__name__}: {quote(str(fault), 300)}",
        "This is our fault, not the submission's; it keeps its right to a grade.",
        "Repeat the command with --resume.",
    )


class _Told:
    """A stage's progress, told under the name of the submission that runs."""

    def __init__(self, watch: Watch) -> None:
        self._watch, self.id, self._last = watch, "", 0.0

    def stage(self, name: str, detail: str = "") -> None:
        """Pass it on."""
        self._watch.stage(self.id, name, detail)

    def step(self, done: int, total: int, detail: str = "") -> None:
        """Pass some of them on: a display needs four a second."""
        del detail
        if done == total or time.monotonic() - self._last > 0.25:
            self._last = time.monotonic()
            self._watch.step(self.id, done, total)

    def note(self, message: str) -> None:
        """Pass it on."""
        self._watch.note(message)
