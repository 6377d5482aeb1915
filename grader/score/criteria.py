"""Criteria: from evidence to a score with its band and the sentence that explains it. Pure.

One more criterion is one more function and one more row of the table.
"""

from collections.abc import Callable, Mapping

from grader.score import quality, swiftness
from grader.score.evidence import Evidence
from grader.score.mark import Mark, certain, none


def tests(evidence: Evidence) -> Mark:
    """The share of points that the tests give."""
    points, most = sum(test.points for test in evidence.tests), sum(test.max_points for test in evidence.tests)
    passed = sum(test.outcome == "passed" for test in evidence.tests)
    if not most:
        return none("no test was run")
    return certain(
        100 * points / most, f"{passed} of {len(evidence.tests)} tests passed: {round(points, 1):g} of {most:g} points"
    )


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
    "runtime": swiftness.runtime,
    "growth": swiftness.growth,
    "pace": swiftness.pace,
}
