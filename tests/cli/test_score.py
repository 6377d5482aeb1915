"""`grader score` and `grader compare`: recorded measurements, nothing run."""

import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest

from grader.assignment.criteria import CRITERIA
from grader.assignment.model import CriterionWeight, Door, Rules
from grader.results import file
from grader.results.model import Function, Measurement, Reason, Test, Timing
from grader.score.evidence import Evidence


def a_test(name, outcome):
    points = 1.0 if outcome == "passed" else 0.0
    return Test(f"test_it.py::{name}", "tests", f"It {name}", outcome, points, 1.0, 0.0, 0.0, 1.0, "count")


# Few criteria, and only the ends of their curves: what is shown here changes with no curve.
RULES = Rules(
    "grader.assignment/1",
    "sample",
    Door("import", ("answer",)),
    criteria={
        **{name: CriterionWeight(0) for name, place in CRITERIA.items() if place.pillar != "correctness"},
        "complexity": CriterionWeight(100),
        "runtime": CriterionWeight(100),
    },
)
TIDY = Evidence(
    tests=(a_test("adds", "passed"), a_test("sorts", "passed"), a_test("merges", "failed")),
    measurements=(Measurement("lloc", 100, "lines"),),
    functions=(Function("answer.py", "main", 3, 40, 9, 4),),
    timings=(Timing("top-n", 9, 5.5, 5.4, 5.6),),
    analysed=1,
    analysable=1,
)
QUICK = Evidence(
    tests=(a_test("adds", "passed"), a_test("sorts", "failed"), a_test("merges", "failed")),
    measurements=(Measurement("lloc", 100, "lines"),),
    functions=(Function("answer.py", "main", 3, 90, 60, 99),),
    timings=(Timing("top-n", 9, 1.0, 0.98, 1.02),),
    analysed=1,
    analysable=1,
)


@pytest.fixture
def runs(recorded, tmp_path):
    """The folders of two runs, as `grader grade` leaves them: tidy and quick."""
    file.write(tmp_path / "tidy/results.json", recorded(TIDY, RULES, id_="tidy-01234567"))
    file.write(tmp_path / "quick/results.json", recorded(QUICK, RULES, id_="quick-01234567"))
    return tmp_path


def grader(*arguments, **environment):
    plain = {"NO_COLOR": "1", "COLUMNS": "110", "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        [sys.executable, "-m", "grader", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **plain, **environment},
    )
    return done.returncode, "".join(f"{line.rstrip()}\n" for line in done.stdout.splitlines()), done.stderr


RESCORED = """\
points                   before                after  difference
tests              33.3 of 50.0         33.3 of 50.0        +0.0
complexity         30.0 of 30.0         10.0 of 10.0       -20.0  the same score, another weight
runtime             0.0 of 20.0          0.0 of 40.0        +0.0  the same score, another weight
total       63.3 (63.3 to 63.3)  43.3 (43.3 to 43.3)       -20.0
verdict                  failed             accepted
verdict: failed -> accepted
gate accept_share: not met -> met
"""


def test_other_weights_say_what_they_change_and_which_verdict_flips(runs):
    (runs / "speedier.toml").write_text(
        'id = "sample"\n[pillars]\nquality = 10\nspeed = 40\n[gates]\naccept_share = 0.6\n'
    )
    before = (runs / "tidy/results.json").read_bytes()

    done = grader("score", runs / "tidy", "--rubric", runs / "speedier.toml")

    assert done == (0, RESCORED, "")
    assert (runs / "tidy/results.json").read_bytes() == before
    assert sorted(path.name for path in (runs / "tidy").iterdir()) == ["results.json"]


def test_a_new_record_and_its_reports_go_where_they_are_asked_to(runs):
    (runs / "rubric.toml").write_text("[pillars]\nquality = 10\nspeed = 40\n")

    code, _, told = grader(
        "score", runs / "tidy", "--rubric", runs / "rubric.toml", "--out", runs / "new", "--format", "md"
    )

    assert (code, told) == (0, f"{runs}/new/report.html\n")
    assert sorted(path.name for path in (runs / "new").iterdir()) == [
        "report.html",
        "report.reviewer.html",
        "results.json",
        "summary.md",
    ]
    assert file.read(runs / "new/results.json").score.total == 43.3
    assert file.read(runs / "tidy/results.json").score.total == 63.3


@pytest.mark.parametrize("out", ["tidy", "."])
def test_the_first_record_is_never_written_over(runs, out):
    code, shown, told = grader("score", runs / "tidy", "--out", runs / out)

    assert (code, shown) == (2, "")
    assert told.splitlines()[:2] == [
        f"error[G516]: --out {runs / out} holds the record that is scored again",
        "  A what-if beside the score that counts is useful, one instead of it is not.",
    ]


def test_a_gate_that_is_not_met_any_more_is_exit_code_1(runs):
    (runs / "rubric.toml").write_text("[gates]\nmin_share = 0.9\n")

    code, shown, _ = grader("score", runs / "tidy", "--rubric", runs / "rubric.toml", "--quiet")

    assert (code, shown) == (1, "tidy-01234567: 63.3 -> 49.0; gate min_share: met -> not met\n")


