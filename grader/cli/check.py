"""`grader check`: a candidate's own look, with the kit."""

import secrets
from pathlib import Path

import rich_click as click

from grader import pipeline
from grader.assignment import load
from grader.cli import options
from grader.cli.deliver import deliver
from grader.cli.options import Manner
from grader.cli.workshop import workshop

_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command("check")
@click.argument("submission", default=".")
@click.option("--kit", type=_FOLDER, default=None, help="The kit that the team gave out; default: .grader, else here.")
@click.option("--out", type=_FOLDER, default=Path(".grader/report"), show_default=True, help="Folder for the results.")
@options.formats
@options.sandbox
@options.manner
def command(
    submission: str, kit: Path | None, out: Path, formats: tuple[str, ...], sandbox_name: str | None, manner: Manner
) -> int:
    """Check your own solution with the public tests, before you hand it in.

    SUBMISSION is a folder, an archive or REPO@REVISION; by default this folder. The hidden tests run at grading.

    Example: grader check --kit kit solution
    """
    chosen = load.load_kit(kit or _default_kit())
    with workshop(chosen, "public", "check", sandbox_name, manner) as shop:
        results = pipeline.grade(submission, shop, secrets.randbits(32))
    return deliver(results, out, formats, manner)


def _default_kit() -> Path:
    return Path(".grader") if Path(".grader/kit.toml").is_file() else Path()
