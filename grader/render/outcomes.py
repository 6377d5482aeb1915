"""The tests of a page: groups, what did not pass with what was compared, what passed, and time against the limit; pure."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from types import SimpleNamespace as Row

from grader.render import charts, trace
from grader.render.room import Room
from grader.render.view import View
from grader.render.words import OUTCOMES, SEES
from grader.results.model import Group, Test

_NEAR = 0.8  # of the limit: worth a look
_BINS = (0.1, 0.25, 0.5, _NEAR, 1.0)
_SAID, _CODE = 150_000, 200_000  # characters of all that tests said and printed; of their own code
_CASES = 200  # failing tests that are shown with all they said; of the rest, a line


def outcomes(view: View) -> Row:
    """Return everything that the tests' section places."""
    rows = [_test(view, test, number) for number, test in enumerate(view.results.tests, 1)]
    _trim(sorted(rows, key=lambda row: row.outcome == "passed"))
    page = Row(rows=rows, passing=[row for row in rows if row.outcome == "passed"])
    page.failing = _once([row for row in rows if row.outcome != "passed"])
    page.groups = [_group(view, group, number, rows) for number, group in enumerate(view.results.groups, 1)]
    page.limit_s = view.results.provenance.limits.get("test_s", 0.0)
    page.passed, page.total = _count(view, lambda group: group.passed), _count(view, lambda group: group.tests)
    page.all_told = all(group.tests for group in view.results.groups)
    page.sentence = _sentence(view, page)
    counts = Counter(row.word for row in rows)
    page.tally = (
        " · ".join(f"{count} {word}" for word, count in counts.most_common()) if len(rows) == page.total else ""
    )
    page.usage, page.slowest = _usage(view, rows), _slowest(rows)
    page.near = sum(row.near for row in rows)
    return page


def _count(view: View, number: Callable[[Group], int]) -> int:
    return sum(map(number, view.results.groups))


def _sentence(view: View, page: Row) -> str:
    say = view.language.text
    told = (
        say("{passed} of {total} hidden tests passed", passed=page.passed, total=page.total)
        if view.results.level == "hidden"
        else say("{passed} of {total} public tests passed", passed=page.passed, total=page.total)
    )
    return told if page.all_told else told + say(", others not told")


def _test(view: View, test: Test, number: int) -> Row:
    titles = {group.id: group.title for group in view.results.groups}
    row = Row(
        id=test.id if test.revealed == "all" or test.source else "",
        group_id=test.group,
        group=titles.get(test.group, test.group),
        anchor=f"t-{number}",
        title=test.title,
        outcome=test.outcome,
        word=view.language.text(OUTCOMES[test.outcome]),
        lost=test.max_points - test.points,
        message=test.message,
        detail=test.detail,
        output=test.output,
        calls=test.calls,
        source=test.source,
        cpu_s=test.cpu_s,
        wall_s=test.wall_s,
        near=test.outcome == "passed" and max(test.cpu_s, test.wall_s) > _NEAR * test.limit_s,
        share=max(test.cpu_s, test.wall_s) / test.limit_s if test.limit_s else 0.0,
        bar=charts.limit_share(test.cpu_s, test.limit_s),
        sees=view.language.text(SEES[test.revealed]),
        compared=None,
        frames=[],
        same_as=None,
    )
    if test.outcome != "passed" and test.detail and number <= _CASES:
        _explain(view, row, test.detail)
    return row


def _explain(view: View, row: Row, detail: str) -> None:
    """What was called, expected and got, and the way through the submission."""
    found = trace.compared(detail)
    if found is not None:
        got, expected = trace.differing(found.got, found.expected)
        told = re.match(r"(AssertionError: )?assert ", row.message or "") is not None
        row.compared = Row(called=found.called, got=got, expected=expected, is_told=told)
    frames = trace.frames(detail, (source.path for source in view.results.sources))
    row.frames = [Row(place=f"{f.path}:{f.line}", name=f.name, anchor=view.anchor(f.path, f.line)) for f in frames]


def _trim(rows: Sequence[Row]) -> None:
    """Hold what tests said, printed and look like to the room that a page has; what did not pass comes first."""
    said, code = Room(_SAID), Room(_CODE)
    for row in rows:
        row.detail, row.output, row.source = said.take(row.detail), said.take(row.output), code.take(row.source)


def _once(failing: list[Row]) -> list[Row]:
    """The same words are said once: a test that said what another did points there."""
    said: dict[tuple[str | None, str | None, str | None], Row] = {}
    for row in failing:
        words = (row.message, row.detail, row.output)
        first = said.setdefault(words, row)
        if first is not row and row.detail:
            row.same_as, row.detail, row.output, row.compared, row.frames = first, None, None, None, []
    return failing


def _group(view: View, group: Group, number: int, rows: Sequence[Row]) -> Row:
    inside = sorted((row for row in rows if row.group_id == group.id), key=lambda row: row.outcome == "passed")
    say = view.language.text
    return Row(
        number=number,
        title=group.title,
        tests=inside,
        count=say("{passed} of {total}", passed=group.passed, total=group.tests) if group.tests else say("not told"),
        points=group.points,
        max=group.max_points,
        sees=say(SEES[group.revealed]),
    )


def _usage(view: View, rows: Sequence[Row]) -> list[Row]:
    """How many tests used how much of their limit, by the larger of CPU and wall time."""
    found, low = [], 0.0
    for high in (*_BINS, float("inf")):
        count = sum(low < row.share <= high or (low == 0.0 and row.share == 0.0) for row in rows)
        label = f"{100 * low:.0f}–{100 * high:.0f} %" if high <= 1 else view.language.text("over the limit")
        found.append(Row(label=label, count=count, part=100 * count / len(rows) if rows else 0.0))
        low = high
    return found


def _slowest(rows: Sequence[Row]) -> Row | None:
    passed = [row for row in rows if row.outcome == "passed"]
    return max(passed, key=lambda row: row.share, default=None)
