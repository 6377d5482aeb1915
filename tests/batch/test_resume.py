"""A batch that goes on: what is recorded stays, what changed is graded again, nobody is blamed for a kill.

The engine here is a script; the journal and the files are real.
"""

import sqlite3

import pytest

LOST = "lost"


def verdicts(record):
    return {entry.id: entry.verdict for entry in record.entries}


def test_resume_grades_nothing_twice(grade_all):
    first, _ = grade_all({"ada": "1", "zoe": "1", "bob": "2"})

    again, engine = grade_all({"ada": "1", "zoe": "1", "bob": "2"})

    assert engine.ran == []
    assert again.entries == first.entries


@pytest.mark.parametrize("damage", ["half", "gone", "changed"])
def test_a_record_that_is_half_there_is_found_and_made_again(grade_all, tmp_path, damage):
    grade_all({"ada": "1", "bob": "2"})
    path = tmp_path / "out/ada/results.json"
    whole = path.read_text()
    path.unlink() if damage == "gone" else path.write_text(
        whole[:100] if damage == "half" else whole.replace("accepted", "failed")
    )

    _, engine = grade_all({"ada": "1", "bob": "2"})

    assert engine.ran == ["ada"]
    assert path.read_text() == whole


def test_a_submission_that_changed_is_graded_again_and_it_is_said_why(grade_all):
    grade_all({"ada": "1", "bob": "2"})

    _, engine = grade_all({"ada": "1 more", "bob": "2"})

    assert engine.ran == ["ada"]
    assert grade_all.told.notes == ["graded again is what changed since: submission (1)"]


def test_another_assignment_digest_grades_all_again(grade_all):
    grade_all({"ada": "1", "bob": "2"})

    _, engine = grade_all({"ada": "1", "bob": "2"}, parts={"assignment": "2"})

    assert engine.ran == ["ada", "bob"]
    assert grade_all.told.notes == ["graded again is what changed since: assignment (2)"]


def test_what_was_set_aside_stays_so(grade_all):
    grade_all({"bad": "1", "ada": "2", "bob": "3"}, {"bad": [LOST] * 9})

    record, engine = grade_all({"bad": "1", "ada": "2", "bob": "3"})

    assert (engine.ran, verdicts(record)["bad"]) == ([], "not_graded")


def test_what_a_kill_cut_off_runs_again_alone(grade_all, tmp_path):
    grade_all({"ada": "1", "bob": "2"})
    with sqlite3.connect(tmp_path / "out/journal.sqlite") as rows:  # as it is where the machine dies while both run
        rows.execute("delete from result")
        rows.execute("update attempt set ended = null, cause = null")

    record, engine = grade_all({"ada": "1", "bob": "2", "cyd": "3"})

    assert engine.ran == ["cyd", "ada alone", "bob alone"]
    assert verdicts(record) == {"ada": "accepted", "bob": "accepted", "cyd": "accepted"}
    assert [entry.attempts for entry in record.entries] == [2, 2, 1]
