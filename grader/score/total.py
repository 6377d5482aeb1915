"""Criteria to pillars to grade: an exact, additive sum. Pure: it sees numbers, never files.

Points are whole tenths throughout, so that every printed sum is exact: criteria's maxima are shared out by largest
remainder and sum to 100, points are rounded half up, pillars and total are sums of them.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from grader.assignment.criteria import CRITERIA, weight_of
from grader.assignment.model import Rules, TestGroup, Weighting
from grader.assignment.rubric import recorded
from grader.results.model import (
    Balance,
    Criterion,
    Gate,
    Group,
    Improvement,
    Pillar,
    Pillars,
    Rubric,
    Score,
    Test,
    Verdict,
)
from grader.score import gates, improve
from grader.score.criteria import MARKS
from grader.score.evidence import Evidence
from grader.score.mark import Mark

_ALL = 1000  # tenths
FLOOR = 0.05  # what a pillar counts for at least, in a geometric mean


@dataclass(frozen=True, slots=True)
class Grade:
    """A submission's grade, with everything that explains it."""

    verdict: Verdict
    criteria: tuple[Criterion, ...]
    score: Score
    gates: tuple[Gate, ...]
    groups: tuple[Group, ...]
    improvements: tuple[Improvement, ...]
    rubric: Rubric


def grade(rules: Rules, evidence: Evidence) -> Grade:
    """Return the grade that the evidence earns under an assignment's rules."""
    return weigh(rules, evidence, groups(rules, evidence.tests))


def weigh(weighting: Rules | Weighting, evidence: Evidence, found: tuple[Group, ...]) -> Grade:
    """Return the grade that evidence earns under weights and gates; its groups are given."""
    scored = criteria_of(weighting, evidence)
    conditions = gates.gates(weighting.gates, evidence)
    accepted = next(gate.met for gate in conditions if gate.id == "accept_share")
    return Grade(
        verdict="accepted" if accepted else "failed",
        criteria=scored,
        score=score_of(scored, conditions, weighting.pillars.balance),
        gates=conditions,
        groups=found,
        improvements=improve.improvements(evidence, lambda changed: total_of(weighting, changed)),
        rubric=recorded(weighting),
    )


def total_of(weighting: Rules | Weighting, evidence: Evidence) -> float:
    """The total alone, for what-if questions."""
    conditions = gates.gates(weighting.gates, evidence)
    return score_of(criteria_of(weighting, evidence), conditions, weighting.pillars.balance).total


def criteria_of(weighting: Rules | Weighting, evidence: Evidence) -> tuple[Criterion, ...]:
    """Every criterion with its points; the weight of what isn't measured goes to the rest, in proportion."""
    marks = {name: mark(evidence) for name, mark in MARKS.items()}
    weights = {name: weight_of(weighting, name) for name in marks}
    maxima = _maxima(weighting, weights, marks)
    return tuple(_criterion(name, weights[name], mark, maxima[name]) for name, mark in marks.items())


def score_of(scored: Sequence[Criterion], conditions: Sequence[Gate], balance: Balance = "additive") -> Score:
    """The total with its band, capped by unmet gates; the total by the other balance beside it."""
    caps = [gate.cap for gate in conditions if not gate.met and gate.cap is not None]
    parts = [_parts(scored, end) for end in ("low", "points", "high")]
    sums = {"additive": [part.additive() for part in parts], "geometric": [part.geometric() for part in parts]}
    bottom, total, top = (min([tenths / 10, *caps]) for tenths in sums[balance])
    other = "geometric" if balance == "additive" else "additive"
    is_balanced = parts[1].has_both()
    return Score(
        total=total,
        low=bottom,
        high=top,
        pillars=_pillars(scored),
        uncapped=sums[balance][1] / 10,
        balance=balance,
        other=min([sums[other][1] / 10, *caps]) if is_balanced else None,
    )


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


