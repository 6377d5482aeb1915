"""`grader score`: recorded measurements by other weights."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import rich_click as click

from grader.assignment import rubric
from grader.cli import compare, options
from grader.cli.deliver import GATE_NOT_MET, exit_code, write
from grader.cli.options import Manner
from grader.cli.screen import screen
from grader.errors import UsageError
from grader.quote import quote
from grader.render import comparison
from grader.results import file
from grader.results.compare import Comparison
from grader.results.compare import compare as compared
from grader.results.folder import RECORD
from grader.results.model import Results
from grader.score.again import again

_SIDES = ("before", "after")


@click.command("score")
@click.argument("results", type=click.Path(path_type=Path, exists=True))
@click.option(
    "--rubric",
    "rubric_path",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    help="TOML with [pillars], [criteria.NAME], [gates]; what it leaves out stays as recorded.",
)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=None, help="Write new records here.")
@options.formats
@options.output
def command(results: Path, rubric_path: Path | None, out: Path | None, formats: tuple[str, ...], manner: Manner) -> int:
    """Score recorded measurements again, by other weights or by this version's curves; nothing runs.

    RESULTS is a results.json, the folder of a run, or the folder of a batch. It says what changed, and which verdicts flip.

    Example: grader score out --rubric speedier.toml
    """
    paths = _records(results)
    if out is not None and any(path.parent.resolve().is_relative_to(out.resolve()) for path in paths):
        raise _would_overwrite(out)
    scored = {path: _scored(path, rubric_path) for path in paths}
    # That the rubrics differ is no remark here: it is the point.
    _show([replace(compared(old, new), remarks=()) for old, new in scored.values()], manner)
    if out is not None:
        for path, (_, new) in scored.items():
            report = write(new, out if len(paths) == 1 else out / path.parent.name, formats, manner.lang)
            click.echo(str(report), err=True)
    is_unmet = len(paths) == 1 and exit_code(scored[paths[0]][1]) == GATE_NOT_MET
    return GATE_NOT_MET if is_unmet else 0


def _records(results: Path) -> Sequence[Path]:
    """The record, or all graded ones of a batch."""
    if not (results / RECORD).is_file():
        return [file.locate(results)]
    paths = sorted(results.glob("*/results.json"))
    graded = [path for path in paths if file.read(path).score is not None]
    if len(graded) < len(paths):
        click.echo(
            f"note: {len(paths) - len(graded)} of {len(paths)} submissions have no grade to score again", err=True
        )
    return graded


def _scored(path: Path, rubric_path: Path | None) -> tuple[Results, Results]:
    """A record as it is, and as it would be; what makes them less than comparable is told."""
    old = file.read(path)
    own = again(old, rubric.weighting(old.rubric))
    wanted = rubric.read(rubric_path, old.rubric, old.assignment.id) if rubric_path is not None else None
    assert old.score is not None
    assert own.score is not None
    if old.rubric is None:
        click.echo(f"note: {quote(str(path))} holds no rubric; the defaults stand in for it", err=True)
    elif own.score.total != old.score.total and wanted is not None:
        told = f"by its own rubric it is {own.score.total:.1f} now, {old.score.total:.1f} in the record"
        click.echo(f"note: {quote(str(path))}: {told}; the curves have changed since", err=True)
    return old, own if wanted is None else again(old, wanted)


def _show(found: Sequence[Comparison], manner: Manner) -> None:
    if len(found) == 1:
        compare.show(found[0], _SIDES, manner)
    elif manner.json:
        click.echo(json.dumps([asdict(entry) for entry in found], indent=2))
    else:
        symbols = screen(manner, sys.stdout).symbols
        for entry in found:
            click.echo(comparison.line(entry, symbols))
        flipped = sum(bool(entry.flips) for entry in found)
        click.echo(f"{flipped} of {len(found)} submissions have another verdict or another gate")


def _would_overwrite(out: Path) -> UsageError:
    return UsageError(
        "G516",
        f"--out {quote(str(out))} holds the record that is scored again",
        "A what-if beside the score that counts is useful, one instead of it is not.",
        "Give another folder. Nothing was changed.",
    )
