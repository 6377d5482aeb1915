"""How delivery went over time: a strip of commits with long gaps cut out, and the budget; information; pure."""

import math
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from types import SimpleNamespace as Row

from grader.render.view import View
from grader.results.observations import Commit

_GAP_S = 3600.0  # a longer pause is cut out of the strip
_BREAK = 8.0  # per cent of the strip that a cut takes
_COMMITS = 200
_SMALLEST, _LARGEST = 3.0, 9.0  # radius of a commit, by the root of its changed lines


def pace(view: View) -> Row | None:
    """Return the facts and the strip; None where nothing is known."""
    found = view.results.pace
    if found is None:
        return None
    page = Row(self_reported=found.self_reported, rule=view.language.recorded(found.rule), count=len(found.commits))
    page.active, page.elapsed, page.budget = map(_hours, (found.active_s, found.elapsed_s, found.budget_s))
    page.bar = _budget(found.active_s, found.budget_s)
    dated = [(moment, commit) for commit in found.commits[-_COMMITS:] if (moment := _moment(commit.at)) is not None]
    page.commits = _strip(sorted(dated, key=lambda pair: pair[0]))
    page.sittings = 1 + sum(row.after_break for row in page.commits[1:]) if page.commits else 0
    return page


def _moment(at: str) -> datetime | None:
    try:
        return datetime.fromisoformat(at)
    except ValueError:
        return None


def _hours(seconds: float | None) -> str:
    """Hours and minutes; nothing where it isn't known."""
    if seconds is None:
        return ""
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60:02d}"


def _budget(active_s: float | None, budget_s: float | None) -> Row | None:
    """Both on an axis to half over the budget, in per cent."""
    if active_s is None or not budget_s:
        return None
    whole = 1.5 * budget_s
    return Row(active=100 * min(active_s, whole) / whole, budget=100 * budget_s / whole)


def _strip(dated: Sequence[tuple[datetime, Commit]]) -> list[Row]:
    """Where each commit stands, 0 to 100, and how large; a long pause takes a fixed width."""
    if not dated:
        return []
    gaps = [(later - earlier).total_seconds() for (earlier, _), (later, _) in pairwise(dated)]
    breaks = sum(gap > _GAP_S for gap in gaps)
    told = sum(gap for gap in gaps if gap <= _GAP_S)
    room = max(0.0, 100 - _BREAK * breaks)
    most = max(commit.lines for _, commit in dated) or 1
    rows, at = [], 0.0
    for (moment, commit), gap in zip(dated, [0.0, *gaps], strict=True):
        cut = gap > _GAP_S
        at += _BREAK if cut else room * gap / told if told else 0.0
        radius = _SMALLEST + (_LARGEST - _SMALLEST) * math.sqrt(max(0, commit.lines) / most)
        stamp = moment.strftime("%Y-%m-%d %H:%M")
        rows.append(Row(x=at, r=round(radius, 1), at=stamp, lines=commit.lines, after_break=cut, cut=at - _BREAK / 2))
    return rows
