"""The loop of a batch: nobody lost, nobody twice. The engine here is a script; the journal and the files are real."""

import pytest

from grader.errors import NotGraded
from grader.results import file
from grader.results.model import Reason

LOST = "lost"
GONE = NotGraded(
    "G401", "no container engine answers", "why", "Start Docker, then repeat the command. Nothing was graded."
)


def verdicts(record):
    return {entry.id: entry.verdict for entry in record.entries}


def test_each_submission_has_its_folder_and_its_entry_in_the_rosters_order(grade_all, tmp_path):
    record, engine = grade_all({"zoe": "1", "ada": "2"}, {"ada": ["failed"]})

    assert [(entry.id, entry.verdict) for entry in record.entries] == [("zoe", "accepted"), ("ada", "failed")]
    assert engine.ran == ["zoe", "ada"]
    assert file.read(tmp_path / "out/ada/results.json").verdict == "failed"
    assert file.read_batch(tmp_path / "out/batch.json") == record


def test_equal_content_is_graded_once_and_says_so(grade_all, tmp_path):
    record, engine = grade_all({"ada": "same", "zoe": "same", "bob": "other"}, {"ada": ["failed"]})

    copy = file.read(tmp_path / "out/zoe/results.json")
    assert sorted(engine.ran) == ["ada", "bob"]
    assert (copy.submission.id, copy.submission.same_as, copy.verdict) == ("zoe", "ada", "failed")
    assert [entry.same_as for entry in record.entries] == [None, "ada", None]


def test_a_fault_of_ours_is_tried_again_after_the_others(grade_all):
    record, engine = grade_all({"ada": "1", "bob": "2", "cyd": "3"}, {"ada": ["not_graded", "not_graded", "failed"]})

    assert engine.ran == ["ada", "bob", "cyd", "ada", "ada"]
    assert verdicts(record) == {"ada": "failed", "bob": "accepted", "cyd": "accepted"}
    assert record.entries[0].attempts == 3


def test_what_stays_ungraded_is_recorded_so_and_resume_tries_again(grade_all, tmp_path):
    record, _ = grade_all({"ada": "1", "bob": "2"}, {"ada": ["not_graded"] * 3})
    reason = file.read(tmp_path / "out/ada/results.json").reason

    again, engine = grade_all({"ada": "1", "bob": "2"})

    assert (verdicts(record), reason) == (
        {"ada": "not_graded", "bob": "accepted"},
        Reason("G405", "a service ended"),
    )
    assert (engine.ran, verdicts(again)) == (["ada"], {"ada": "accepted", "bob": "accepted"})


def test_who_takes_the_worker_along_three_times_is_set_aside_with_the_evidence_and_the_neighbour_is_cleared(grade_all):
    record, engine = grade_all({"bad": "1", "ada": "2", "bob": "3"}, {"bad": [LOST] * 9})

    assert engine.ran == ["bad", "ada", "bob", "bad alone", "bad alone", "ada alone"]
    assert verdicts(record) == {"bad": "not_graded", "ada": "accepted", "bob": "accepted"}
    at = "2026-01-01T00:00:00.000Z on scripted"
    assert record.entries[0].reason == Reason(
        "G614",
        f"set aside: its worker died 3 times ({at}: killed; {at}, alone: killed; {at}, alone: killed)",
    )


@pytest.mark.parametrize(("fault", "code"), [("fault", "G622"), ("not_graded", "G405")])
def test_a_suspect_that_only_meets_faults_of_ours_is_tried_three_times_alone(grade_all, fault, code):
    record, engine = grade_all({"ada": "1", "bob": "2"}, {"ada": [LOST, *[fault] * 20]})

    assert engine.ran == ["ada", "bob", "ada alone", "ada alone", "ada alone", "bob alone"]
    assert [(entry.id, entry.reason and entry.reason.code) for entry in record.entries] == [
        ("ada", code),
        ("bob", None),
    ]


def test_where_the_engine_is_gone_the_batch_stops_and_says_how_far_it_came(grade_all, tmp_path):
    with pytest.raises(NotGraded) as caught:
        grade_all({"ada": "1", "bob": "2", "cyd": "3"}, {"cyd": [GONE]})

    assert caught.value.what == ("no container engine answers; the batch stops: 2 of 3 submissions are graded and kept")
    assert caught.value.do == (
        "Start Docker. Then repeat the command with --resume: no submission got a zero, none is graded twice."
    )
    assert file.read_batch(tmp_path / "out/batch.json").finished_at is None

    record, engine = grade_all({"ada": "1", "bob": "2", "cyd": "3"})
    assert (engine.ran, len(record.entries)) == (["cyd"], 3)


def test_after_stop_what_runs_is_kept_and_nothing_more_is_taken(grade_all):
    record, engine = grade_all({"ada": "1", "bob": "2", "cyd": "3"}, {"ada": ["stop"]})

    assert engine.ran == ["ada", "bob"]
    assert (record.finished_at, list(verdicts(record))) == (None, ["ada", "bob"])

    record, engine = grade_all({"ada": "1", "bob": "2", "cyd": "3"})
    assert (engine.ran, record.finished_at) == (["cyd"], "2026-01-01T00:00:00Z")


def test_a_full_disk_loses_nobody(grade_all, tmp_path):
    def deliver(results, folder):
        if results.submission.id == "bob":
            raise NotGraded("G451", "results.json can't be written: No space left on device", "why", "Free some space.")

    with pytest.raises(NotGraded, match="No space left on device; the batch stops: 1 of 2 submissions"):
        grade_all({"ada": "1", "bob": "2"}, deliver=deliver)

    record, engine = grade_all({"ada": "1", "bob": "2"})
    assert (engine.ran, verdicts(record)) == (["bob"], {"ada": "accepted", "bob": "accepted"})


def test_a_report_that_fails_costs_the_report_and_not_the_verdict(grade_all, tmp_path):
    def deliver(results, _folder):
        if results.submission.id == "bob":
            raise ValueError("no such glyph")

    record, _ = grade_all({"ada": "1", "bob": "2"}, deliver=deliver)

    assert verdicts(record) == {"ada": "accepted", "bob": "accepted"}
    assert grade_all.told.notes == [
        "no report of bob: ValueError: no such glyph; its results.json is kept, for: grader report"
    ]
