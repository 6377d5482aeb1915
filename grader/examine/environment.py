"""What an assignment promises to code, before any runs: a Python new enough, packages, an image."""

from grader.assignment.model import Assignment
from grader.errors import UsageError
from grader.sandbox.protocol import Equipment, Sandbox


def equipped(sandbox: Sandbox, assignment: Assignment) -> Sandbox:
    """Return the sandbox with what the assignment promises its submissions.

    Raises:
        UsageError: its Python is too old, or it has no images and one is asked for.
        NotGraded: the packages can't be collected.
    """
    asked = assignment.rules.environment
    mine = sandbox.equipped(Equipment(asked.packages, asked.test_packages, asked.image))
    found = mine.python()
    if tuple(map(int, found.split(".")[:2])) < tuple(map(int, asked.python.split(".")[:2])):
        raise UsageError(
            "G304",
            f"the assignment {assignment.rules.id!r} needs Python {asked.python}, the sandbox has {found}",
            "A submission may use whatever the brief promised, so an older Python would fail it unjustly.",
            "Choose a newer base image (GRADER_BASE_IMAGE), then: grader image build. Nothing was run.",
        )
    return mine
