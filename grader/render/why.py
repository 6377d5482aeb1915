"""Why the score is what it is, and what to do next: the score strip, the waterfall, the gates, the improvements; pure."""

import math
import re
from collections.abc import Sequence
from types import SimpleNamespace as Row

from grader.render.view import View
from grader.render.words import CRITERIA, EFFORTS, GATES, MEANINGS, PILLARS, PLACES, PUBLIC_TESTS, VERDICTS
from grader.results.model import Criterion, Gate, Improvement, Pillar

_PILLARS: tuple[Pillar, ...] = ("correctness", "quality", "speed")
_TICKS = 10.0  # points between two lines of the waterfall's axis
_WIDEST_START = 70.0  # the axis starts here, or lower where the score does


def verdict(view: View) -> Row:
    """The status word, its meaning, and what stands between the submission and its next gate."""
    results, say = view.results, view.language.text
    row = Row(word=say(VERDICTS[results.verdict]), meaning=say(MEANINGS[results.verdict]), nearest="")
    row.reason = view.language.recorded(results.reason.message) if results.reason else ""
    row.code = results.reason.code if results.reason else ""
    if results.score is not None:
        row.nearest = _nearest(view)
    return row


def score(view: View) -> Row:
    """The total with its band and its pillars, and everything that leads there."""
    found = view.results.score
    assert found is not None
    row = Row(total=found.total, low=found.low, high=found.high, uncapped=found.uncapped, other=found.other)
    row.is_geometric = found.balance == "geometric"
    row.pillars = _pillars(view)
    row.counted = [criterion for criterion in view.results.criteria if criterion.max_points > 0]
    row.falls = _falls(view, row.counted)
    row.kept = [_row(view, c) for c in row.counted if c.points >= c.max_points]
    row.balanced, row.capped = _after(view)
    row.start = min(_WIDEST_START, _TICKS * math.floor(min([found.total, *(fall.end for fall in row.falls)]) / _TICKS))
    row.ticks = _ticks(row.start)
    row.criteria = [_row(view, criterion) for criterion in view.results.criteria]
    row.missing = ", ".join(c.title for c in row.criteria if c.state == "not_measured" and c.weight > 0)
    row.gates = [_gate(view, gate) for gate in view.results.gates]
    row.unmet = [_gate(view, gate) for gate in view.results.gates if not gate.met and gate.cap is not None]
    row.caps = sorted({gate.cap for gate in view.results.gates if not gate.met and gate.cap is not None})
    row.next = [_next(view, improvement) for improvement in view.results.improvements]
    return row


def title(view: View, criterion: str) -> str:
    """What a criterion is called; at the public level, its tests are."""
    named = PUBLIC_TESTS if criterion == "tests" and view.results.level == "public" else CRITERIA.get(criterion)
    return view.language.text(named) if named else criterion


def _ticks(start: float) -> list[float]:
    step = _TICKS if start >= _WIDEST_START else 25.0 if start < 2 * _TICKS else 2 * _TICKS
    return [100 - step * n for n in range(int((100 - start) / step), -1, -1)]


# ---------------------------------------------------------------- the sum
def _falls(view: View, counted: Sequence[Criterion]) -> list[Row]:
    """Lost points from 100 down, largest first; each row starts where the one before ended."""
    at, rows = 100.0, []
    for criterion in sorted(counted, key=lambda c: c.points - c.max_points):
        lost = round(criterion.max_points - criterion.points, 1)
        if lost > 0:
            row = _row(view, criterion)
            row.start, row.end, row.lost = at, round(at - lost, 1), lost
            at = row.end
            rows.append(row)
    return rows


def _row(view: View, criterion: Criterion) -> Row:
    return Row(
        id=criterion.id,
        title=title(view, criterion.id),
        href=PLACES.get(criterion.id, "quality"),
        pillar=criterion.pillar,
        why=_measured(view, criterion),
        weight=criterion.weight,
        score=criterion.score,
        low=criterion.low,
        high=criterion.high,
        points=criterion.points,
        max=criterion.max_points,
        state=criterion.state,
    )


