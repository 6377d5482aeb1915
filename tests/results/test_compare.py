"""Two results side by side: what differs, what is noise, what flipped."""

from dataclasses import replace

import pytest

from grader.assignment.model import Door, Rules
from grader.errors import UsageError
from grader.results.compare import Flip, OneSided, compare, judge
from grader.results.model import Function, Test, Timing
from grader.score.evidence import Evidence

RULES = Rules("grader.assignment/1", "sample", Door("import", ("answer",)))


def a_test(name, outcome):
    points = 1.0 if outcome == "passed" else 0.0
    return Test(name, "parsing", f"Does {name}", outcome, points, 1.0, 0.0, 0.0, 1.0, "count")


@pytest.mark.parametrize(
    ("a", "b", "judgement"),
    [
        pytest.param((70, 73, 75), (74, 78, 80), "noise", id="bands overlap"),
        pytest.param((70, 73, 75), (75, 78, 80), "noise", id="bands touch"),
        pytest.param((70, 73, 75), (76, 78, 80), "differs", id="bands apart"),
        pytest.param((50, 50, 50), (60, 60, 60), "differs", id="both exact"),
        pytest.param((50, 50, 50), (50, 50, 50), "same", id="equal"),
        pytest.param((40, 50, 60), (49, 50, 51), "same", id="equal with bands"),
        pytest.param(None, (50, 50, 50), "not_comparable", id="one not measured"),
        pytest.param(None, None, "same", id="neither measured"),
    ],
)
def test_a_difference_within_the_bands_is_noise(a, b, judgement):
    assert judge(a, b) == judgement


def test_two_submissions_are_compared_criterion_by_criterion(recorded):
    a = recorded(
        Evidence(
            (a_test("adds", "passed"), a_test("sorts", "failed"), a_test("merges", "timeout")),
            functions=(Function("a.py", "main", 3, 40, 12, 9),),
            timings=(Timing("top-n", 9, 1.2, 1.1, 1.3),),
            analysed=1,
            analysable=1,
        ),
        id_="ada-01234567",
    )
    b = recorded(
        Evidence(
            (a_test("adds", "failed"), a_test("sorts", "passed"), a_test("merges", "passed")),
            timings=(Timing("top-n", 9, 1.25, 1.15, 1.35),),
        ),
        id_="bob-01234567",
    )

    found = compare(a, b)

    judged = {points.score.id: points.score.judgement for points in found.criteria}
    measured = {id_: word for id_, word in judged.items() if id_ in ("tests", "complexity", "runtime")}
    assert measured == {"tests": "differs", "complexity": "not_comparable", "runtime": "noise"}
    assert (found.a, found.b, found.assignment) == ("ada-01234567", "bob-01234567", "sample")
    assert found.only_a == (OneSided("adds", "Does adds", "parsing", "passed", "failed"),)
    assert found.only_b == (
        OneSided("sorts", "Does sorts", "parsing", "failed", "passed"),
        OneSided("merges", "Does merges", "parsing", "timeout", "passed"),
    )
    assert found.flips == (Flip("min_share", "not met", "met"),)
    assert (found.a_hot, found.b_hot) == (a.functions, ())
    assert found.remarks == ()


def test_what_makes_two_runs_less_comparable_is_said(recorded):
    a = recorded(Evidence((a_test("adds", "passed"),)))
    host = replace(a.provenance.host, cpus=64)
    b = replace(
        a,
        assignment=replace(a.assignment, digest="sha256:" + "c" * 64),
        level="public",
        rubric=None,
        provenance=replace(a.provenance, host=host),
    )

    assert compare(a, b).remarks == (
        "the assignment changed between the two runs",
        "one ran the hidden tests, the other the public ones",
        "they were scored by different rubrics",
        "they ran on different machines or sandboxes, so run times compare less well",
    )


@pytest.mark.parametrize(("old", "new", "remarks"), [("Zen 4", "Zen 4", 0), ("Zen 4", "Cortex", 1), ("", "Cortex", 0)])
def test_another_processor_is_said_where_both_records_know_theirs(recorded, old, new, remarks):
    def run(cpu):
        one = recorded(Evidence((a_test("adds", "passed"),)))
        return replace(one, provenance=replace(one.provenance, host=replace(one.provenance.host, cpu=cpu)))

    assert len(compare(run(old), run(new)).remarks) == remarks


def test_answers_to_different_assignments_are_not_compared(recorded):
    a = recorded(Evidence((a_test("adds", "passed"),)))
    b = recorded(Evidence((a_test("adds", "passed"),)), replace(RULES, id="other"), "bob-01234567")

    with pytest.raises(UsageError) as caught:
        compare(a, b)

    assert (caught.value.code, caught.value.what, caught.value.why, caught.value.do) == (
        "G515",
        "ana-01234567 answers 'sample', bob-01234567 answers 'other'",
        "Points of different assignments measure different things.",
        "Give two records of one assignment. Nothing was changed.",
    )


def test_a_run_without_a_grade_has_no_rubric_that_could_differ(recorded):
    a = recorded(Evidence((a_test("adds", "passed"),)))

    assert compare(a, replace(a, verdict="not_gradable", score=None, rubric=None, criteria=())).remarks == ()


def test_a_run_without_a_grade_is_compared_as_not_measured(recorded):
    a = recorded(Evidence((a_test("adds", "passed"),)))
    b = replace(a, verdict="not_graded", score=None, criteria=(), gates=())

    found = compare(a, b)

    assert (found.total.judgement, found.total.difference()) == ("not_comparable", None)
    assert found.flips[0] == Flip("verdict", "accepted", "not_graded")
