"""Better work never lowers a total: any evidence, any weights, either balance, gates included."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from grader.assignment.criteria import CRITERIA
from grader.assignment.model import CriterionWeight, Door, GateRules, PillarWeights, Rules
from grader.results.model import Finding, Function, Measurement, Test, Timing
from grader.results.observations import Check, OwnTests, Planted
from grader.score import total
from grader.score.evidence import Evidence

SEVERITIES = ("info", "low", "medium", "high")


def a_test(number, weight, outcome):
    points = weight if outcome == "passed" else 0.0
    return Test(f"t{number}", "a", "T", outcome, points, weight, 0.0, 0.0, 1.0, "count")


def a_timing(number, ratio, spread, state):
    if state != "measured":
        return Timing(f"c{number}", 0, None, None, None, "why", state)
    low, high = ratio / (1 + spread), ratio * (1 + spread)
    return Timing(f"c{number}", 9, ratio, low, high, inconclusive=spread > 0.05)


def an_observation(rule, severity, fixable):
    message = "layers: a imports b" if rule.startswith("ARCH") else "m"
    return Finding("ruff", rule, "a.py", 1, 1, severity, message, None, fixable)


rules_of_analysers = ["F401", "E501", "S307", "S105", "B006", "I001", "SIM102", "unparsable", "code-in-text", "ARCH001"]
tests = st.lists(
    st.tuples(st.floats(0.1, 5), st.sampled_from(["passed", "failed", "timeout"])), min_size=1, max_size=8
).map(lambda drawn: tuple(a_test(n, weight, outcome) for n, (weight, outcome) in enumerate(drawn)))
findings = st.lists(
    st.builds(an_observation, st.sampled_from(rules_of_analysers), st.sampled_from(SEVERITIES), st.booleans()),
    max_size=10,
).map(tuple)
timings = st.lists(
    st.tuples(
        st.floats(0.2, 20), st.floats(0, 0.5), st.sampled_from(["measured", "measured", "wrong", "not_measured"])
    ),
    max_size=3,
).map(lambda drawn: tuple(a_timing(n, *values) for n, values in enumerate(drawn)))
functions = st.lists(st.tuples(st.integers(1, 80), st.integers(0, 60), st.integers(1, 90)), max_size=5).map(
    lambda drawn: tuple(Function("a.py", f"f{n}", n, lines, cc, cog) for n, (cc, cog, lines) in enumerate(drawn))
)
checks = st.lists(st.tuples(st.sampled_from(["docs", "hygiene"]), st.booleans()), max_size=6).map(
    lambda drawn: tuple(Check(criterion, f"q{n}", met, "why") for n, (criterion, met) in enumerate(drawn))
)
own = st.none() | st.builds(
    lambda passes, caught, coverage: OwnTests(
        3, passes, tuple(Planted(f"p{n}", c) for n, c in enumerate(caught)), coverage
    ),
    st.booleans(),
    st.lists(st.booleans(), min_size=1, max_size=5),
    st.none() | st.floats(0, 1),
)
evidence = st.builds(
    lambda t, f, fs, r, c, o, lloc, copies, readable: Evidence(
        tests=t,
        measurements=(
            Measurement("lloc", lloc, "lines"),
            Measurement("duplication", copies, "%"),
            Measurement("architecture rules", 4, "rules"),
            Measurement("reference lloc", 60, "lines"),
        ),
        findings=f,
        functions=fs,
        timings=r,
        analysed=readable,
        analysable=3,
        checks=c,
        own_tests=o,
    ),
    tests,
    findings,
    functions,
    timings,
    checks,
    own,
    st.integers(1, 500),
    st.floats(0, 60),
    st.integers(0, 3),
)
rubrics = st.builds(
    lambda quality, speed, weights, share, security, balance: Rules(
        "grader.assignment/1",
        "sample",
        Door("import", ("answer",)),
        pillars=PillarWeights(100 - quality - speed, quality, speed, balance),
        criteria={name: CriterionWeight(weight) for name, weight in weights.items()},
        gates=GateRules(min_share=share, security=security),
    ),
    st.integers(0, 50),
    st.integers(0, 50),
    st.dictionaries(st.sampled_from(sorted(CRITERIA)), st.floats(0.1, 100)),
    st.floats(0, 1),
    st.sampled_from(["none", "low", "medium", "high"]),
    st.sampled_from(["additive", "geometric"]),
)


def replaced(values, number, value):
    return (*values[:number], value, *values[number + 1 :])


def drawn_from(data, values):
    return data.draw(st.integers(0, len(values) - 1))


@given(evidence.filter(lambda e: e.findings), rubrics, st.data())
def test_a_finding_less_never_lowers_the_total(measured, rubric, data):
    number = drawn_from(data, measured.findings)
    fewer = replace(measured, findings=measured.findings[:number] + measured.findings[number + 1 :])

    assert total.total_of(rubric, fewer) >= total.total_of(rubric, measured)


@given(evidence, rubrics, st.data())
def test_a_passed_test_more_never_lowers_the_total(measured, rubric, data):
    number = drawn_from(data, measured.tests)
    passed = a_test(number, measured.tests[number].max_points, "passed")
    better = replace(measured, tests=replaced(measured.tests, number, passed))

    assert total.total_of(rubric, better) >= total.total_of(rubric, measured)


@given(evidence.filter(lambda e: any(t.ratio for t in e.timings)), rubrics, st.floats(0.05, 1), st.data())
def test_a_lower_ratio_never_lowers_the_total(measured, rubric, share, data):
    number = data.draw(st.sampled_from([n for n, timing in enumerate(measured.timings) if timing.ratio]))
    slow = measured.timings[number]
    fast = replace(slow, ratio=slow.ratio * share, low=slow.low * share, high=slow.high * share)
    better = replace(measured, timings=replaced(measured.timings, number, fast))

    assert total.total_of(rubric, better) >= total.total_of(rubric, measured)


@given(evidence.filter(lambda e: any(t.state == "wrong" for t in e.timings)), rubrics, st.floats(0.2, 20), st.data())
def test_a_right_answer_never_lowers_the_total(measured, rubric, ratio, data):
    number = data.draw(st.sampled_from([n for n, timing in enumerate(measured.timings) if timing.state == "wrong"]))
    right = a_timing(number, ratio, 0.01, "measured")
    better = replace(measured, timings=replaced(measured.timings, number, right))

    assert total.total_of(rubric, better) >= total.total_of(rubric, measured)


@given(evidence.filter(lambda e: e.functions), rubrics, st.data())
def test_a_simpler_function_never_lowers_the_total(measured, rubric, data):
    number = drawn_from(data, measured.functions)
    function = measured.functions[number]
    simple = replace(
        function,
        cyclomatic=data.draw(st.integers(1, function.cyclomatic)),
        cognitive=data.draw(st.integers(0, function.cognitive)),
    )
    better = replace(measured, functions=replaced(measured.functions, number, simple))

    assert total.total_of(rubric, better) >= total.total_of(rubric, measured)


@given(evidence, rubrics, st.floats(0, 1))
def test_less_duplication_never_lowers_the_total(measured, rubric, share):
    copied = next(m for m in measured.measurements if m.name == "duplication")
    number = measured.measurements.index(copied)
    better = replace(
        measured, measurements=replaced(measured.measurements, number, replace(copied, value=copied.value * share))
    )

    assert total.total_of(rubric, better) >= total.total_of(rubric, measured)


@given(evidence.filter(lambda e: e.checks), rubrics, st.data())
def test_a_question_that_is_answered_never_lowers_the_total(measured, rubric, data):
    number = drawn_from(data, measured.checks)
    met = replace(measured.checks[number], is_met=True)
    better = replace(measured, checks=replaced(measured.checks, number, met))

    assert total.total_of(rubric, better) >= total.total_of(rubric, measured)


@given(evidence.filter(lambda e: e.own_tests), rubrics, st.data())
def test_a_planted_fault_caught_never_lowers_the_total(measured, rubric, data):
    number = drawn_from(data, measured.own_tests.planted)
    caught = replaced(measured.own_tests.planted, number, Planted(f"p{number}", True))
    better = replace(measured, own_tests=replace(measured.own_tests, planted=caught, passes_reference=True))

    assert total.total_of(rubric, better) >= total.total_of(rubric, measured)


@given(evidence, rubrics)
def test_every_sum_is_exact_under_any_rubric(measured, rubric):
    grade = total.grade(rubric, measured)

    score, caps = grade.score, [gate.cap for gate in grade.gates if not gate.met and gate.cap is not None]
    earned = sum(round(criterion.points * 10) for criterion in grade.criteria)
    possible = sum(round(criterion.max_points * 10) for criterion in grade.criteria)
    additive = score.uncapped if score.balance == "additive" else earned / 10
    assert possible in (0, 1000)
    assert round(additive * 10) == earned
    assert score.total == min([score.uncapped, *caps])
    assert score.low <= score.total <= score.high
