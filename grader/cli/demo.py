"""`grader demo`: the sample submissions of a bundled assignment, graded before your eyes."""

from pathlib import Path

import rich_click as click
from rich.console import Console

from grader import bundled, pipeline
from grader.assignment import load
from grader.cli import options
from grader.cli.deliver import write
from grader.cli.options import Manner
from grader.cli.progress import progress
from grader.render import terminal
from grader.sandbox import choose

_SEED = 2026  # the same inputs each time: a demo that differs explains nothing
_SHOWN_FIRST = "off_by_one"
_SHOWN = 6  # of the assignment's solutions: about a minute, most of it for timing
_WIDTH = 132  # of the table where no terminal says how wide it is


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
    graded = []
    with progress(manner) as shown:
        sandbox = choose.pick(sandbox_name, "demo", options.base_image(), shown)
        with pipeline.services(sandbox, shown) as warm:
            shop = pipeline.prepare(warm, chosen, "hidden")
            for solution in chosen.rules.solutions[:_SHOWN]:
                shown.note(f"grading {solution.path}")
                results = pipeline.grade(str(chosen.root / solution.path), shop, _SEED)
                name = Path(solution.path).name
                graded.append((name, results, write(results, out / name, ())))
    console = Console(force_terminal=manner.color, no_color=manner.color is False)
    if not console.is_terminal:
        console.width = _WIDTH
    console.print(terminal.table([(name, results) for name, results, _ in graded]))
    reports = {name: report for name, _, report in graded}
    click.echo(str(reports.get(_SHOWN_FIRST, graded[-1][2])), err=True)
    return 0
