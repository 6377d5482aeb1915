"""`grader grade`: one submission, hidden tests."""

import secrets
from pathlib import Path

import rich_click as click

from grader import bundled, pipeline
from grader.assignment import load
from grader.cli import options
from grader.cli.deliver import deliver
from grader.cli.options import Manner
from grader.cli.workshop import workshop


@click.command("grade")
@click.argument("assignment")
@click.argument("submission")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder for the results.")
@click.option("--seed", type=int, default=None, help="Repeat a run: the seed of its inputs, from results.json.")
@options.formats
@options.sandbox
@options.manner
def command(
    assignment: str,
    submission: str,
    out: Path,
    seed: int | None,
    formats: tuple[str, ...],
    sandbox_name: str | None,
    manner: Manner,
) -> int:
    """Grade one submission with the hidden tests, and write its record and its reports.

    ASSIGNMENT is a folder or the id of a bundled one; SUBMISSION a folder, an archive or REPO@REVISION.

    Example: grader grade inventory solution.zip --out out
    """
    chosen = load.load(assignment, bundled.path("assignments"))
    with workshop(chosen, "hidden", "grade", sandbox_name, manner) as shop:
        results = pipeline.grade(submission, shop, seed if seed is not None else secrets.randbits(32))
    return deliver(results, out, formats, manner)
