"""What to improve next: each figure is what a real score gives of the changed evidence."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from grader.assignment.model import Door, Rules
from grader.results.model import Finding, Function, Measurement, Test, Timing
from grader.score import total
from grader.score.evidence import Evidence
from grader.score.improve import improvements

RULES = Rules("grader.assignment/1", "sample", Door("import", ("answer",)))
LINES = (Measurement("lloc", 100, "lines"),)


def a_test(number, group, outcome):
    points = 1.0 if outcome == "passed" else 0.0
    return Test(f"t{number}", group, "T", outcome, points, 1.0, 0.0, 0.0, 1.0, "count")


def finding(rule, severity="low"):
    return Finding("ruff", rule, "a.py", 1, 1, severity, f"about {rule}")


evidence = st.builds(
    lambda outcomes, rules, paths, ratio: Evidence(
        tests=tuple(a_test(n, group, outcome) for n, (group, outcome) in enumerate(outcomes)),
        measurements=LINES,
        findings=tuple(finding(rule, "high" if rule == "S307" else "low") for rule in rules),
        functions=tuple(Function("a.py", f"f{n}", n, 10, count, count) for n, count in enumerate(paths)),
        timings=(Timing("case", 9, ratio, ratio, ratio),),
        analysed=1,
        analysable=1,
    ),
    st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(["passed", "failed"])), min_size=1, max_size=8),
    st.lists(st.sampled_from(["F401", "E501", "S307", "B006"]), max_size=8),
    st.lists(st.integers(1, 60), min_size=1, max_size=4),
    st.floats(0.5, 8),
)


def done(measured, improvement):
    """The evidence as it would be, had one done what the improvement says; written apart from the code that proposes it."""
    if improvement.criterion == "tests":
        groups = improvement.place.split(", ")
        passed = [replace(t, outcome="passed", points=1.0) if t.group in groups else t for t in measured.tests]
        return replace(measured, tests=tuple(passed))
    if improvement.criterion == "runtime":
        fast = [replace(t, ratio=1.0, low=1.0, high=1.0) for t in measured.timings]
        return replace(measured, timings=tuple(fast))
    if improvement.criterion == "complexity":
        line = int(improvement.place.partition(":")[2])
        simple = [
            replace(f, cyclomatic=min(f.cyclomatic, 5), cognitive=0) if f.line == line else f
            for f in measured.functions
        ]
        return replace(measured, functions=tuple(simple))
    rule = improvement.title.partition(":")[0]
    return replace(measured, findings=tuple(f for f in measured.findings if f.rule != rule))


@given(evidence)
def test_points_to_gain_equal_a_real_score_of_the_change_alone(measured):
    now = total.total_of(RULES, measured)

    found = improvements(measured, lambda changed: total.total_of(RULES, changed))

    gains = [round(total.total_of(RULES, done(measured, improvement)) - now, 1) for improvement in found]
    assert [improvement.points for improvement in found] == gains


@given(evidence)
def test_the_path_equals_a_real_score_after_each_step(measured):
    found = improvements(measured, lambda changed: total.total_of(RULES, changed))

    afters, path = [], measured
    for improvement in found:
        path = done(path, improvement)
        afters.append(total.total_of(RULES, path))
    assert [improvement.total_after for improvement in found] == afters


@given(evidence)
def test_every_step_raises_the_total_and_the_best_comes_first(measured):
    grade = total.grade(RULES, measured)

    totals = [grade.score.total, *(improvement.total_after for improvement in grade.improvements)]
    points = [improvement.points for improvement in grade.improvements]
    assert totals == sorted(set(totals))
    assert points == sorted(points, reverse=True)
    assert len(points) <= 5


def test_fix_one_to_three_says_where_it_leads():
    measured = Evidence(
        tests=(a_test(1, "parsing", "passed"), a_test(2, "parsing", "passed"), a_test(3, "stock", "failed")),
        measurements=LINES,
        findings=(replace(finding("F401"), fixable=True), finding("B006"), finding("B006")),
        functions=(Function("a.py", "main", 3, 90, 30, 40), Function("a.py", "<module>", 1, 10, 1)),
        timings=(Timing("top-n", 9, 2.0, 2.0, 2.0),),
        analysed=1,
        analysable=1,
    )

    grade = total.grade(RULES, measured)

    assert grade.score.total == 57.3
    told = [(i.title, i.points, i.total_after, i.effort, i.place) for i in grade.improvements]
    assert told == [
        ("Make the tests of group stock pass", 16.7, 74.0, "local", "stock"),
        ("Simplify main: 30 paths through it", 10.9, 84.9, "design", "a.py:3"),
        ("Make top-n as fast as the reference (now 2.0 times its CPU time)", 7.9, 92.8, "design", None),
        ("B006: about B006 (2 times)", 4.7, 97.5, "local", "a.py:1"),
        ("F401: about F401", 1.5, 100.0, "auto", "a.py:1"),
    ]


def test_where_a_gate_holds_the_total_down_what_lifts_it_is_one_step():
    groups = [("a", "failed"), ("b", "failed"), ("c", "failed"), ("d", "passed")]
    measured = Evidence(
        tests=tuple(a_test(n, group, outcome) for n, (group, outcome) in enumerate(groups)),
        measurements=LINES,
        functions=(Function("a.py", "f", 1, 10, 1),),
        timings=(Timing("case", 9, 1.0, 1.0, 1.0),),
        analysed=1,
        analysable=1,
    )
    low = replace(RULES, gates=replace(RULES.gates, min_share=0.9))

    grade = total.grade(low, measured)

    assert grade.score.total == 49.0  # 62.5 without the gate, and no single group opens it
    told = [(i.title, i.points, i.total_after) for i in grade.improvements]
    assert told == [("Make the tests of the groups a, b, c pass", 51.0, 100.0)]


def test_two_rules_behind_one_security_gate_are_one_step():
    measured = Evidence(
        tests=(a_test(1, "a", "passed"),),
        measurements=LINES,
        findings=(finding("S307", "high"), finding("S602", "high")),
        analysed=1,
        analysable=1,
    )

    grade = total.grade(RULES, measured)

    told = [(i.title, i.points, i.total_after) for i in grade.improvements]
    assert (grade.score.total, told) == (69.0, [("Remove the security findings of S307, S602", 31.0, 100.0)])
