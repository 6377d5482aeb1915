"""Criteria: from evidence to a score with its band and the sentence that explains it. Pure.

One more criterion is one more function and one more row of the table.
"""

from collections.abc import Callable, Mapping

from grader.results.model import Timing
from grader.score import curves, quality
from grader.score.evidence import Evidence
from grader.score.mark import Mark
from grader.score.mark import certain as _certain
from grader.score.mark import none as _none


def tests(evidence: Evidence) -> Mark:
    """The share of points that the tests give."""
    points, most = sum(test.points for test in evidence.tests), sum(test.max_points for test in evidence.tests)
    passed = sum(test.outcome == "passed" for test in evidence.tests)
    if not most:
        return _none("no test was run")
    return _certain(
        100 * points / most, f"{passed} of {len(evidence.tests)} tests passed: {round(points, 1):g} of {most:g} points"
    )


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
    "style": quality.style,
    "complexity": quality.complexity,
    "duplication": quality.duplication,
    "own_tests": quality.own_tests,
    "docs": quality.docs,
    "security": quality.security,
    "hygiene": quality.hygiene,
    "architecture": quality.architecture,
    "runtime": runtime,
    "growth": _later("growth, as a scored difference of slopes,"),
    "pace": _later("delivery pace"),
}
