"""What a candidate may see of a run; applied to the data, before any renderer.

A test is shown as its level allows: `nothing` and `count` leave no trace of single tests, `names` leaves title and outcome,
`inputs` no more today (a test's inputs are not told apart from what it expects), `all` everything but its own code.
Nothing else of a hidden test stands anywhere in the record, so what is dropped here can't be rendered by mistake.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from grader.results.model import Criterion, Group, Improvement, Results, Reveal, Test

Audience = Literal["candidate", "reviewer"]


def redact(results: Results, audience: Audience) -> Results:
    """Return the results as an audience may see them."""
    if audience == "reviewer":
        return results
    levels = {group.id: group.revealed for group in results.groups}
    shown = [test for test in results.tests if test.revealed not in ("nothing", "count")]
    return replace(
        results,
        tests=tuple(_test(test, number, is_spoken=_is_spoken(results)) for number, test in enumerate(shown, 1)),
        groups=tuple(map(_group, results.groups)),
        criteria=tuple(_criterion(criterion, levels) for criterion in results.criteria),
        improvements=tuple(improvement for improvement in results.improvements if _is_open(improvement, levels)),
        provenance=replace(results.provenance, notes=()),  # they may name tests
    )


def _is_spoken(results: Results) -> bool:
    """Whether messages are the tests' own; without the glass the submission can put what it read of others into them."""
    return results.glass == "on" or results.level == "public"


def _test(test: Test, number: int, *, is_spoken: bool) -> Test:
    if test.revealed == "all" and is_spoken:
        return replace(test, source=None)
    if test.revealed == "all":
        return replace(test, message=None, detail=None, source=None, output=None)
    return replace(test, id=f"{test.group}-{number}", message=None, detail=None, source=None, output=None)


def _group(group: Group) -> Group:
    """Of a group at `nothing`, only the points are known."""
    return replace(group, passed=0, tests=0) if group.revealed == "nothing" else group


def _criterion(criterion: Criterion, levels: Mapping[str, Reveal]) -> Criterion:
    """How many tests there are may be a secret; how many points is none."""
    if criterion.id == "tests" and "nothing" in levels.values():
        return replace(criterion, why=f"{criterion.points:g} of {criterion.max_points:g} points")
    return criterion


def _is_open(improvement: Improvement, levels: Mapping[str, Reveal]) -> bool:
    return improvement.criterion != "tests" or levels.get(improvement.place or "") != "nothing"
