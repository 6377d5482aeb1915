"""What is warm and ready before a submission comes: the services, and an assignment whose tests are collected."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from grader.assignment import architecture, load
from grader.assignment.model import Assignment
from grader.errors import NotGradable, UsageError
from grader.examine import environment, examination, room
from grader.examine.suite import Suite
from grader.intake import source as intake
from grader.intake.snapshot import Snapshot
from grader.progress import Progress
from grader.quality import analyse, own_tests
from grader.quality.analysers import Analysers
from grader.quality.own_tests import Trials
from grader.quality.yardstick import Yardstick
from grader.sandbox.protocol import Sandbox, Service
from grader.speed.noise import Floor
from grader.turns import Alone, Turns

ANALYSE_S = 60.0
_SLOTS = 2  # the submission's, and the reference's beside it for the race
_ALONE = Alone()


@dataclass(frozen=True, slots=True)
class Services:
    """What stays warm between submissions, and between assignments: the examiner and the analysers."""

    sandbox: Sandbox
    examiner: Service
    quality: Service
    progress: Progress
    turns: Turns = _ALONE


@dataclass(frozen=True, slots=True)
class Workshop:
    """An assignment ready to grade submissions with: its tests are collected, its reference is read."""

    services: Services
    suite: Suite
    reference: Snapshot | None
    level: load.Level
    yardstick: Yardstick
    trials: Trials
    floor: Floor = field(default_factory=Floor)


@contextmanager
def services(
    sandbox: Sandbox, progress: Progress, turns: Turns = _ALONE, analysers: Analysers | None = None
) -> Iterator[Services]:
    """Start the warm services; they are gone when the block ends.

    Args:
        sandbox: where.
        progress: told.
        turns: of work and of timing.
        analysers: of all who share them; None for some of one's own.

    Raises:
        NotGraded: our infrastructure failed.
    """
    progress.stage("start", f"examiner and analysers ({sandbox.name})")
    lent = (analysers or Analysers()).lent(sandbox)
    with lent as quality, sandbox.service("examiner", _SLOTS) as examiner:
        quality.await_start()
        yield Services(sandbox, examiner, quality, progress, turns)


def prepare(warm: Services, assignment: Assignment, level: load.Level) -> Workshop:
    """Collect an assignment's tests and read its reference.

    Raises:
        UsageError: the assignment's fault, before any submission runs.
        NotGraded: our infrastructure failed.
    """
    warm = replace(warm, sandbox=environment.equipped(warm.sandbox, assignment))
    reference = _reference(assignment)
    collected = examination.collect(warm.examiner, warm.sandbox, assignment, level, reference)
    trials = own_tests.trials(assignment, reference)
    return Workshop(warm, collected, reference, level, _yardstick(warm, assignment, reference), trials)


def _reference(assignment: Assignment) -> Snapshot | None:
    if not assignment.reference:
        return None
    try:
        taken = intake.take(str(assignment.reference))
        room.check(taken.files, assignment.rules.limits, taken.source)
    except NotGradable as cause:
        raise UsageError(
            "G106",
            cause.what,
            "The reference is what submissions are held against, so it must be gradable itself.",
            "Correct it, or the limits in assignment.toml. Nothing was run.",
        ) from cause
    return taken


def _yardstick(warm: Services, assignment: Assignment, reference: Snapshot | None) -> Yardstick:
    """What quality is held against; the reference is measured once an assignment."""
    asked = assignment.rules.architecture
    given = Yardstick(load.starter(assignment), architecture=architecture.table(asked) if asked else None)
    return analyse.measure(warm.quality, reference, ANALYSE_S, given) if reference else given
