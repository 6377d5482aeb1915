"""From options to an assignment that is ready to grade with: what every grading command begins with."""

from collections.abc import Iterator
from contextlib import contextmanager

from grader.assignment.load import Level
from grader.assignment.model import Assignment
from grader.cli import options
from grader.cli.options import Manner
from grader.cli.progress import progress
from grader.sandbox import choose
from grader.workshop import Workshop, prepare, services


@contextmanager
def workshop(
    assignment: Assignment, level: Level, purpose: choose.Purpose, sandbox_name: str | None, manner: Manner
) -> Iterator[Workshop]:
    """Show progress, choose the sandbox, start the services and collect the tests; all is gone when the block ends.

    Raises:
        UsageError: the assignment's fault, or a sandbox that isn't for this purpose.
        NotGraded: our infrastructure failed.
    """
    with progress(manner) as shown:
        sandbox = choose.pick(sandbox_name, purpose, options.base_image(), shown, options.runtime())
        with services(sandbox, shown) as warm:
            yield prepare(warm, assignment, level)
