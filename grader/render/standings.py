"""A batch's ranking as a terminal shows it: the first twenty, and how many more there are. Pure."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from grader.quote import quote
from grader.render.terminal import ASCII, Symbols, word
from grader.results.batch import Batch, Entry
from grader.results.folder import PAGE
from grader.results.standing import Place
from grader.results.summary import verdicts

_ROWS = 20
_STYLES = {"accepted": "green", "failed": "dark_orange", "not_gradable": "magenta", "not_graded": "red"}


def line(batch: Batch) -> str:
    """How many there are of each verdict, on one line."""
    told = [f"{count} {word(verdict)}" for verdict, count in verdicts(batch).items() if count]  # type: ignore[arg-type]
    return ", ".join(told) or "nothing graded"


def table(batch: Batch, places: Sequence[Place], symbols: Symbols = ASCII) -> RenderableType:
    """The best of a batch, who has no grade, and the sum."""
    drawn = Table(box=None, padding=(0, 2, 0, 0))
    drawn.add_column("place", justify="right", no_wrap=True)
    drawn.add_column("submission", no_wrap=True, max_width=32)
    drawn.add_column("verdict", no_wrap=True, min_width=14)
    for name, width in (("total", 5), ("band", 10), ("correct", 7), ("quality", 7), ("speed", 5), ("tests", 7)):
        drawn.add_column(name, justify="right", no_wrap=True, min_width=width)
    if any(entry.reason for entry in batch.entries):
        drawn.add_column("why", no_wrap=True)
    known = {entry.id: entry for entry in batch.entries}
    rows = [(_place(place), known[place.id]) for place in places]
    rows += [("", entry) for entry in batch.entries if entry.score is None]
    for place, entry in rows[:_ROWS]:
        drawn.add_row(place, *_row(entry, len(batch.tests), symbols))
    more = f"{len(rows) - _ROWS} more in {PAGE}" if len(rows) > _ROWS else ""
    return Group(drawn, Text(more, "dim"), Text(line(batch))) if more else Group(drawn, Text(line(batch)))


def _place(place: Place) -> str:
    until = f"-{place.worst}" if place.worst > place.place else ""
    return f"{'=' if place.is_tied else ''}{place.place}{until}"


def _row(entry: Entry, tests: int, symbols: Symbols) -> list[RenderableType]:
    verdict = Text(f"{symbols.verdicts[entry.verdict]} {word(entry.verdict)}", _STYLES[entry.verdict])
    name = Text(quote(entry.name, 40))
    if entry.score is None:
        why = quote(f"{entry.reason.code}: {entry.reason.message}", 60) if entry.reason else ""
        return [name, verdict, *[Text("-")] * 6, Text(why)]
    score = entry.score
    pillars = [score.pillars.correctness, score.pillars.quality, score.pillars.speed]
    return [
        name,
        verdict,
        Text(f"{score.total:.1f}"),
        Text(f"{score.low:.1f}-{score.high:.1f}"),
        *[Text("-" if value is None else f"{value:.0f}") for value in pillars],
        Text(f"{entry.passed}/{tests}"),
    ]
