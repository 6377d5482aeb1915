"""Criteria of the pillar quality. Pure.

Size never pays: shares and densities are of at most 1.5 times the reference's size, and what could not be analysed takes its
part of complexity, duplication and security with it.
"""

import math
from collections.abc import Iterable, Sequence

from grader.results.model import Finding
from grader.results.observations import Check
from grader.score import curves
from grader.score.evidence import Evidence
from grader.score.mark import Mark, certain, none

_LAYOUT = ("E", "W", "I")
HIDDEN = ("code-in-text", "code-elsewhere", "code-in-data")
_NOT_READ = ("unparsable", *HIDDEN)
_UNREAD = 8.0  # code that can't be read weighs as much as 8 bugs, so that it never pays
_FEWEST_LINES = 40  # a tiny submission isn't condemned by one finding
_MOST = 1.5  # times the reference's size
_COGNITIVE = 15
_MODERATE, _HIGH, _VERY_HIGH = 10, 20, 50
_MISSING = "ARCH004"


def style(evidence: Evidence) -> Mark:
    """Weighted findings per 100 logical lines."""
    lloc = evidence.value("lloc")
    if not evidence.analysable or lloc is None:
        return none("no Python file was analysed")
    lines = max(_FEWEST_LINES, _capped(lloc, evidence.value("reference lloc")))
    layout, other = (sum(weights) / lines * 100 for weights in _weights(evidence.findings))
    count = sum(is_style(finding) for finding in evidence.findings)
    counted = "" if lines == lloc else f", counted as {lines:g}"
    why = f"{count} findings in {lloc:g} lines{counted}: {layout + other:.1f} weighted per 100"
    return certain(curves.density(layout, other), why)


def complexity(evidence: Evidence) -> Mark:
    """The share of code that is easy to follow."""
    size = sum(function.lines for function in evidence.functions)
    if not size or not evidence.analysable:
        return none("no source file was analysed")
    whole = _capped(size, evidence.value("reference size"))

    def share(above: int, most: float) -> float:
        return min(1.0, sum(f.lines for f in evidence.functions if above < f.cyclomatic <= most) / whole)

    tangled = min(1.0, sum(f.lines for f in evidence.functions if (f.cognitive or 0) > _COGNITIVE) / whole)
    shares = (share(_MODERATE, _HIGH), share(_HIGH, _VERY_HIGH), share(_VERY_HIGH, math.inf), tangled)
    easy = max(0.0, 1 - sum(shares[:3]))
    why = f"{easy:.0%} of the code in functions of at most 10 paths, {tangled:.0%} in tangled ones"
    return certain(curves.profile(*shares) * _readable(evidence), why)


def duplication(evidence: Evidence) -> Mark:
    """The share of code that stands twice."""
    percent = evidence.value("duplication")
    if percent is None:
        return none("no source file was analysed")
    return certain(curves.copies(percent) * _readable(evidence), f"{percent:.1f} % of the code stands twice")


def own_tests(evidence: Evidence) -> Mark:
    """What the submission's own tests catch of the faults that the assignment planted."""
    own = evidence.own_tests
    if own is None or not own.planted:
        return none((own.why if own else None) or "the submission's own tests were not run")
    if not own.tests or not own.passes_reference:
        return certain(0.0, own.why or "its own tests fail on the reference, so they prove nothing")
    caught = sum(planted.is_caught for planted in own.planted)
    covered = "unknown" if own.coverage is None else f"{own.coverage:.0%}"
    why = f"{own.tests} tests catch {caught} of {len(own.planted)} planted faults; branch coverage {covered}"
    return certain(curves.catches(caught / len(own.planted), own.coverage), why)


def docs(evidence: Evidence) -> Mark:
    """The share of questions about documentation that are answered."""
    return _checklist(evidence, "docs")


def security(evidence: Evidence) -> Mark:
    """Security findings by severity."""
    if not evidence.analysable or evidence.value("lloc") is None:
        return none("no Python file was analysed")
    found = [finding.severity for finding in evidence.findings if is_security(finding)]
    low, medium, high = (found.count(severity) for severity in ("low", "medium", "high"))
    why = f"{high} high, {medium} medium, {low} low" if found else "no finding"
    return certain(curves.risk(low, medium, high) * _readable(evidence), why)


def hygiene(evidence: Evidence) -> Mark:
    """The share of questions about tidiness that are answered."""
    return _checklist(evidence, "hygiene")


def architecture(evidence: Evidence) -> Mark:
    """How many rules of the required architecture hold."""
    rules = evidence.value("architecture rules")
    if not rules:
        return none("the assignment asks for no architecture")
    broken: dict[str, list[Finding]] = {}
    for finding in evidence.findings:
        if is_architecture(finding):
            broken.setdefault(finding.message.partition(":")[0], []).append(finding)
    counts = [1 if found[0].rule == _MISSING else len(found) for found in broken.values()]
    return certain(curves.breaches(int(rules), counts), f"{len(broken)} of {rules:g} rules are broken")


def is_security(finding: Finding) -> bool:
    """Whether a finding is of the security family."""
    return finding.rule.startswith("S") and finding.rule[1:].isdigit()


def is_architecture(finding: Finding) -> bool:
    """Whether a finding is about the required architecture."""
    return finding.rule.startswith("ARCH")


def is_style(finding: Finding) -> bool:
    """Whether a finding counts for style: all but what another criterion counts already."""
    return finding.tool != "complexipy" and not is_security(finding) and not is_architecture(finding)


def _checklist(evidence: Evidence, criterion: str) -> Mark:
    asked: Sequence[Check] = [check for check in evidence.checks if check.criterion == criterion]
    if not asked:
        return none("no file was analysed")
    missing = [check.why for check in asked if not check.is_met]
    why = "; ".join(missing) if missing else f"all {len(asked)} questions are answered"
    return certain(100 * (len(asked) - len(missing)) / len(asked), why)


def _capped(size: float, reference: float | None) -> float:
    return size if reference is None else min(size, _MOST * reference)


def _readable(evidence: Evidence) -> float:
    return evidence.analysed / evidence.analysable if evidence.analysable else 1.0


def _weights(findings: Iterable[Finding]) -> tuple[list[float], list[float]]:
    """One weight a rule, for layout and for others: the logarithm keeps one habit from swamping the rest."""
    by_rule: dict[str, list[Finding]] = {}
    for finding in filter(is_style, findings):
        by_rule.setdefault(finding.rule, []).append(finding)
    layout: list[float] = []
    other: list[float] = []
    for rule, found in sorted(by_rule.items()):
        if rule in _NOT_READ:
            other.append(_UNREAD * len(found))
            continue
        # What ruff mends by itself counts half.
        weight = math.log2(1 + sum(0.5 if finding.fixable else 1.0 for finding in found))
        (layout if rule.rstrip("0123456789") in _LAYOUT else other).append(weight)
    return layout, other
