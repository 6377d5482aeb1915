"""The sections of a page that show measurements: speed and quality; pure."""

from collections.abc import Mapping
from types import SimpleNamespace as Row
from typing import Any

from grader.render import charts
from grader.render.sources import anchors
from grader.results.model import Results, Timing

_FINDINGS = 200
_BANDS = (("1 to 10", 0, 10, "nothing"), ("11 to 20", 10, 20, "½ a point"), ("21 to 50", 20, 50, "1 point"))


def speed(page: Row, results: Results) -> None:
    """Put the speed cases on the page."""
    runtime = next((c for c in results.criteria if c.id == "runtime"), None)
    scores = runtime.parts if runtime is not None else {}
    page.cases = [_case(timing, number, scores.get(timing.case)) for number, timing in enumerate(results.speed, 1)]
    page.grown = [case for case in page.cases if case.plot is not None]
    page.any_wide = any(case.measured and case.wide for case in page.cases)
    page.no_speed = runtime.why if runtime is not None else "no speed case was run"


def _case(timing: Timing, number: int, score: float | None) -> Row:
    row = Row(
        number=number,
        title=timing.case.replace("-", " ").capitalize(),
        pairs=timing.pairs,
        why=timing.why or "",
        plot=None,
    )
    row.measured = timing.ratio is not None and timing.low is not None and timing.high is not None
    row.wrong = timing.state == "wrong"
    row.sizes, row.slope, row.slope_reference = timing.sizes, timing.slope, timing.slope_reference
    if timing.ratio is not None and timing.low is not None and timing.high is not None:
        row.ratio, row.low, row.high = timing.ratio, timing.low, timing.high
        row.candidate_s, row.reference_s = timing.candidate_s, timing.reference_s
        row.wide, row.score = timing.inconclusive, score
    if len(timing.sizes) >= 3:
        row.plot = charts.growth(timing.sizes)
    return row


def quality(page: Row, results: Results) -> None:
    """Put complexity, findings and facts on the page."""
    values = {measurement.name: measurement.value for measurement in results.measurements}
    page.lloc = values.get("lloc", 0.0)
    page.facts = [m for m in results.measurements if m.name != "lloc"]
    page.profile = _profile(results)
    places = anchors(results)
    hot = sorted(results.functions, key=lambda f: (-f.cyclomatic, -(f.cognitive or 0), f.path, f.line))[:6]
    page.hot = [
        Row(
            name=f.name,
            lines=f.lines,
            cyclomatic=f.cyclomatic,
            cognitive=f.cognitive,
            anchor=places.get(f.path, {}).get(f.line),
        )
        for f in hot
    ]
    order = {"high": 0, "medium": 1, "low": 2, "info": 3}
    ranked = sorted(results.findings, key=lambda f: (order[f.severity], f.path, f.line))
    page.findings = [_finding(finding, places) for finding in ranked[:_FINDINGS]]
    page.more_findings = max(0, len(ranked) - _FINDINGS)


def _finding(finding: Any, places: Mapping[str, Mapping[int, str]]) -> Row:
    return Row(
        rule=finding.rule,
        message=finding.message,
        where=f"{finding.path}:{finding.line}",
        anchor=places.get(finding.path, {}).get(finding.line),
        severity=finding.severity,
        fixable=finding.fixable,
        url=finding.url,
    )


def _profile(results: Results) -> list[Row]:
    total = sum(function.lines for function in results.functions)
    rows, start = [], 0.0
    for label, above, most, costs in (*_BANDS, ("over 50", 50, 10**9, "2 points")):
        lines = sum(function.lines for function in results.functions if above < function.cyclomatic <= most)
        share = 100 * lines / total if total else 0.0
        rows.append(Row(label=label, lines=lines, share=share, start=start, costs=costs))
        start += share
    return rows
