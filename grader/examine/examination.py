"""Which way an assignment's tests run: behind the glass, or in one container with the submission."""

from grader.assignment import load
from grader.assignment.model import Assignment
from grader.examine import room, suite, without_glass
from grader.examine.suite import Examined, Setting, Suite
from grader.intake.snapshot import Snapshot
from grader.sandbox.protocol import Sandbox, Service


def collect(
    service: Service, sandbox: Sandbox, assignment: Assignment, level: load.Level, reference: Snapshot | None
) -> Suite:
    """Have the tests of an assignment listed, without any submission.

    Raises:
        UsageError: the suite doesn't collect, or no group names one of its tests; its author's fault.
        NotGraded: our infrastructure failed.
    """
    way = without_glass.collect if assignment.rules.door.glass == "off" else suite.collect
    return way(service, sandbox, assignment, level, reference)


def examine(setting: Setting) -> Examined:
    """Run every test of the suite against a submission.

    Raises:
        NotGradable: its container can't hold the submission.
        NotGraded: our infrastructure failed; nothing is said about the submission.
    """
    room.check(setting.snapshot.files, setting.suite.assignment.rules.limits, setting.snapshot.source)
    if setting.suite.assignment.rules.door.glass == "off":
        return without_glass.examine(setting)
    return suite.examine(setting.suite, setting.sandbox, setting.snapshot, setting.seed, setting.step)
