"""The quality section of a page: complexity, findings by family, copies, checklists, own tests, facts; pure."""

import re
from collections.abc import Sequence
from types import SimpleNamespace as Row

from grader.render.language import mark
from grader.render.room import Room
from grader.render.view import View
from grader.render.why import title
from grader.render.words import SEVERITIES
from grader.results.model import Criterion, Finding
from grader.results.observations import Duplicate

_PRINTED = 16_000  # characters of what a submission's own tests printed
_FINDINGS, _PLACES, _COPIES, _HOT, _CHECKS = 200, 30, 50, 6, 100
_TANGLED = 15  # cognitive complexity above which a function is hard to hold in one's head
_FEWEST_LINES = 40
_BANDS = (
    (mark("1 to 10"), 0, 10, mark("nothing")),
    (mark("11 to 20"), 10, 20, mark("½ a point")),
    (mark("21 to 50"), 20, 50, mark("1 point")),
    (mark("over 50"), 50, 10**9, mark("2 points")),
)
_FAMILIES = (  # the longest prefix decides
    ("PLE", mark("bugs")),
    ("SIM", mark("simplification")),
    ("PERF", mark("simplification")),
    ("ANN", mark("docs")),
    ("C4", mark("simplification")),
    ("UP", mark("simplification")),
    ("F", mark("bugs")),
    ("B", mark("bugs")),
    ("N", mark("naming")),
    ("I", mark("imports")),
    ("E", mark("layout")),
    ("W", mark("layout")),
    ("S", mark("security")),
    ("D", mark("docs")),
)
_OTHER, _COGNITIVE = mark("other"), mark("complexity")
_FACTS = {
    "noqa": mark("lines that ask for silence"),
    "security findings": mark("security findings"),
    "highest cyclomatic complexity": mark("highest cyclomatic complexity"),
    "maintainability index": mark("maintainability index"),
}
_ORDER = {"high": 0, "medium": 1, "low": 2, "info": 3}


def quality(view: View) -> Row:
    """Return everything that the quality section places."""
    results = view.results
    values = {measurement.name: measurement.value for measurement in results.measurements}
    page = Row(lloc=values.get("lloc", 0.0), facts=_facts(view))
    page.criteria = {criterion.id: _criterion(view, criterion) for criterion in results.criteria}
    page.profile, page.hot = _profile(view), _hot(view)
    alike = _alike(results.findings)
    page.findings = [_finding(view, found) for found in alike[:_FINDINGS]]
    page.more_findings = sum(map(len, alike[_FINDINGS:]))
    page.families = _families(view, page.lloc)
    page.copies = [_copy(view, copy) for copy in results.duplicates[:_COPIES]]
    page.more_copies = max(0, len(results.duplicates) - _COPIES)
    page.checks = _checks(view)
    page.own = _own(view)
    page.suppressed = _suppressed(view)
    return page


def _criterion(view: View, criterion: Criterion) -> Row:
    return Row(
        title=title(view, criterion.id),
        points=criterion.points,
        max=criterion.max_points,
        score=criterion.score,
        measured=criterion.score is not None,
        weight=criterion.weight,
        why=view.language.recorded(criterion.why),
    )


def _facts(view: View) -> list[Row]:
    found = [measurement for measurement in view.results.measurements if measurement.name != "lloc"]
    say, recorded = view.language.text, view.language.recorded
    return [
        Row(name=say(_FACTS[m.name]) if m.name in _FACTS else recorded(m.name), value=m.value, unit=recorded(m.unit))
        for m in found
    ]


def _profile(view: View) -> list[Row]:
    functions, say = view.results.functions, view.language.text
    total = sum(function.lines for function in functions)
    rows, start = [], 0.0
    for label, above, most, costs in _BANDS:
        lines = sum(function.lines for function in functions if above < function.cyclomatic <= most)
        share = 100 * lines / total if total else 0.0
        rows.append(Row(label=say(label), lines=lines, share=share, start=start, costs=say(costs)))
        start += share
    return rows


