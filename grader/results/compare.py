"""Two results of one assignment, side by side: what differs, what is noise, what flipped. Pure.

Two submissions, or one before and after a change of weights; a comparison of two batches is one of these a submission.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from grader.errors import UsageError
from grader.quote import quote
from grader.results.model import Balance, Criterion, Function, Outcome, Results, Verdict

SCHEMA = "grader.comparison/1"

Judgement = Literal["same", "noise", "differs", "not_comparable"]

_HOT = 5  # functions of each side


@dataclass(frozen=True, slots=True)
class Value:
    """A number on both sides, each with its band; None: not measured there. `judgement` says what the difference means."""

    id: str
    a: float | None
    a_low: float | None
    a_high: float | None
    b: float | None
    b_low: float | None
    b_high: float | None
    judgement: Judgement

    def difference(self) -> float | None:
        """From a to b; None where one of them wasn't measured."""
        return None if self.a is None or self.b is None else round(self.b - self.a, 1)


@dataclass(frozen=True, slots=True)
class Points:
    """What a criterion earns on both sides, of what it can earn there; its score, 0 to 100, is what is judged."""

    score: Value
    a: float
    a_max: float
    b: float
    b_max: float


@dataclass(frozen=True, slots=True)
class Flip:
    """Something that is one way on one side and another on the other: the verdict, or a gate by its id."""

    id: str
    a: str
    b: str


