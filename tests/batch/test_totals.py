"""Totals at other weights are those that grading would give: what moves a ranking must not be a model of its own."""

from dataclasses import replace
from fractions import Fraction

import pytest

from grader.assignment.model import Door, PillarWeights, Rules
from grader.batch import totals
from grader.results import summary
from grader.results.model import Finding, Measurement, Test, Timing
from grader.results.summary import Known
from grader.score import total
from grader.score.evidence import Evidence

SPAN = 50.0
ROUNDING = 0.25  # points: each criterion's are whole tenths


def rules(speed, balance):
    pillars = PillarWeights(correctness=50.0, quality=SPAN - speed, speed=speed, balance=balance)
    return Rules("grader.assignment/1", "sample", Door("import", ("answer",)), pillars=pillars)


def a_test(name, outcome):
    points = 1.0 if outcome == "passed" else 0.0
    return Test(name, "g", name, outcome, points, 1.0, 0.0, 0.0, 1.0, "count")


def evidence(*, is_timed):
    timings = (Timing("sort", 9, 1.6, 1.5, 1.7), Timing("find", 9, 0.9, 0.85, 0.95)) if is_timed else ()
    findings = tuple(Finding("ruff", "F401", "a.py", n, 1, "medium", "unused") for n in range(1, 4))
    tests = tuple(a_test(f"t{n}", "passed" if n else "failed") for n in range(7))
    lines = (Measurement("lloc", 60.0, "lines"),)
    return Evidence(tests, measurements=lines, findings=findings, timings=timings, analysed=1, analysable=1)


@pytest.mark.parametrize("is_timed", [True, False], ids=["timed", "not timed"])
@pytest.mark.parametrize("balance", ["additive", "geometric"])
def test_a_total_at_another_weight_is_what_grading_gives_there(recorded, balance, is_timed):
    found = evidence(is_timed=is_timed)
    entry = summary.entry(recorded(found, rules(20.0, balance)), Known("ada", "ada"), [])
    entry = replace(entry, gates=())
    pillars = {"correctness": 50.0, "quality": 30.0, "speed": 20.0}

    for speed in (0.0, 5.0, 20.0, 35.0, 49.0, 50.0):
        graded = total.grade(rules(speed, balance), found).score.uncapped
        ours = (
            totals.geometric(entry, pillars)(speed / SPAN)
            if balance == "geometric"
            else float(totals.total(entry, pillars).at(Fraction(speed / SPAN)))
        )
        assert ours == pytest.approx(graded, abs=ROUNDING), speed