def _measured(view: View, criterion: Criterion) -> str:
    """What was measured, in a line; a checklist's questions stand in their own place."""
    asked = [check for check in view.results.checks if check.criterion == criterion.id]
    if not asked or criterion.score is None:
        return view.language.recorded(criterion.why)
    met = sum(check.is_met for check in asked)
    return view.language.text("{met} of {all} questions are answered", met=met, all=len(asked))


def _after(view: View) -> tuple[list[Row], list[Row]]:
    """What moves the sum of the criteria to the total: the geometric balance, then a cap; exact to a tenth."""
    score = view.results.score
    assert score is not None
    summed = round(sum(criterion.points for criterion in view.results.criteria), 1)
    balanced = [Row(start=summed, end=score.uncapped)] if round(summed - score.uncapped, 1) else []
    if score.total >= score.uncapped:
        return balanced, []
    closing = [gate for gate in view.results.gates if not gate.met and gate.cap is not None and gate.cap <= score.total]
    why = ", ".join(view.language.text(GATES[gate.id]) for gate in closing if gate.id in GATES)
    return balanced, [Row(start=score.uncapped, end=score.total, why=why)]


def _pillars(view: View) -> list[Row]:
    rows, start = [], 0.0
    for pillar in _PILLARS:
        inside = [c for c in view.results.criteria if c.pillar == pillar and c.max_points > 0]
        points, most = round(sum(c.points for c in inside), 1), round(sum(c.max_points for c in inside), 1)
        worst = max(inside, key=lambda c: c.max_points - c.points, default=None)
        rows.append(
            Row(
                id=pillar,
                title=view.language.text(PILLARS[pillar]),
                points=points,
                max=most,
                start=start,
                worst=_row(view, worst) if worst else None,
                measured=bool(inside),
            )
        )
        start += points
    return rows


# ---------------------------------------------------------------- gates
def _gate(view: View, gate: Gate) -> Row:
    named, recorded = GATES.get(gate.id), view.language.recorded
    return Row(
        title=view.language.text(named) if named else gate.id,
        met=gate.met,
        limit=recorded(gate.limit),
        actual=recorded(gate.actual),
        effect=recorded(gate.effect),
    )


def _nearest(view: View) -> str:
    """One sentence on the distance to the next gate; none where the numbers for it aren't told."""
    gates = {gate.id: gate for gate in view.results.gates}
    low, accept = gates.get("min_share"), gates.get("accept_share")
    points = sum(group.points for group in view.results.groups)
    most = sum(group.max_points for group in view.results.groups)
    say, fixed = view.language.text, view.language.fixed
    if low is not None and not low.met and most:
        missing = most * _share(low) - points
        return say("The cap goes when {n} more test points are earned.", n=fixed(missing, 1))
    if accept is not None and not accept.met:
        return _to_acceptance(view, accept)
    if low is not None and most and low.met:
        margin = 100 * (points / most - _share(low))
        return say("Every gate on tests is met, the nearest by {n} per cent of the test points.", n=fixed(margin, 0))
    return ""


def _to_acceptance(view: View, accept: Gate) -> str:
    groups = view.results.groups
    if any(not group.tests for group in groups):
        return ""
    needed = math.ceil(_share(accept) * sum(group.tests for group in groups) - 1e-9)
    missing = needed - sum(group.passed for group in groups)
    if missing <= 0:
        return ""
    return view.language.plural("To be accepted: {n} more test.", "To be accepted: {n} more tests.", missing)


def _share(gate: Gate) -> float:
    found = re.match(r"(\d+(?:\.\d+)?)%", gate.limit)
    return float(found[1]) / 100 if found else 0.0


# ---------------------------------------------------------------- next
def _next(view: View, improvement: Improvement) -> Row:
    say, place = view.language.text, improvement.place or ""
    row = Row(points=improvement.points, after=improvement.total_after, place=place, href=None)
    row.effort, row.criterion = say(EFFORTS[improvement.effort]), title(view, improvement.criterion)
    if improvement.criterion == "tests":
        titles = {group.id: group.title for group in view.results.groups}
        named = "”, “".join(titles.get(group, group) for group in place.split(", "))
        row.title, row.place = say("Make the tests of “{group}” pass", group=named), ""
        row.href = "tests"
        return row
    row.title = view.language.recorded(improvement.title)
    row.href = view.place(place) or PLACES.get(improvement.criterion)
    return row
