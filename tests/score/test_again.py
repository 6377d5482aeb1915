"""A recorded run scored again: its own rubric changes nothing, another one changes what it says and nothing else."""

from dataclasses import fields, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.assignment.model import CriterionWeight, Door, GateRules, PillarWeights, Rules, Weighting
from grader.assignment.rubric import weighting
from grader.errors import UsageError
from grader.results import file
from grader.results.compare import compare
from grader.results.model import Finding, Function, Measurement, Reason, Test, Timing
from grader.results.observations import Check, OwnTests, Pace
from grader.score.again import again
from grader.score.evidence import Evidence, evidence_of

RULES = Rules("grader.assignment/1", "sample", Door("import", ("answer",)))


def a_test(number, outcome):
    points = 1.0 if outcome == "passed" else 0.0
    return Test(f"t{number}", "a", "T", outcome, points, 1.0, 0.0, 0.0, 1.0, "count")


evidence = st.builds(
    lambda outcomes, rules, paths, ratio: Evidence(
        tests=tuple(a_test(n, outcome) for n, outcome in enumerate(outcomes)),
        measurements=(Measurement("lloc", 120, "lines"),),
        findings=tuple(Finding("ruff", rule, "a.py", 1, 1, "high", "m") for rule in rules),
        functions=tuple(Function("a.py", f"f{n}", n, 10, count, count) for n, count in enumerate(paths)),
        timings=(Timing("case", 9, ratio, ratio * 0.98, ratio * 1.02),),
        analysed=1,
        analysable=2,
    ),
    st.lists(st.sampled_from(["passed", "failed"]), min_size=1, max_size=6),
    st.lists(st.sampled_from(["F401", "S307"]), max_size=4),
    st.lists(st.integers(1, 60), min_size=1, max_size=4),
    st.floats(0.5, 8),
)
rules = st.builds(
    lambda quality, weight, share, balance: replace(
        RULES,
        pillars=PillarWeights(40, quality, 60 - quality, balance),
        criteria={"style": CriterionWeight(weight)},
        gates=GateRules(min_share=share),
    ),
    st.integers(0, 60),
    st.floats(0, 90),
    st.floats(0, 1),
    st.sampled_from(["additive", "geometric"]),
)
quick = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@quick
@given(evidence, rules)
def test_the_own_rubric_gives_the_recorded_score_again(recorded, measured, given_rules):
    results = recorded(measured, given_rules)

    assert again(results, weighting(results.rubric)) == results


@quick
@given(evidence, rules)
def test_a_rubric_that_was_written_and_read_is_the_same(recorded, tmp_path_factory, measured, given_rules):
    path = tmp_path_factory.mktemp("out") / "results.json"
    file.write(path, recorded(measured, given_rules))

    read = file.read(path)

    assert again(read, weighting(read.rubric)) == read


def test_other_weights_change_the_score_and_nothing_that_was_measured(recorded):
    measured = Evidence(
        (a_test(1, "passed"), a_test(2, "failed")), timings=(Timing("case", 9, 1.0, 1.0, 1.0),), analysed=0
    )
    results = recorded(measured)

    new = again(results, Weighting(pillars=PillarWeights(20, 40, 40)))

    changed = {field.name for field in fields(new) if getattr(new, field.name) != getattr(results, field.name)}
    assert changed == {"criteria", "score", "improvements", "rubric"}
    assert (results.score.total, new.score.total) == (64.3, 83.4)
    assert new.rubric.pillars == {"correctness": 20.0, "quality": 40.0, "speed": 40.0}


def test_a_lower_bar_flips_the_verdict(recorded):
    results = recorded(Evidence((a_test(1, "passed"), a_test(2, "failed"), a_test(3, "failed"))))

    new = again(results, Weighting(gates=GateRules(min_share=0.3, accept_share=0.3)))

    flips = [(flip.id, flip.a, flip.b) for flip in compare(results, new).flips]
    assert flips == [
        ("verdict", "failed", "accepted"),
        ("min_share", "not met", "met"),
        ("accept_share", "not met", "met"),
    ]


def test_what_has_no_grade_gets_none(recorded):
    results = replace(
        recorded(Evidence((a_test(1, "passed"),))), score=None, verdict="not_graded", reason=Reason("G403", "it broke")
    )

    with pytest.raises(UsageError) as caught:
        again(results, Weighting())

    assert (caught.value.code, caught.value.what) == (
        "G513",
        "ana-01234567 has no grade to score again: it is not graded",
    )


def test_the_record_keeps_all_that_a_score_is_computed_from(recorded):
    measured = Evidence(
        tests=(a_test(1, "passed"),),
        measurements=(Measurement("lloc", 120, "lines"),),
        findings=(Finding("ruff", "F401", "a.py", 1, 1, "low", "m"),),
        functions=(Function("a.py", "f", 1, 10, 3, 1),),
        timings=(Timing("case", 9, 1.0, 1.0, 1.0),),
        analysed=1,
        analysable=2,
        checks=(Check("docs", "readme", True, "it says how to run it"),),
        own_tests=OwnTests(3, True),
        noise=0.01,
        pace=Pace(True, (), 3600.0, 7200.0, 10800.0, "a rule"),
    )

    unset = [field.name for field in fields(Evidence) if not getattr(measured, field.name)]
    assert unset == [], "a new kind of evidence: give it here, and read it from the record in evidence_of"
    assert evidence_of(recorded(measured)) == measured
