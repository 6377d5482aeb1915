"""`grader report`: render a recorded result again."""

from pathlib import Path

import rich_click as click

from grader.cli import options
from grader.cli.deliver import render, show
from grader.cli.options import Manner
from grader.results import file


@click.command("report")
@click.argument("results", type=click.Path(path_type=Path, exists=True))
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=None, help="Default: beside RESULTS.")
@options.formats
@options.output
def command(results: Path, out: Path | None, formats: tuple[str, ...], manner: Manner) -> int:
    """Render the reports of a recorded result again; nothing runs.

    RESULTS is a results.json, or the folder that holds one.

    Example: grader report out --format junit,sarif
    """
    path = file.locate(results)
    folder = out or path.parent
    recorded = file.read(path)
    folder.mkdir(parents=True, exist_ok=True)
    report = render(recorded, folder, formats, manner.lang)
    show(recorded, manner)
    click.echo(str(report), err=True)
    return 0
