"""Criteria to pillars to grade: an exact, additive sum. Pure: it sees numbers, never files.

Points are whole tenths throughout, so that every printed sum is exact: criteria's maxima are shared out by largest
remainder and sum to 100, points are rounded half up, pillars and total are sums of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from grader.assignment.model import Rules, TestGroup
from grader.results.model import Criterion, Gate, Group, Improvement, Pillar, Pillars, Score, Test, Verdict
from grader.score import gates, improve
from grader.score.criteria import RULES, Mark
from grader.score.evidence import Evidence

_ALL = 1000  # tenths


@dataclass(frozen=True, slots=True)
class Grade:
    """A submission's grade, with everything that explains it."""

    verdict: Verdict
    criteria: tuple[Criterion, ...]
    score: Score
    gates: tuple[Gate, ...]
    groups: tuple[Group, ...]
    improvements: tuple[Improvement, ...]


def grade(rules: Rules, evidence: Evidence) -> Grade:
    """Return the grade that the evidence earns under an assignment's rules."""
    scored = criteria_of(rules, evidence)
    conditions = gates.gates(rules.gates, evidence)
    accepted = next(gate.met for gate in conditions if gate.id == "accept_share")
    return Grade(
        verdict="accepted" if accepted else "failed",
        criteria=scored,
        score=score_of(scored, conditions),
        gates=conditions,
        groups=groups(rules, evidence.tests),
        improvements=improve.improvements(evidence, lambda changed: total_of(rules, changed)),
    )


def total_of(rules: Rules, evidence: Evidence) -> float:
    """The total alone, for what-if questions."""
    return score_of(criteria_of(rules, evidence), gates.gates(rules.gates, evidence)).total


def criteria_of(rules: Rules, evidence: Evidence) -> tuple[Criterion, ...]:
    """Every criterion with its points; the weight of what isn't measured goes to the rest, in proportion."""
    marks = {name: rule.mark(evidence) for name, rule in RULES.items()}
    maxima = _maxima(rules, marks)
    return tuple(_criterion(name, _weight(rules, name), mark, maxima[name]) for name, mark in marks.items())


def score_of(scored: Sequence[Criterion], conditions: Sequence[Gate]) -> Score:
    """The total with its band, capped by unmet gates."""
    caps = [gate.cap for gate in conditions if not gate.met and gate.cap is not None]
    low, value, high = (sum(part) for part in zip((0, 0, 0), *(_band(criterion) for criterion in scored), strict=True))
    total, bottom, top = (min([tenths / 10, *caps]) for tenths in (value, low, high))
    return Score(total, bottom, top, _pillars(scored), value / 10)


def groups(rules: Rules, tests: Sequence[Test]) -> tuple[Group, ...]:
    """Each group's sums, in the order of its first test."""
    titles = {group.id: group for group in rules.groups}
    order = list(dict.fromkeys(test.group for test in tests))
    return tuple(_group(titles.get(id_), id_, [test for test in tests if test.group == id_]) for id_ in order)


def _group(rule: TestGroup | None, id_: str, tests: Sequence[Test]) -> Group:
    return Group(
        id=id_,
        title=(rule.title if rule and rule.title else id_.replace("-", " ").capitalize()),
        passed=sum(test.outcome == "passed" for test in tests),
        tests=len(tests),
        points=round(sum(test.points for test in tests), 6),
        max_points=round(sum(test.max_points for test in tests), 6),
        revealed=tests[0].revealed,
    )


def _weight(rules: Rules, name: str) -> float:
    return rules.criteria[name].weight if name in rules.criteria else RULES[name].weight


def _maxima(rules: Rules, marks: dict[str, Mark]) -> dict[str, int]:
    """Tenths of points that each criterion can earn; they sum to 1000 where anything was measured."""
    counting = {name: _weight(rules, name) for name, mark in marks.items() if mark.score is not None}
    shares: dict[str, float] = {}
    for pillar in ("correctness", "quality", "speed"):
        inside = {name: weight for name, weight in counting.items() if RULES[name].pillar == pillar and weight > 0}
        whole = sum(inside.values())
        for name, weight in inside.items():
            shares[name] = getattr(rules.pillars, pillar) * weight / whole
    total = sum(shares.values())
    exact = {name: share / total * _ALL for name, share in shares.items()} if total else {}
    tenths = {name: int(value) for name, value in exact.items()}
    for name in sorted(exact, key=lambda name: (tenths[name] - exact[name], name))[: _ALL - sum(tenths.values())]:
        tenths[name] += 1
    return {name: tenths.get(name, 0) for name in marks}


def _criterion(name: str, weight: float, mark: Mark, most: int) -> Criterion:
    if mark.score is None:
        return Criterion(name, RULES[name].pillar, weight, None, None, None, 0.0, 0.0, "not_measured", mark.why)
    state = "scored" if weight > 0 else "information"
    return Criterion(
        id=name,
        pillar=RULES[name].pillar,
        weight=weight,
        score=mark.score,
        low=mark.low,
        high=mark.high,
        points=_tenths(mark.score, most) / 10,
        max_points=most / 10,
        state="scored" if state == "scored" else "information",
        why=mark.why,
    )


def _tenths(score: float | None, most: int) -> int:
    """Half up, in whole tenths."""
    return int((score or 0.0) * most / 100 + 0.5 + 1e-9)


def _band(criterion: Criterion) -> tuple[int, int, int]:
    most = round(criterion.max_points * 10)
    return _tenths(criterion.low, most), round(criterion.points * 10), _tenths(criterion.high, most)


def _pillars(scored: Sequence[Criterion]) -> Pillars:
    return Pillars(_pillar(scored, "correctness"), _pillar(scored, "quality"), _pillar(scored, "speed"))


def _pillar(scored: Sequence[Criterion], pillar: Pillar) -> float | None:
    inside = [criterion for criterion in scored if criterion.pillar == pillar and criterion.max_points > 0]
    most = sum(round(criterion.max_points * 10) for criterion in inside)
    return round(100 * sum(round(criterion.points * 10) for criterion in inside) / most, 1) if most else None
