"""`grader demo`: the sample submissions of a bundled assignment, graded before your eyes."""

import sys
from collections.abc import Mapping
from pathlib import Path

import rich_click as click

from grader import bundled, pipeline
from grader.assignment import load
from grader.cli import options
from grader.cli.deliver import write
from grader.cli.options import Manner
from grader.cli.screen import screen
from grader.cli.workshop import workshop
from grader.render import terminal
from grader.results import file
from grader.results.model import Results

_SEED = 2026  # the same inputs each time: a demo that differs explains nothing
_SHOWN_FIRST = "off_by_one"
_SHOWN = 6  # of the assignment's solutions: about a minute, most of it for timing


@click.command("demo")
@click.option("--assignment", default="inventory", show_default=True, help="Id of a bundled assignment.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("out/demo"), show_default=True)
@options.sandbox
@options.manner
def command(assignment: str, out: Path, sandbox_name: str | None, manner: Manner) -> int:
    """Grade the sample submissions of a bundled assignment, and print a table and a report.

    Example: grader demo
    """
    chosen = load.load(assignment, bundled.path("assignments"))
    graded, reports = {}, {}
    with workshop(chosen, "hidden", "demo", sandbox_name, manner) as shop:
        for solution in chosen.rules.solutions[:_SHOWN]:
            name = Path(solution.path).name
            shop.services.progress.note(f"grading {solution.path}")
            graded[name] = pipeline.grade(str(chosen.root / solution.path), shop, _SEED)
            reports[name] = write(graded[name], out / name, (), manner.lang)
    _show(graded, manner)
    click.echo(str(reports.get(_SHOWN_FIRST, reports[name])), err=True)
    return 0


def _show(graded: Mapping[str, Results], manner: Manner) -> None:
    if manner.json:
        click.echo("[" + ",\n".join(file.text(results).rstrip() for results in graded.values()) + "]")
    elif manner.quiet:
        for name, results in graded.items():
            click.echo(f"{name}: {terminal.line(results)}")
    else:
        shows = screen(manner, sys.stdout)
        shows.console(sys.stdout).print(terminal.table(list(graded.items()), shows.symbols))
