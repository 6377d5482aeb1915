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
# Column -> how wide a terminal must be to have it.
_NUMBERS = {"total": 0, "band": 72, "correct": 96, "quality": 96, "speed": 96, "tests": 72}
_STYLES = {"accepted": "green", "failed": "dark_orange", "not_gradable": "magenta", "not_graded": "red"}


def line(batch: Batch) -> str:
    """How many there are of each verdict, on one line."""
    told = [f"{count} {word(verdict)}" for verdict, count in verdicts(batch).items() if count]  # type: ignore[arg-type]
    return ", ".join(told) or "nothing graded"


def table(batch: Batch, places: Sequence[Place], width: int, symbols: Symbols = ASCII) -> RenderableType:
    """The best of a batch, who has no grade and why, and the sum; a narrow terminal gets fewer columns, never half ones.

    Args:
        batch: the record.
        places: of all that have a grade, the first first.
        width: columns of the terminal.
        symbols: signs that the terminal can show.
    """
    known = {entry.id: entry for entry in batch.entries}
    ungraded = [entry for entry in batch.entries if entry.score is None]
    parts: list[RenderableType] = []
    if places:
        rows = [(_place(place), known[place.id]) for place in places[:_ROWS]]
        parts.append(_graded(rows, len(batch.tests), width, symbols))
    if shown := ungraded[: max(0, _ROWS - len(places))]:
        parts.append(_ungraded(shown, symbols))
    if (hidden := len(places) + len(ungraded) - _ROWS) > 0:
        parts.append(Text(f"{hidden} more in {PAGE}", "dim"))
    return Group(*parts, Text(line(batch)))


def _graded(rows: Sequence[tuple[str, Entry]], tests: int, width: int, symbols: Symbols) -> Table:
    drawn = Table(box=None, padding=(0, 2, 0, 0))
    drawn.add_column("place", justify="right", no_wrap=True, min_width=5)
    drawn.add_column("submission", min_width=12, max_width=32)
    drawn.add_column("verdict", no_wrap=True, min_width=14)
    names = [name for name, least in _NUMBERS.items() if width >= least]
    for name in names:
        drawn.add_column(name, justify="right", no_wrap=True, min_width=len(name))
    for place, entry in rows:
        numbers = _numbers(entry, tests)
        drawn.add_row(place, _name(entry), _verdict(entry, symbols), *(Text(numbers[name]) for name in names))
    return drawn


def _ungraded(entries: Sequence[Entry], symbols: Symbols) -> Table:
    drawn = Table(box=None, padding=(0, 2, 0, 0))
    drawn.add_column("submission", no_wrap=True, min_width=12, max_width=32)
    drawn.add_column("verdict", no_wrap=True, min_width=14)
    drawn.add_column("why", overflow="fold")
    for entry in entries:
        why = quote(f"{entry.reason.code}: {entry.reason.message}", 160) if entry.reason else ""
        drawn.add_row(_name(entry), _verdict(entry, symbols), Text(why))
    return drawn


def _place(place: Place) -> str:
    until = f"-{place.worst}" if place.worst > place.place else ""
    return f"{'=' if place.is_tied else ''}{place.place}{until}"


def _name(entry: Entry) -> Text:
    return Text(quote(entry.name, 40), no_wrap=True, overflow="ellipsis")


def _verdict(entry: Entry, symbols: Symbols) -> Text:
    return Text(f"{symbols.verdicts[entry.verdict]} {word(entry.verdict)}", _STYLES[entry.verdict], no_wrap=True)


def _numbers(entry: Entry, tests: int) -> dict[str, str]:
    """The cells of a graded submission, by column."""
    score = entry.score
    assert score is not None
    pillars = {"correct": score.pillars.correctness, "quality": score.pillars.quality, "speed": score.pillars.speed}
    return {
        "total": f"{score.total:.1f}",
        "band": f"{score.low:.1f}-{score.high:.1f}",
        **{name: "-" if value is None else f"{value:.0f}" for name, value in pillars.items()},
        "tests": f"{entry.passed}/{tests}",
    }