@dataclass(frozen=True, slots=True)
class OneSided:
    """A test that one side alone passes; `a` and `b` are its outcomes, None where the test isn't known there."""

    id: str
    title: str
    group: str
    a: Outcome | None
    b: Outcome | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two results side by side; `remarks` say what makes them less than comparable."""

    schema: str
    a: str
    b: str
    assignment: str
    a_verdict: Verdict
    b_verdict: Verdict
    a_balance: Balance | None
    b_balance: Balance | None
    total: Value
    criteria: tuple[Points, ...]
    flips: tuple[Flip, ...]
    only_a: tuple[OneSided, ...]
    only_b: tuple[OneSided, ...]
    a_hot: tuple[Function, ...]
    b_hot: tuple[Function, ...]
    remarks: tuple[str, ...]


def require_one_assignment(a: tuple[str, str], b: tuple[str, str]) -> None:
    """Refuse two records, each a name and the id of its assignment, of different assignments.

    Raises:
        UsageError: G515.
    """
    if a[1] != b[1]:
        told = [f"{quote(name, 60)} answers {quote(assignment, 60)!r}" for name, assignment in (a, b)]
        raise UsageError(
            "G515",
            ", ".join(told),
            "Points of different assignments measure different things.",
            "Give two records of one assignment. Nothing was changed.",
        )


def compare(a: Results, b: Results) -> Comparison:
    """Compare two results of one assignment.

    Raises:
        UsageError: G515, they are of different assignments.
    """
    require_one_assignment((a.submission.id, a.assignment.id), (b.submission.id, b.assignment.id))
    passed_a, passed_b = _passed(a), _passed(b)
    return Comparison(
        schema=SCHEMA,
        a=a.submission.id,
        b=b.submission.id,
        assignment=a.assignment.id,
        a_verdict=a.verdict,
        b_verdict=b.verdict,
        a_balance=a.score.balance if a.score else None,
        b_balance=b.score.balance if b.score else None,
        total=_total(a, b),
        criteria=_criteria(a, b),
        flips=_flips(a, b),
        only_a=_one_sided(a, b, passed_a - passed_b),
        only_b=_one_sided(a, b, passed_b - passed_a),
        a_hot=_hot(a),
        b_hot=_hot(b),
        remarks=_remarks(a, b),
    )


def judge(a: tuple[float, float, float] | None, b: tuple[float, float, float] | None) -> Judgement:
    """Say what a difference means: bands (low, value, high) that overlap make it noise.

    A band without width is exact, so two exact values either are the same or differ.
    """
    if a is None or b is None:
        return "same" if a == b else "not_comparable"
    if a[1] == b[1]:
        return "same"
    overlaps = a[0] <= b[2] and b[0] <= a[2]
    return "noise" if overlaps else "differs"


def _total(a: Results, b: Results) -> Value:
    return _value("total", *((r.score.low, r.score.total, r.score.high) if r.score else None for r in (a, b)))


def _criteria(a: Results, b: Results) -> tuple[Points, ...]:
    left, right = ({c.id: c for c in results.criteria if c.weight > 0} for results in (a, b))
    return tuple(_points(id_, left.get(id_), right.get(id_)) for id_ in dict.fromkeys((*left, *right)))


def _points(id_: str, a: Criterion | None, b: Criterion | None) -> Points:
    score = _value(id_, _band(a), _band(b))
    return Points(
        score=score,
        a=a.points if a else 0.0,
        a_max=a.max_points if a else 0.0,
        b=b.points if b else 0.0,
        b_max=b.max_points if b else 0.0,
    )


def _band(criterion: Criterion | None) -> tuple[float, float, float] | None:
    if criterion is None or criterion.score is None:
        return None
    low, high = (criterion.score if end is None else end for end in (criterion.low, criterion.high))
    return low, criterion.score, high


def _value(id_: str, a: tuple[float, float, float] | None, b: tuple[float, float, float] | None) -> Value:
    (a_low, value_a, a_high), (b_low, value_b, b_high) = (band or (None, None, None) for band in (a, b))
    return Value(id_, value_a, a_low, a_high, value_b, b_low, b_high, judge(a, b))


def _flips(a: Results, b: Results) -> tuple[Flip, ...]:
    verdict = [Flip("verdict", a.verdict, b.verdict)] if a.verdict != b.verdict else []
    left, right = ({gate.id: "met" if gate.met else "not met" for gate in results.gates} for results in (a, b))
    gates = [Flip(id_, left.get(id_, "none"), right.get(id_, "none")) for id_ in dict.fromkeys((*left, *right))]
    return (*verdict, *(flip for flip in gates if flip.a != flip.b))


def _passed(results: Results) -> frozenset[str]:
    return frozenset(test.id for test in results.tests if test.outcome == "passed")


def _one_sided(a: Results, b: Results, ids: frozenset[str]) -> tuple[OneSided, ...]:
    left, right = ({test.id: test for test in results.tests} for results in (a, b))
    known = {**right, **left}
    return tuple(
        OneSided(id_, known[id_].title, known[id_].group, _outcome(left, id_), _outcome(right, id_))
        for id_ in known
        if id_ in ids
    )


def _outcome(tests: Mapping[str, object], id_: str) -> Outcome | None:
    return getattr(tests.get(id_), "outcome", None)


def _hot(results: Results) -> tuple[Function, ...]:
    ordered = sorted(results.functions, key=lambda f: (-f.cyclomatic, -(f.cognitive or 0), f.path, f.line))
    return tuple(ordered[:_HOT])


def _remarks(a: Results, b: Results) -> tuple[str, ...]:
    differs = {
        "the assignment changed between the two runs": a.assignment.digest != b.assignment.digest,
        f"one ran the {a.level} tests, the other the {b.level} ones": a.level != b.level,
        "they were scored by different rubrics": None not in (a.score, b.score) and a.rubric != b.rubric,
        "they ran on different machines or sandboxes, so run times compare less well": _place(a) != _place(b)
        or _cpu_changed(a, b),
    }
    return tuple(remark for remark, is_so in differs.items() if is_so)


def _place(results: Results) -> tuple[object, ...]:
    return results.provenance.sandbox, results.provenance.host.cpus, results.provenance.host.memory


def _cpu_changed(a: Results, b: Results) -> bool:
    old, new = a.provenance.host.cpu, b.provenance.host.cpu
    return bool(old and new) and old != new  # older records don't say
