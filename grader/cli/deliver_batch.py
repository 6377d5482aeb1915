"""The end of a batch: its page, the table on stdout, the path on stderr, an exit code."""

import sys
from pathlib import Path

from grader.batch import rank
from grader.cli import batch_pages
from grader.cli.options import Manner
from grader.cli.screen import screen
from grader.render import standings
from grader.results import file
from grader.results.batch import Batch
from grader.results.folder import BLIND_PAGE
from grader.results.summary import verdicts

_INTERRUPTED, _SOME_NOT_GRADED = 130, 5


def deliver_batch(batch: Batch, page: Path, manner: Manner) -> int:
    """Show the ranking, say where its page is, and return the exit code."""
    show(batch, manner)
    if batch.finished_at is None:
        _say(f"interrupted: {len(batch.entries)} of {batch.expected} are graded and kept; go on with --resume")
    _say(str(page))
    return exit_code(batch)


def render_batch(batch: Batch, folder: Path, out: Path, lang: str, *, is_blind: bool) -> Path:
    """Write the page and the table, the blind ones too where asked for, or where they are; returns the page's path.

    Raises:
        UsageError: a review or the map of aliases has a mistake.
    """
    page = batch_pages.write_pages(batch, folder, out, lang)
    if not is_blind and not (out / BLIND_PAGE).exists():
        return page
    hidden = batch_pages.write_blind_pages(batch, out, lang)
    return hidden if is_blind else page


def exit_code(batch: Batch) -> int:
    """The contract's exit code of a batch."""
    if batch.finished_at is None:
        return _INTERRUPTED
    return _SOME_NOT_GRADED if verdicts(batch)["not_graded"] else 0


def show(batch: Batch, manner: Manner) -> None:
    """Print the record, a line or the ranking on stdout, as the command was asked to talk."""
    if manner.json:
        sys.stdout.write(file.batch_text(batch))
    elif manner.quiet:
        print(standings.line(batch))
    else:
        shows = screen(manner, sys.stdout)
        places = rank.places(rank.ranked(batch))
        shows.console(sys.stdout).print(standings.table(batch, places, shows.width, shows.symbols))


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
