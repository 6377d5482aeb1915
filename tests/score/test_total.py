"""The score: exact sums, monotone, missing weight spread visibly."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.assignment.model import Door, PillarWeights, Rules, TestGroup
from grader.results.model import Finding, Function, Measurement, Test, Timing
from grader.score import curves, total
from grader.score.evidence import Evidence

RULES = Rules(
    "grader.assignment/1", "sample", Door("import", ("answer",)), groups=(TestGroup("a", ("test_a.py",), "A", 10),)
)


def a_test(number, outcome):
    points = 1.0 if outcome == "passed" else 0.0
    return Test(f"t{number}", "a", "T", outcome, points, 1.0, 0.0, 0.0, 1.0, "count")


def finding(rule, line=1):
    return Finding("ruff", rule, "a.py", line, 1, "low", "m")


tests = st.lists(st.sampled_from(["passed", "failed", "timeout"]), min_size=1, max_size=12).map(
    lambda outcomes: tuple(a_test(n, outcome) for n, outcome in enumerate(outcomes))
)
findings = st.lists(st.sampled_from(["F401", "E501", "S307", "B006", "I001"]).map(finding), max_size=12).map(tuple)
ratios = st.floats(0.2, 20).map(lambda r: Timing("case", 9, r, r * 0.98, r * 1.02))
functions = st.lists(st.integers(1, 80), min_size=1, max_size=6).map(
    lambda paths: tuple(Function("a.py", f"f{n}", n, 10, count, count) for n, count in enumerate(paths))
)
GEOMETRIC = replace(RULES, pillars=PillarWeights(balance="geometric"))
balances = st.sampled_from([RULES, GEOMETRIC])
evidence = st.builds(
    lambda t, f, r, g: Evidence(t, (Measurement("lloc", 120, "lines"),), f, g, (r,), 1, 1),
    tests,
    findings,
    ratios,
    functions,
)


@given(evidence)
def test_every_printed_sum_is_exact(measured):
    grade = total.grade(RULES, measured)

    points = sum(round(criterion.points * 10) for criterion in grade.criteria)
    assert sum(round(criterion.max_points * 10) for criterion in grade.criteria) == 1000
    assert points == round(grade.score.uncapped * 10)
    assert grade.score.low <= grade.score.total <= grade.score.high


@given(evidence, balances, st.data())
def test_one_finding_less_never_lowers_the_total(measured, rules, data):
    if not measured.findings:
        return
    number = data.draw(st.integers(0, len(measured.findings) - 1))
    fewer = replace(measured, findings=measured.findings[:number] + measured.findings[number + 1 :])

    assert total.total_of(rules, fewer) >= total.total_of(rules, measured)


@given(evidence, balances, st.data())
def test_one_more_passed_test_never_lowers_the_total(measured, rules, data):
    number = data.draw(st.integers(0, len(measured.tests) - 1))
    better = replace(
        measured, tests=tuple(a_test(n, "passed") if n == number else test for n, test in enumerate(measured.tests))
    )

    assert total.total_of(rules, better) >= total.total_of(rules, measured)


@given(evidence, balances, st.floats(0.1, 1))
def test_a_lower_ratio_never_lowers_the_total(measured, rules, share):
    timing = measured.timings[0]
    faster = replace(timing, ratio=timing.ratio * share, low=timing.low * share, high=timing.high * share)

    assert total.total_of(rules, replace(measured, timings=(faster,))) >= total.total_of(rules, measured)


@given(evidence, balances)
def test_geometric_balance_never_gives_more_than_the_sum(measured, rules):
    grade = total.grade(rules, measured)

    chosen, other = grade.score.total, grade.score.other
    additive, geometric = (chosen, other) if rules.pillars.balance == "additive" else (other, chosen)
    assert geometric <= additive


def test_geometric_balance_punishes_what_is_lopsided():
    tests = (a_test(1, "passed"),)
    slow = Timing("case", 9, 3.0, 3.0, 3.0)  # 33.7 of 100; quality is 100
    measured = Evidence(
        tests, (Measurement("lloc", 100, "lines"),), (), (Function("a.py", "f", 1, 10, 1),), (slow,), 1, 1
    )

    by = {rules.pillars.balance: total.grade(rules, measured).score for rules in (RULES, GEOMETRIC)}

    # 50 points for the tests; of the other 50, 30 are quality's and 20 speed's: 50 * 1.0 ** 0.6 * 0.335 ** 0.4 = 32.3
    assert (by["additive"].total, by["additive"].other) == (86.7, 82.3)
    assert (by["geometric"].total, by["geometric"].other) == (82.3, 86.7)
    assert by["geometric"].uncapped == 82.3
    assert by["geometric"].balance == "geometric"


def test_in_a_geometric_mean_a_pillar_of_zero_counts_as_five():
    wrong = Timing("case", 0, None, None, None, "a wrong answer", "wrong")
    tests = (a_test(1, "passed"),)
    measured = Evidence(
        tests, (Measurement("lloc", 100, "lines"),), (), (Function("a.py", "f", 1, 10, 1),), (wrong,), 1, 1
    )

    # 50 * 1.0 ** 0.6 * 0.05 ** 0.4 = 15.1
    assert total.grade(GEOMETRIC, measured).score.total == 65.1


def test_two_pillars_of_which_one_was_not_measured_have_no_balance():
    grade = total.grade(GEOMETRIC, Evidence((a_test(1, "passed"),)))

    assert (grade.score.total, grade.score.other) == (100.0, None)


def test_what_is_not_measured_is_no_zero_and_its_weight_goes_to_the_rest():
    grade = total.grade(RULES, Evidence((a_test(1, "passed"),)))

    by_id = {criterion.id: criterion for criterion in grade.criteria}
    assert (by_id["style"].state, by_id["style"].score, by_id["tests"].max_points) == ("not_measured", None, 100.0)
    assert (grade.score.total, grade.score.pillars.quality) == (100.0, None)


def test_less_than_half_of_the_points_caps_the_total():
    measured = Evidence((a_test(1, "passed"), a_test(2, "failed"), a_test(3, "failed")))

    grade = total.grade(RULES, measured)

    gate = next(gate for gate in grade.gates if gate.id == "min_share")
    assert (gate.met, grade.score.total <= 49, grade.verdict) == (False, True, "failed")


def test_a_high_security_finding_caps_the_total_at_69():
    risky = Finding("ruff", "S307", "a.py", 1, 1, "high", "eval")
    measured = Evidence((a_test(1, "passed"),), (Measurement("lloc", 100, "lines"),), (risky,), (), (), 1, 1)

    assert total.grade(RULES, measured).score.total == 69.0


def test_a_wrong_answer_earns_no_speed_points_and_a_missing_race_costs_none():
    wrong = Timing("case", 0, None, None, None, "a wrong answer", "wrong")
    missing = Timing("case", 0, None, None, None, "too few pairs", "not_measured")

    scored = {
        timing.state: total.grade(RULES, Evidence((a_test(1, "passed"),), timings=(timing,))).score.pillars.speed
        for timing in (wrong, missing)
    }

    assert scored == {"wrong": 0.0, "not_measured": None}


@pytest.mark.parametrize(
    ("ratio", "score"), [(0.5, 100), (1.1, 100), (1.5, 79.5), (2, 60.5), (3, 33.7), (5, 0), (50, 0)]
)
def test_every_doubling_costs_46_points(ratio, score):
    assert curves.ratio(ratio) == pytest.approx(score, abs=0.05)
