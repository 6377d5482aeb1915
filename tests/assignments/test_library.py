"""Each bundled assignment proves itself: every solution ends with its expected verdict, caught by the groups it names."""

from dataclasses import replace

import pytest

from grader import bundled, pipeline, workshop
from grader.assignment import load

LIBRARY = load.list_bundled(bundled.path("assignments"))
SOLUTIONS = [(assignment, solution) for assignment in LIBRARY for solution in assignment.rules.solutions]


@pytest.fixture(scope="module")
def shops(services):
    """The assignments with their tests collected; without the race, which has tests of its own."""
    return {
        assignment.rules.id: workshop.prepare(
            services, replace(assignment, rules=replace(assignment.rules, speed=())), "hidden"
        )
        for assignment in LIBRARY
    }


@pytest.mark.docker
@pytest.mark.parametrize(
    ("assignment", "solution"), SOLUTIONS, ids=[f"{each.rules.id}-{solution.path}" for each, solution in SOLUTIONS]
)
def test_a_solution_ends_as_its_author_expects(shops, assignment, solution):
    results = pipeline.grade(str(assignment.root / solution.path), shops[assignment.rules.id], seed=1)

    catching = {group.id for group in results.groups if group.passed < group.tests}
    assert results.verdict == solution.expect, results.reason
    assert set(solution.fails) <= catching


@pytest.mark.docker
@pytest.mark.parametrize("assignment", LIBRARY, ids=lambda assignment: assignment.rules.id)
def test_the_reference_is_as_good_as_what_it_asks_for(shops, assignment):
    results = pipeline.grade(str(assignment.reference), shops[assignment.rules.id], seed=1)

    scores = {criterion.id: criterion.score for criterion in results.criteria if criterion.pillar == "quality"}
    assert {name: score for name, score in scores.items() if score is not None and score < 99} == {}
    assert scores.keys() - {name for name, score in scores.items() if score is None} >= {"own_tests", "docs", "style"}
    assert results.own_tests.passes_reference
    assert all(planted.is_caught for planted in results.own_tests.planted)


@pytest.mark.parametrize("assignment", LIBRARY, ids=lambda assignment: assignment.rules.id)
def test_an_assignment_has_answers_of_every_kind(assignment):
    names = {solution.path.partition("/")[2] for solution in assignment.rules.solutions}

    assert {"reference", "slow_but_clean", "fast_but_messy", "not_importable"} <= names
    assert len(names) >= 7
    assert (assignment.root / "brief.md").read_text().count("**R") >= 6