def _maxima(weighting: Rules | Weighting, weights: Mapping[str, float], marks: Mapping[str, Mark]) -> dict[str, int]:
    """Tenths of points that each criterion can earn; they sum to 1000 where anything was measured."""
    counting = {name: weights[name] for name, mark in marks.items() if mark.score is not None and weights[name] > 0}
    shares: dict[str, float] = {}
    for pillar in get_args(Pillar):
        inside = {name: weight for name, weight in counting.items() if CRITERIA[name].pillar == pillar}
        whole = sum(inside.values())
        for name, weight in inside.items():
            shares[name] = getattr(weighting.pillars, pillar) * weight / whole
    total = sum(shares.values())
    exact = {name: share / total * _ALL for name, share in shares.items()} if total else {}
    tenths = {name: int(value) for name, value in exact.items()}
    for name in sorted(exact, key=lambda name: (tenths[name] - exact[name], name))[: _ALL - sum(tenths.values())]:
        tenths[name] += 1
    return {name: tenths.get(name, 0) for name in marks}


def _criterion(name: str, weight: float, mark: Mark, most: int) -> Criterion:
    if mark.score is None:
        return Criterion(name, CRITERIA[name].pillar, weight, None, None, None, 0.0, 0.0, "not_measured", mark.why)
    state = "scored" if weight > 0 else "information"
    return Criterion(
        id=name,
        pillar=CRITERIA[name].pillar,
        weight=weight,
        score=mark.score,
        low=mark.low,
        high=mark.high,
        points=_tenths(mark.score, most) / 10,
        max_points=most / 10,
        state="scored" if state == "scored" else "information",
        why=mark.why,
        parts=mark.parts,
    )


def _tenths(score: float | None, most: int) -> int:
    """Half up, in whole tenths."""
    return _half_up((score or 0.0) * most / 100)


def _half_up(value: float) -> int:
    return int(value + 0.5 + 1e-9)


@dataclass(frozen=True, slots=True)
class _Parts:
    """Tenths of points, earned and possible: of correctness, of quality, of speed."""

    earned: Mapping[Pillar, int]
    most: Mapping[Pillar, int]

    def additive(self) -> int:
        return sum(self.earned.values())

    def has_both(self) -> bool:
        return self.most["quality"] > 0 and self.most["speed"] > 0

    def geometric(self) -> int:
        """Quality and speed by their weighted geometric mean: a weakness costs more than a strength makes up for.

        A pillar counts as 5 of 100 at least, since one zero would make the other worth nothing; that floor never gives
        more than the sum does.
        """
        if not self.has_both():
            return self.additive()
        pair: tuple[Pillar, ...] = ("quality", "speed")
        both = sum(self.most[pillar] for pillar in pair)
        shares = {pillar: max(self.earned[pillar] / self.most[pillar], FLOOR) for pillar in pair}
        mean = math.exp(sum(self.most[pillar] * math.log(shares[pillar]) for pillar in pair) / both)
        return min(self.additive(), self.earned["correctness"] + _half_up(both * mean))


def _parts(scored: Sequence[Criterion], end: str) -> _Parts:
    """What stands at an end of the band: `low`, `points` or `high`."""
    earned: dict[Pillar, int] = dict.fromkeys(get_args(Pillar), 0)
    most = dict(earned)
    for criterion in scored:
        possible = round(criterion.max_points * 10)
        most[criterion.pillar] += possible
        earned[criterion.pillar] += (
            round(criterion.points * 10) if end == "points" else _tenths(getattr(criterion, end), possible)
        )
    return _Parts(earned, most)


def _pillars(scored: Sequence[Criterion]) -> Pillars:
    return Pillars(_pillar(scored, "correctness"), _pillar(scored, "quality"), _pillar(scored, "speed"))


def _pillar(scored: Sequence[Criterion], pillar: Pillar) -> float | None:
    inside = [criterion for criterion in scored if criterion.pillar == pillar and criterion.max_points > 0]
    most = sum(round(criterion.max_points * 10) for criterion in inside)
    return round(100 * sum(round(criterion.points * 10) for criterion in inside) / most, 1) if most else None
