"""`grader report`: render a recorded result again."""

from pathlib import Path

import rich_click as click

from grader.cli import deliver_batch, options
from grader.cli.deliver import render, show, split
from grader.cli.options import Manner
from grader.results import file


@click.command("report")
@click.argument("results", type=click.Path(path_type=Path, exists=True))
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=None, help="Default: beside RESULTS.")
@click.option(
    "--assets",
    type=click.Choice(["inline", "external"]),
    default="inline",
    show_default=True,
    help="external: style and script in files of their own, for servers that block them in a page.",
)
@options.blind
@options.formats
@options.output
def command(results: Path, out: Path | None, assets: str, blind: bool, formats: tuple[str, ...], manner: Manner) -> int:
    """Render the reports of a recorded result or of a batch again; nothing runs.

    RESULTS is a results.json or a batch.json, or the folder that holds one. Of a batch, its page and its table are written,
    with what reviewers noted in review.toml since.

    Example: grader report out --format junit,sarif
    """
    batch = file.locate_batch(results)
    if batch is not None:
        folder = out or batch.parent
        folder.mkdir(parents=True, exist_ok=True)
        whole = file.read_batch(batch)
        report = deliver_batch.render_batch(whole, batch.parent, folder, manner.lang, is_blind=blind)
        deliver_batch.show(whole, manner)
    else:
        path = file.locate(results)
        recorded, folder = file.read(path), out or path.parent
        folder.mkdir(parents=True, exist_ok=True)
        report = render(recorded, folder, formats, manner.lang)
        show(recorded, manner)
    if assets == "external":
        split(report, report.with_name("report.reviewer.html"))
    click.echo(str(report), err=True)
    return 0