def _hot(view: View) -> list[Row]:
    """The busiest functions, the ones with most paths first."""
    order = sorted(view.results.functions, key=lambda f: (-f.cyclomatic, -(f.cognitive or 0), f.path, f.line))
    return [
        Row(
            name=f.name,
            lines=f.lines,
            cyclomatic=f.cyclomatic,
            cognitive=f.cognitive,
            tangled=(f.cognitive or 0) > _TANGLED,
            anchor=view.anchor(f.path, f.line),
        )
        for f in order[:_HOT]
    ]


def _alike(findings: Sequence[Finding]) -> list[list[Finding]]:
    """Findings that say the same but for numbers, together; the severest first."""
    found: dict[tuple[str, str], list[Finding]] = {}
    for finding in sorted(findings, key=lambda f: (_ORDER[f.severity], f.path, f.line)):
        found.setdefault((finding.rule, re.sub(r"\d+", "0", finding.message)), []).append(finding)
    return list(found.values())


def _finding(view: View, alike: Sequence[Finding]) -> Row:
    first = alike[0]
    places = [
        Row(
            text=f"{each.path}:{each.line}" if number == 0 or each.path != alike[number - 1].path else str(each.line),
            anchor=view.anchor(each.path, each.line),
        )
        for number, each in enumerate(alike[:_PLACES])
    ]
    return Row(
        rule=first.rule,
        message=first.message,
        places=places,
        more=max(0, len(alike) - _PLACES),
        severity=view.language.text(SEVERITIES[first.severity]),
        fixable=all(each.fixable for each in alike),
        url=first.url if (first.url or "").startswith("https://") else None,
    )


def _families(view: View, lloc: float) -> list[Row]:
    """Findings by family of rules, and how many that are in 100 logical lines."""
    counts: dict[str, int] = {}
    for finding in view.results.findings:
        name = view.language.text(_family(finding))
        counts[name] = counts.get(name, 0) + 1
    lines = max(lloc, float(_FEWEST_LINES))
    return [
        Row(name=n, count=c, density=100 * c / lines) for n, c in sorted(counts.items(), key=lambda e: (-e[1], e[0]))
    ]


def _family(finding: Finding) -> str:
    if finding.tool == "complexipy":
        return _COGNITIVE
    if finding.tool != "ruff":
        return _OTHER
    return next((name for prefix, name in _FAMILIES if finding.rule.startswith(prefix)), _OTHER)


def _copy(view: View, copy: Duplicate) -> Row:
    first, second = f"{copy.path}:{copy.line}", f"{copy.other_path}:{copy.other_line}"
    return Row(
        lines=copy.lines,
        first=first,
        first_anchor=view.anchor(copy.path, copy.line),
        second=second,
        second_anchor=view.anchor(copy.other_path, copy.other_line),
    )


def _checks(view: View) -> list[Row]:
    """Checklists by criterion, what isn't met first."""
    rows: dict[str, list[Row]] = {}
    for check in view.results.checks[:_CHECKS]:
        place = check.place or ""
        row = Row(met=check.is_met, why=view.language.recorded(check.why), place=place, anchor=view.place(place))
        rows.setdefault(check.criterion, []).append(row)
    return [Row(title=title(view, name), items=sorted(items, key=lambda i: i.met)) for name, items in rows.items()]


def _own(view: View) -> Row | None:
    own = view.results.own_tests
    if own is None:
        return None
    caught = sum(planted.is_caught for planted in own.planted)
    planted = [Row(id=each.id, caught=each.is_caught) for each in own.planted]
    row = Row(tests=own.tests, passes=own.passes_reference, coverage=own.coverage, caught=caught, planted=planted)
    row.output, row.why = Room(_PRINTED).take(own.output), view.language.recorded(own.why or "")
    return row


def _suppressed(view: View) -> Sequence[Row]:
    return [
        Row(where=f"{each.path}:{each.line}", anchor=view.anchor(each.path, each.line), text=each.text)
        for each in view.results.suppressed[:_FINDINGS]
    ]
