"""What a terminal shows at the end of a run: why, and what to do next."""

import io
from dataclasses import replace

from rich.console import Console

from grader.assignment.criteria import CRITERIA
from grader.assignment.model import CriterionWeight, Door, PillarWeights, Rules
from grader.render import terminal
from grader.results.model import Finding, Function, Measurement, Test, Timing
from grader.score.evidence import Evidence

# Two criteria beside the tests, at the ends of their curves: what is shown here changes with no curve.
WEIGHTS = {
    **{name: CriterionWeight(0) for name, place in CRITERIA.items() if place.pillar != "correctness"},
    "complexity": CriterionWeight(100),
    "runtime": CriterionWeight(100),
}


def a_test(number, group, outcome):
    points = 1.0 if outcome == "passed" else 0.0
    return Test(f"t{number}", group, "T", outcome, points, 1.0, 0.0, 0.0, 1.0, "count")


def rules(balance="additive"):
    return Rules(
        "grader.assignment/1",
        "sample",
        Door("import", ("answer",)),
        pillars=PillarWeights(balance=balance),
        criteria=WEIGHTS,
    )


TANGLED = Evidence(
    tests=(a_test(1, "parsing", "passed"), a_test(2, "stock", "failed")),
    measurements=(Measurement("lloc", 100, "lines"),),
    findings=(Finding("ruff", "F401", "[bold]a.py", 1, 1, "low", "unused"),),
    functions=(Function("answer.py", "main", 3, 90, 60, 99),),
    timings=(Timing("top-n", 0, None, None, None, "a wrong answer", "wrong"),),
    analysed=1,
    analysable=1,
)


def shown(results, symbols=terminal.ASCII):
    console = Console(width=110, file=io.StringIO(), color_system=None)
    console.print(terminal.summary(results, symbols))
    return "".join(f"{line.rstrip()}\n" for line in console.file.getvalue().splitlines())


SUMMARY = """\
x failed  25.0 of 100 (25.0 to 25.0)
criterion   points    of              why
tests         25.0  50.0  #####.....  1 of 2 tests passed: 1 of 2 points
complexity     0.0  30.0  ..........  0% of the code in functions of at most 10 paths, 100% in tangled ones
runtime        0.0  20.0  ..........  top-n: a wrong answer
group    passed  points
Parsing  1 of 1  1 of 1
Stock    0 of 1  0 of 1
   what next                                                      points   then  effort  where
1  Simplify main: 60 paths through it                              +30.0   55.0  design  answer.py:3
2  Make the tests of group stock pass                              +25.0   80.0  local   stock
3  Answer the speed case top-n rightly, as fast as the reference   +20.0  100.0  design
fix 1 to 3: 25.0 -> 100.0
gate not met: accept_share, 50% (100% of the tests): the verdict
"""


def test_a_summary_says_why_and_what_to_do_next(recorded):
    assert shown(recorded(TANGLED, rules())) == SUMMARY


def test_a_geometric_balance_is_said_with_what_the_sum_would_be(recorded):
    fast = replace(TANGLED, timings=(Timing("top-n", 9, 1.0, 1.0, 1.0),))

    text = shown(recorded(fast, rules("geometric")), terminal.SYMBOLS)

    # 30 + 20 points of quality and speed: 50 * 0.05 ** 0.6 * 1.0 ** 0.4 = 8.3
    assert text.splitlines()[0] == "✗ failed  33.3 of 100 (33.3 to 33.3)"
    assert "quality and speed by their geometric mean: 33.3, by the sum 45.0\n" in text
