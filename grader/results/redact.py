"""What a candidate may see of a run; applied to the data, before any renderer.

A test is shown as its level allows:

    nothing   the points of its group
    count     and how many of the group's tests passed
    names     and each test's title and outcome, with its times
    inputs    and what it asked of the submission last, with what came back; nothing of what it expects
    all       and what was compared, the assertion's text and what the test printed; never its own code

Whatever else might speak of a hidden test, of the reference or of a planted fault is taken out as well: what is dropped here
can't be rendered by mistake. A kit's public tests are the candidate's own copy, so nothing of those is hidden.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from grader.results.model import Criterion, Group, Improvement, Results, Reveal, Test, Timing
from grader.results.observations import OwnTests, Planted

_INPUTS = re.compile(r"(its inputs file raised \w+):.*", re.DOTALL)  # the rest quotes a hidden file

Audience = Literal["candidate", "reviewer"]


def redact(results: Results, audience: Audience) -> Results:
    """Return the results as an audience may see them."""
    if audience == "reviewer":
        return results
    levels = {group.id: group.revealed for group in results.groups}
    shown = [test for test in results.tests if test.revealed not in ("nothing", "count")]
    hidden = results.level == "hidden"
    return replace(
        results,
        tests=tuple(
            _test(test, number, hidden=hidden, is_spoken=_is_spoken(results)) for number, test in enumerate(shown, 1)
        ),
        groups=tuple(map(_group, results.groups)),
        criteria=tuple(_criterion(criterion, levels) for criterion in results.criteria),
        improvements=tuple(improvement for improvement in results.improvements if _is_open(improvement, levels)),
        speed=tuple(map(_timing, results.speed)),
        suppressed=(),  # for reviewers: it had no effect
        prints=(),  # for comparing submissions
        differences=(),  # they quote the reference
        own_tests=_own_tests(results.own_tests) if results.own_tests else None,
        provenance=replace(results.provenance, notes=()),  # they may name tests
    )


def _is_spoken(results: Results) -> bool:
    """Whether messages are the tests' own; without the glass the submission can put what it read of others into them."""
    return results.glass == "on" or results.level == "public"


def _test(test: Test, number: int, *, hidden: bool, is_spoken: bool) -> Test:
    if test.revealed == "all" and is_spoken:
        return replace(test, source=None, detail=_without_code(test.detail) if hidden else test.detail)
    if test.revealed == "all":
        return replace(test, message=None, detail=None, source=None, output=None, calls=())
    calls = test.calls if test.revealed == "inputs" and is_spoken else ()
    return replace(test, id=f"{test.group}-{number}", message=None, detail=None, source=None, output=None, calls=calls)


def _without_code(detail: str | None) -> str | None:
    """What pytest says of a failure, without the lines of the test and of the grader that led there.

    Lines that begin with `E` explain an assertion or are the traceback through the submission; all others quote code.
    """
    kept = [line for line in (detail or "").splitlines() if line == "E" or line.startswith("E ")]
    return "\n".join(kept) or None


def _group(group: Group) -> Group:
    """Of a group at `nothing`, only the points are known."""
    return replace(group, passed=0, tests=0) if group.revealed == "nothing" else group


def _criterion(criterion: Criterion, levels: Mapping[str, Reveal]) -> Criterion:
    """How many tests there are may be a secret; how many points is none."""
    if criterion.id == "tests" and "nothing" in levels.values():
        return replace(criterion, why=f"{criterion.points:g} of {criterion.max_points:g} points")
    return replace(criterion, why=_INPUTS.sub(r"\1", criterion.why))


def _is_open(improvement: Improvement, levels: Mapping[str, Reveal]) -> bool:
    if improvement.criterion != "tests":
        return True
    # One group, or several at once: then the strictest level of any holds.
    level = levels.get(improvement.place or "")
    return level != "nothing" if level else "nothing" not in levels.values()


def _timing(timing: Timing) -> Timing:
    """How far two clocks of ours differ is a reviewer's question, and so is what went wrong in a hidden file."""
    return replace(timing, cross_check=None, why=_INPUTS.sub(r"\1", timing.why) if timing.why else timing.why)


def _own_tests(own: OwnTests) -> OwnTests:
    """How many faults were caught, not which; what the run printed could hold the reference, so nothing of it stays.

    `why` does: it is one of the grader's own sentences, without a word of what ran.
    """
    caught = sum(planted.is_caught for planted in own.planted)
    counted = tuple(Planted(f"fault-{number}", number <= caught) for number in range(1, len(own.planted) + 1))
    return replace(own, planted=counted, output=None)
