"""Two runs of a batch: whose verdict or place changed, and why."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest

from grader.batch.compare import compare
from grader.errors import UsageError
from grader.render import changes
from grader.results import file
from grader.results.model import AssignmentRef, Reason, Rubric

NEW = AssignmentRef("sample", "Sample", "1.1.0", "sha256:" + "b" * 64)


def told(found):
    return [(c.name, c.old.verdict, c.new.verdict, c.is_move, c.why, c.tests) for c in found.changes]


def test_a_run_is_like_itself(three):
    found = compare(three, three)

    assert (found.changes, found.same, found.causes) == ((), 3, ())


def test_a_corrected_test_flips_a_verdict_for_the_assignments_sake(batch, entry):
    old = batch(entry("ada", 50, 90, 20), entry("ben", 37.5, 90, 20, outcomes="pppf"))
    new = replace(batch(entry("ada", 50, 90, 20), entry("ben", 50, 90, 20)), assignment=NEW)

    found = compare(old, new)

    assert found.causes == ("assignment: 1.0.0 to 1.1.0",)
    assert told(found) == [
        ("Ben", "failed", "accepted", False, ("assignment",), ("test_it.py::test_3",)),
        ("Ada", "accepted", "accepted", False, ("others",), ()),  # her place is shared now
    ]
    assert changes.line(found) == "1 verdicts flipped, 0 moved, 1 differ within their place, 0 as before"


def test_other_weights_move_places_and_no_verdict(batch, entry):
    old = batch(entry("ada", 50, 90, 20), entry("ben", 50, 40, 100))
    swapped = [
        replace(e, score=replace(e.score, total=t, low=t, high=t))
        for e, t in zip(old.entries, (60.0, 95.0), strict=True)
    ]
    new = replace(
        old, entries=tuple(swapped), rubric=Rubric({"correctness": 50.0, "quality": 5.0, "speed": 45.0}, {}, {})
    )

    found = compare(old, new)

    assert found.causes == ("weights and gates",)
    assert {(c.name, c.is_flip, c.why) for c in found.changes} == {
        ("Ada", False, ("weights",)),
        ("Ben", False, ("weights",)),
    }


def test_where_nothing_differs_but_the_time_it_is_noise(batch, entry):
    old, new = batch(entry("ada", 50, 90, 60, noise=2)), batch(entry("ada", 50, 90, 61, noise=2))

    assert [(c.is_flip, c.is_move, c.why) for c in compare(old, new).changes] == [(False, False, ("noise",))]


def test_a_submission_that_was_handed_in_again_is_found_by_its_name(batch, entry):
    again = replace(entry("ada-2222", 50, 90, 60), name="Ada", digest="sha256:" + "2" * 64)
    old = batch(replace(entry("ada-1111", 25, 90, 60, outcomes="ppff"), name="Ada"), entry("gone", 50, 50, 50))
    new = batch(again, entry("late", 50, 50, 50))

    found = compare(old, new)

    assert [(c.name, c.id, c.why) for c in found.changes] == [("Ada", "ada-2222", ("submission",))]
    assert (found.only_old, found.only_new) == (("Gone",), ("Late",))


def test_what_was_our_fault_is_no_change_of_the_submissions(batch, entry, ungraded):
    failed = replace(ungraded("ada", "G405", "a service ended"), verdict="not_graded", digest="sha256:" + "0" * 64)

    found = compare(batch(failed), batch(entry("ada", 50, 90, 60)))

    assert [(c.is_flip, c.why[0]) for c in found.changes] == [(True, "fault")]
    assert failed.reason == Reason("G405", "a service ended")


def test_the_command_compares_two_folders_of_batches(tmp_path, batch, entry):
    for run, points in (("old", 37.5), ("new", 50)):
        (tmp_path / run).mkdir()
        record = batch(entry("ada", points, 90, 20, outcomes="pppp" if points == 50 else "pppf"))
        file.write_text(tmp_path / run / "batch.json", file.batch_text(record))

    def grader(*options):
        command = [sys.executable, "-m", "grader", "compare", tmp_path / "old", tmp_path / "new", *options]
        return subprocess.run(list(map(str, command)), capture_output=True, text=True, check=True).stdout

    assert json.loads(grader("--json"))["changes"][0]["tests"] == ["test_it.py::test_3"]
    assert grader("-q") == "1 verdicts flipped, 0 moved, 0 differ within their place, 0 as before\n"
    assert [line.split()[:4] for line in grader().splitlines()[2:3]] == [["Ada", "failed", "to", "accepted"]]


def test_a_page_of_two_batches_is_refused_since_there_is_none(three, tmp_path):
    for name in ("old", "new"):
        file.write_text(tmp_path / name / "batch.json", file.batch_text(three))
    command = [sys.executable, "-m", "grader", "compare", tmp_path / "old", tmp_path / "new", "--out", tmp_path / "out"]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "error[G518]: --out: two batches have no comparison.html\n"
        "  A page is drawn for two submissions; batches are compared on the terminal, or as JSON.\n"
        "  Leave --out out, or keep what --json prints. Nothing was written. More: grader explain G518\n"
    )
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("hostile", ["\x1b[31mred", "[bold]x[/bold]", "a\nb"], ids=["escape", "markup", "lines"])
def test_names_are_text(batch, entry, hostile):
    from rich.console import Console

    old = batch(replace(entry("ada", 37.5, 90, 20, outcomes="pppf"), name=hostile))
    new = batch(replace(entry("ada", 50, 90, 20), name=hostile))
    console = Console(width=200, record=True, file=open("/dev/null", "w"), color_system=None)  # noqa: SIM115

    console.print(changes.table(compare(old, new)))

    shown = console.export_text()
    assert "\x1b" not in shown
    assert len(shown.splitlines()) == 4


def test_who_moves_because_others_come_or_go_is_not_told_of_noise(batch, entry):
    ada, ben, cleo = entry("ada", 50, 90, 60), entry("ben", 50, 80, 60), entry("cleo", 50, 70, 60)

    found = compare(batch(ada, cleo), batch(ada, ben, cleo))

    assert [(c.name, c.old.place, c.new.place, c.why) for c in found.changes] == [("Cleo", 2, 3, ("others",))]


def test_batches_of_different_assignments_are_not_compared(three):
    with pytest.raises(UsageError) as caught:
        compare(three, replace(three, assignment=replace(three.assignment, id="other")))

    error = caught.value
    assert (error.code, error.what) == ("G515", "the old run answers 'sample', the new run answers 'other'")
