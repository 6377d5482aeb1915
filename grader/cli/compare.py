"""`grader compare`: two submissions, criterion by criterion; or two runs of a batch, submission by submission."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

import rich_click as click

from grader.batch import compare as batches
from grader.cli import options
from grader.cli.options import Manner
from grader.cli.screen import screen
from grader.errors import UsageError
from grader.render import changes, comparison, comparison_page
from grader.results import file
from grader.results.changes import Comparison as BatchComparison
from grader.results.compare import Comparison, compare
from grader.results.folder import COMPARISON

_RECORD = click.Path(path_type=Path, exists=True)


@click.command("compare")
@click.argument("a", type=_RECORD)
@click.argument("b", type=_RECORD)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    help="Write comparison.html of two submissions here.",
)
@options.output
def command(a: Path, b: Path, out: Path | None, manner: Manner) -> int:
    """Compare two submissions to one assignment: points, what is within noise, tests that one alone passes, hot spots.

    A and B are each a results.json, or the folder of a run. Two folders of a batch, or their batch.json, are compared as
    batches: whose verdict or place changed, and why. It runs nothing.

    Example: grader compare out/ada out/bob
    """
    runs = file.locate_batch(a), file.locate_batch(b)
    if runs[0] and runs[1]:
        if out is not None:
            raise _no_page()
        _show_batches(batches.compare(file.read_batch(runs[0]), file.read_batch(runs[1])), manner)
        return 0
    left, right = file.read(file.locate(a)), file.read(file.locate(b))
    found = compare(left, right)
    show(found, ("A", "B"), manner)
    if out is not None:
        page = out / COMPARISON
        file.write_text(page, comparison_page.render(found, left, right, manner.lang))
        click.echo(str(page.resolve()), err=True)
    return 0


def show(found: Comparison, sides: comparison.Sides, manner: Manner) -> None:
    """Print a comparison on stdout, as the command was asked to talk."""
    shows = screen(manner, sys.stdout)
    if manner.json:
        click.echo(json.dumps(asdict(found), indent=2))
    elif manner.quiet:
        click.echo(comparison.line(found, shows.symbols))
    else:
        shows.console(sys.stdout).print(comparison.comparison(found, sides, shows.symbols))


def _show_batches(found: BatchComparison, manner: Manner) -> None:
    if manner.json:
        click.echo(json.dumps(asdict(found), indent=2))
    elif manner.quiet:
        click.echo(changes.line(found))
    else:
        screen(manner, sys.stdout).console(sys.stdout).print(changes.table(found))


def _no_page() -> UsageError:
    return UsageError(
        "G518",
        f"--out: two batches have no {COMPARISON}",
        "A page is drawn for two submissions; batches are compared on the terminal, or as JSON.",
        "Leave --out out, or keep what --json prints. Nothing was written.",
    )
