"""What changed between two runs of a batch, for a terminal. Pure: it reads values, and knows nothing of how they came about."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from grader.quote import quote
from grader.render.terminal import word
from grader.results.changes import Change, Comparison, Side

_ROWS = 40


def line(found: Comparison) -> str:
    """The counts, on one line."""
    flips = sum(change.is_flip for change in found.changes)
    moves = sum(change.is_move and not change.is_flip for change in found.changes)
    rest = len(found.changes) - flips - moves
    return f"{flips} verdicts flipped, {moves} moved, {rest} differ within their place, {found.same} as before"


def table(found: Comparison) -> RenderableType:
    """What differs as a whole, then each submission: both sides, why, and which tests ended otherwise."""
    drawn = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("submission", "verdict", "total", "place", "why", "tests"):
        drawn.add_column(name, justify="right" if name in ("total", "place") else "left", no_wrap=name != "tests")
    for change in found.changes[:_ROWS]:
        drawn.add_row(*map(Text, _cells(change)))
    differs = "; ".join(found.causes) or "nothing: what differs below is noise"
    hidden = len(found.changes) - _ROWS
    notes = [f"{hidden} more: --json has all"] if hidden > 0 else []
    notes += [line(found), *_missing("old", found.only_old), *_missing("new", found.only_new)]
    return Group(Text(f"between the runs: {differs}"), drawn, *map(Text, notes))


def _missing(run: str, names: Sequence[str]) -> list[str]:
    shown = ", ".join(quote(name, 40) for name in names[:10])
    return [f"only in the {run} run: {shown}{' and more' if len(names) > 10 else ''}"] if names else []


def _cells(change: Change) -> list[str]:
    old, new, tests = change.old, change.new, change.tests
    verdict = word(new.verdict) if old.verdict == new.verdict else f"{word(old.verdict)} to {word(new.verdict)}"
    shown = ", ".join(quote(test, 60) for test in tests[:3]) + (f" and {len(tests) - 3} more" if len(tests) > 3 else "")
    return [
        quote(change.name, 32),
        verdict,
        _both(_total(old), _total(new)),
        _both(_place(old), _place(new)),
        ", ".join(change.why),
        shown,
    ]


def _both(old: str, new: str) -> str:
    return new if old == new else f"{old} to {new}"


def _total(side: Side) -> str:
    return "-" if side.total is None else f"{side.total:.1f}"


def _place(side: Side) -> str:
    if side.place is None or side.worst is None:
        return "-"
    return f"{side.place}-{side.worst}" if side.worst > side.place else str(side.place)