def test_json_is_the_comparison(runs):
    (runs / "rubric.toml").write_text("[gates]\nmin_share = 0.9\n")

    _, shown, _ = grader("score", runs / "tidy", "--rubric", runs / "rubric.toml", "--json")

    found = json.loads(shown)
    assert (found["schema"], found["total"]["a"], found["total"]["b"]) == ("grader.comparison/1", 63.3, 49.0)
    assert found["flips"] == [{"id": "min_share", "a": "met", "b": "not met"}]


def test_a_mistake_in_a_rubric_is_exit_code_2_with_its_line(runs):
    (runs / "rubric.toml").write_text("[pillars]\nspeed = 30\n")

    code, shown, told = grader("score", runs / "tidy", "--rubric", runs / "rubric.toml")

    assert (code, shown) == (2, "")
    assert told.splitlines()[0] == f"error[G510]: {runs}/rubric.toml:1: the pillars' weights sum to 100, these to 110"


def test_a_batch_is_scored_one_line_a_submission_and_what_has_no_grade_is_told(runs, recorded):
    (runs / "batch.json").write_text("{}")
    lost = replace(recorded(QUICK), verdict="not_graded", score=None, reason=Reason("G403", "it broke"))
    file.write(runs / "zoe/results.json", lost)
    (runs / "rubric.toml").write_text("[gates]\naccept_share = 0.6\n")

    done = grader("score", runs, "--rubric", runs / "rubric.toml")

    assert done == (
        0,
        "quick-01234567: 36.7 -> 36.7\n"
        "tidy-01234567: 63.3 -> 63.3; verdict: failed -> accepted; gate accept_share: not met -> met\n"
        "1 of 2 submissions have another verdict or another gate\n",
        "note: 1 of 3 submissions have no grade to score again\n",
    )


def test_a_record_by_other_curves_is_told(runs):
    path = runs / "tidy/results.json"
    path.write_text(path.read_text().replace('"total": 63.3', '"total": 80.0'))
    (runs / "rubric.toml").write_text("")

    code, _, told = grader("score", runs / "tidy", "--rubric", runs / "rubric.toml")

    assert (code, told) == (
        0,
        f"note: {path}: by its own rubric it is 63.3 now, 80.0 in the record; the curves have changed since\n",
    )


COMPARED = """\
points                        A                    B  difference
tests              33.3 of 50.0         16.7 of 50.0       -16.6
complexity         30.0 of 30.0          0.0 of 30.0       -30.0
runtime             0.0 of 20.0         20.0 of 20.0       +20.0
total       63.3 (63.3 to 63.3)  36.7 (36.7 to 36.7)       -26.6
verdict                  failed               failed
gate min_share: met -> not met
1 test passes in A alone:
  It sorts (tests; failed in B)
hot spots of A  paths  cognitive  where
main                9          4  answer.py:3
hot spots of B  paths  cognitive  where
main               60         99  answer.py:3
"""


def test_two_submissions_stand_side_by_side(runs):
    assert grader("compare", runs / "tidy", runs / "quick/results.json") == (0, COMPARED, "")


def test_a_comparison_is_data_for_scripts(runs):
    code, shown, _ = grader("compare", runs / "tidy", runs / "quick", "--json")

    found = json.loads(shown)
    assert (code, found["a"], found["b"]) == (0, "tidy-01234567", "quick-01234567")
    assert [test["id"] for test in found["only_a"]] == ["test_it.py::sorts"]


def test_a_comparison_in_a_word(runs):
    _, shown, _ = grader("compare", runs / "tidy", runs / "quick", "--quiet")

    assert shown == "quick-01234567: 63.3 -> 36.7; gate min_share: met -> not met\n"


def test_a_truncated_record_is_named(runs):
    path = runs / "tidy/results.json"
    path.write_text(path.read_text()[:300])

    code, _, told = grader("compare", path, runs / "quick")

    assert code == 2
    assert told.splitlines()[0].startswith(f"error[G450]: {path} is no record of a run: the whole: Invalid JSON: ")
    assert told.splitlines()[0].endswith("; it is cut off or damaged")


def test_a_newer_record_names_the_version_that_reads_it(runs):
    path = runs / "tidy/results.json"
    record = json.loads(path.read_text())
    record |= {"schema": "grader.results/2", "charm": 9, "provenance": {**record["provenance"], "grader": "3.0.0"}}
    path.write_text(json.dumps(record))

    code, _, told = grader("score", path)

    assert code == 2
    assert told.splitlines()[:3] == [
        f"error[G514]: {path} is a record of the schema grader.results/2, which is newer than this grader",
        "  This is grader 0.1.0, which reads grader.results/1. The record was written by grader 3.0.0.",
        "  Read it with that version or a newer one. Nothing was changed. More: grader explain G514",
    ]
