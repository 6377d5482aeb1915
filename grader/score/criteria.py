"""Criteria: from evidence to a score with its band and the sentence that explains it. Pure.

One more criterion is one more function and one more row of the table.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from grader.results.model import Finding, Timing
from grader.score import curves
from grader.score.evidence import Evidence

_LAYOUT = ("E", "W", "I")
_UNPARSABLE = 8.0  # a file that can't be read weighs as much as 8 bugs, so that it never pays
_FEWEST_LINES = 40  # a tiny submission isn't condemned by one finding
_COGNITIVE = 15
_MODERATE, _HIGH, _VERY_HIGH = 10, 20, 50


@dataclass(frozen=True, slots=True)
class Mark:
    """A criterion's score with its band, 0 to 100, and why; None: not measured."""

    score: float | None
    low: float | None
    high: float | None
    why: str
    parts: Mapping[str, float] = field(default_factory=dict)


def _certain(score: float, why: str) -> Mark:
    return Mark(score, score, score, why)


def _none(why: str) -> Mark:
    return Mark(None, None, None, why)


def tests(evidence: Evidence) -> Mark:
    """The share of points that the tests give."""
    points, most = sum(test.points for test in evidence.tests), sum(test.max_points for test in evidence.tests)
    passed = sum(test.outcome == "passed" for test in evidence.tests)
    if not most:
        return _none("no test was run")
    return _certain(
        100 * points / most, f"{passed} of {len(evidence.tests)} tests passed: {round(points, 1):g} of {most:g} points"
    )


def style(evidence: Evidence) -> Mark:
    """Weighted findings per 100 logical lines."""
    if not evidence.analysable:
        return _none("no Python file was analysed")
    lines = max(_FEWEST_LINES, evidence.value("lloc") or 0.0)
    layout, other = (sum(weights) / lines * 100 for weights in _weights(evidence.findings))
    count = sum(is_style(finding) for finding in evidence.findings)
    return _certain(
        curves.density(layout, other), f"{count} findings in {lines:g} lines: {layout + other:.1f} weighted per 100"
    )


def complexity(evidence: Evidence) -> Mark:
    """The share of code that is easy to follow."""
    total = sum(function.lines for function in evidence.functions)
    if not total or not evidence.analysable:
        return _none("no Python file was analysed")

    def share(above: int, most: float) -> float:
        return sum(f.lines for f in evidence.functions if above < f.cyclomatic <= most) / total

    tangled = sum(f.lines for f in evidence.functions if (f.cognitive or 0) > _COGNITIVE) / total
    shares = (share(_MODERATE, _HIGH), share(_HIGH, _VERY_HIGH), share(_VERY_HIGH, math.inf), tangled)
    readable = evidence.analysed / evidence.analysable
    why = f"{1 - sum(shares[:3]):.0%} of the code in functions of at most 10 paths, {tangled:.0%} in tangled ones"
    return _certain(curves.profile(*shares) * readable, why)


def security(evidence: Evidence) -> Mark:
    """Security findings by severity."""
    if not evidence.analysable:
        return _none("no Python file was analysed")
    found = [finding.severity for finding in evidence.findings if is_security(finding)]
    low, medium, high = (found.count(severity) for severity in ("low", "medium", "high"))
    readable = evidence.analysed / evidence.analysable
    why = f"{high} high, {medium} medium, {low} low" if found else "no finding"
    return _certain(curves.risk(low, medium, high) * readable, why)


def runtime(evidence: Evidence) -> Mark:
    """CPU time relative to the reference, case by case; a wrong answer earns nothing for its case."""
    known = [timing for timing in evidence.timings if timing.state != "not_measured"]
    if not known:
        whys = [timing.why for timing in evidence.timings if timing.why]
        return _none(whys[0] if whys else "no speed case was run")
    cases = {timing.case: _case(timing) for timing in known}
    low, value, high = (sum(part) / len(known) for part in zip(*cases.values(), strict=True))
    told = ", ".join(f"{t.case} {t.ratio:.2f}x" if t.ratio else f"{t.case}: {t.why}" for t in known)
    return Mark(value, low, high, told, {case: round(score, 1) for case, (_, score, _) in cases.items()})


def _case(timing: Timing) -> tuple[float, float, float]:
    """Low, value, high of one case; where the interval is wide, the candidate-friendly end counts."""
    if timing.ratio is None or timing.low is None or timing.high is None:
        return 0.0, 0.0, 0.0
    counts = timing.low if timing.inconclusive else timing.ratio
    return curves.ratio(timing.high), curves.ratio(counts), curves.ratio(timing.low)


def _later(what: str) -> Callable[[Evidence], Mark]:
    return lambda _: _none(f"{what} is not measured by this version")


# What marks each criterion of `assignment/criteria.py`.
MARKS: Mapping[str, Callable[[Evidence], Mark]] = {
    "tests": tests,
    "style": style,
    "complexity": complexity,
    "duplication": _later("duplication"),
    "own_tests": _later("the submission's own test suite"),
    "docs": _later("documentation"),
    "security": security,
    "hygiene": _later("hygiene"),
    "architecture": _later("architecture"),
    "runtime": runtime,
    "growth": _later("growth, as a scored difference of slopes,"),
    "pace": _later("delivery pace"),
}


def is_security(finding: Finding) -> bool:
    """Whether a finding is of the security family."""
    return finding.rule.startswith("S") and finding.rule[1:].isdigit()


def is_style(finding: Finding) -> bool:
    """Whether a finding counts for style: all but security and what complexity counts already."""
    return finding.tool != "complexipy" and not is_security(finding)


def _weights(findings: Sequence[Finding]) -> tuple[list[float], list[float]]:
    """One weight a rule, for layout and for others: the logarithm keeps one habit from swamping the rest."""
    layout: list[float] = []
    other: list[float] = []
    for rule in sorted({finding.rule for finding in findings if is_style(finding)}):
        found = [finding for finding in findings if finding.rule == rule and is_style(finding)]
        if rule == "unparsable":
            other.append(_UNPARSABLE * len(found))
            continue
        # What ruff mends by itself counts half.
        weight = math.log2(1 + sum(0.5 if finding.fixable else 1.0 for finding in found))
        (layout if rule.rstrip("0123456789") in _LAYOUT else other).append(weight)
    return layout, other
