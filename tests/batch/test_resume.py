"""A batch that goes on: what is recorded stays, what changed is graded again, nobody is blamed for a kill.

The engine here is a script; the journal and the files are real.
"""

import json
import sqlite3

import pytest

from grader.results import file

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


def test_who_is_no_longer_among_the_submissions_is_told(grade_all, tmp_path):
    grade_all({"ada": "1", "bob": "2"})

    record, _ = grade_all({"ada": "1"})

    assert [entry.id for entry in record.entries] == ["ada"]
    assert grade_all.told.notes == ["1 of before are not among the submissions now; their folders stay: bob"]
    assert (tmp_path / "out/bob/results.json").is_file()


def test_another_assignment_digest_grades_all_again(grade_all):
    grade_all({"ada": "1", "bob": "2"})

    _, engine = grade_all({"ada": "1", "bob": "2"}, parts={"assignment": "2"})

    assert engine.ran == ["ada", "bob"]
    assert grade_all.told.notes == ["graded again is what changed since: assignment (2)"]


def test_the_same_files_with_another_history_are_graded_again_since_the_record_shows_it(
    grade_all, repository, tmp_path
):
    member = repository(tmp_path / "ada", "2026-01-01T10:00:00Z")
    rows = {"ada": {"path": member.path}}
    grade_all({"ada": "", "bob": "2"}, rows=rows)

    repository(tmp_path / "ada", "2026-01-01T11:00:00Z", "2026-01-01T12:00:00Z")
    _, engine = grade_all({"ada": "", "bob": "2"}, rows=rows)

    assert engine.ran == ["ada"]
    assert grade_all.told.notes == ["graded again is what changed since: history (1)"]


def test_a_folder_has_no_history_in_its_key(grade_all, tmp_path):
    grade_all({"ada": "1"})

    with sqlite3.connect(tmp_path / "out/journal.sqlite") as rows:
        parts = json.loads(rows.execute("select parts from submission").fetchone()[0])
    assert sorted(parts) == ["assignment", "submission"]


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


@pytest.fixture
def kill(grade_all, tmp_path):
    """Run a batch whose command is killed as soon as this submission runs: nobody is left to write how anything ended."""

    def killed(name, submissions, engine="scripted"):
        with pytest.raises(KeyboardInterrupt):
            grade_all(submissions, {name: [KeyboardInterrupt()]}, engine=engine)
        with sqlite3.connect(tmp_path / "out/journal.sqlite") as rows:
            rows.execute("update attempt set ended = null, cause = null where cause = 'stopped'")

    return killed


def test_who_ran_when_the_command_was_killed_is_cleared_alone_those_with_the_fewest_deaths_first(grade_all, kill):
    people = {"ada": "1", "bob": "2", "cyd": "3"}
    kill("ada", people)  # and bob, who runs beside
    kill("ada", people)  # alone
    kill("bob", people)  # alone, before ada: so kills from outside spread, and don't add up for one

    record, engine = grade_all(people)

    assert engine.ran == ["ada alone", "bob alone"]
    assert verdicts(record) == dict.fromkeys(people, "accepted")


def test_only_who_ran_in_three_killed_commands_twice_of_them_alone_is_set_aside(grade_all, kill):
    people = {"ada": "1", "bob": "2", "cyd": "3"}
    for name in ("ada", "ada", "bob", "ada"):  # of bob it isn't known yet: two deaths
        kill(name, people)

    record, engine = grade_all(people)

    assert engine.ran == ["bob alone"]
    assert verdicts(record) == {"ada": "not_graded", "bob": "accepted", "cyd": "accepted"}


def test_a_killed_command_tells_nothing_of_submissions_that_ran_on_other_machines(grade_all, kill):
    people = {"ada": "1", "bob": "2"}
    for _ in range(4):
        kill("ada", people, engine="dask")

    record, engine = grade_all(people)

    assert engine.ran == ["ada", "bob"]
    assert verdicts(record) == dict.fromkeys(people, "accepted")


def test_who_had_the_content_of_somebody_that_changed_since_is_no_copy_any_more(grade_all, tmp_path):
    grade_all({"ada": "same", "bob": "same"})

    record, engine = grade_all({"ada": "same and more", "bob": "same"})

    assert engine.ran == ["ada"]
    assert [(entry.id, entry.same_as) for entry in record.entries] == [("ada", None), ("bob", None)]
    assert file.read(tmp_path / "out/bob/results.json").submission.same_as is None


def test_who_comes_later_with_content_that_is_graded_gets_its_results_and_the_roster_says_who_is_first(
    grade_all, tmp_path
):
    grade_all({"bob": "same"}, {"bob": ["failed"]})

    record, engine = grade_all({"ada": "same", "bob": "same"})

    assert engine.ran == []
    assert [(e.id, e.verdict, e.same_as) for e in record.entries] == [("ada", "failed", None), ("bob", "failed", "ada")]
    assert file.read(tmp_path / "out/bob/results.json").submission.same_as == "ada"


def test_a_first_whose_record_is_damaged_gets_back_what_its_double_has(grade_all, tmp_path):
    grade_all({"ada": "same", "bob": "same"}, {"ada": ["failed"]})
    (tmp_path / "out/ada/results.json").write_text("half")

    record, engine = grade_all({"ada": "same", "bob": "same"})

    assert engine.ran == []
    assert [(e.id, e.verdict, e.same_as) for e in record.entries] == [("ada", "failed", None), ("bob", "failed", "ada")]


def test_a_time_of_receipt_that_was_corrected_holds_at_once_in_the_record_and_its_reports(grade_all, tmp_path):
    times = {"deadline": "2026-01-01T12:00:00Z", "received_at": "2026-01-01T13:00:00Z"}
    first, _ = grade_all({"ada": "1"}, rows={"ada": times})
    drawn = []

    record, engine = grade_all(
        {"ada": "1"},
        deliver=lambda results, _folder: drawn.append(results.submission.received_at),
        rows={"ada": times | {"received_at": "2026-01-01T11:00:00Z"}},
    )

    assert (first.entries[0].flags, record.entries[0].flags) == (("late",), ())
    assert (engine.ran, drawn) == ([], ["2026-01-01T11:00:00Z"])
    assert file.read(tmp_path / "out/ada/results.json").submission.received_at == "2026-01-01T11:00:00Z"


def test_what_was_corrected_once_is_left_alone_by_the_next_resume(grade_all):
    grade_all({"ada": "same", "bob": "same"})
    grade_all({"ada": "same and more", "bob": "same"})

    drawn = []
    _, engine = grade_all({"ada": "same and more", "bob": "same"}, deliver=lambda *given: drawn.append(given))

    assert (engine.ran, drawn) == ([], [])


def test_a_double_that_is_missing_counts_once_in_the_progress(grade_all, tmp_path):
    grade_all({"ada": "same", "bob": "same", "cyd": "3"})
    (tmp_path / "out/bob/results.json").unlink()

    grade_all({"ada": "same", "bob": "same", "cyd": "3", "dov": "4"})

    tally = grade_all.told.tally
    assert (tally.before, dict(tally.verdicts), tally.done()) == (2, {"accepted": 2}, 4)


def test_a_source_that_no_file_can_hold_as_it_is_makes_no_difference_from_run_to_run(grade_all):
    source = {"ada": {"source": "ada\udce9.zip"}}
    grade_all({"ada": "1"}, rows=source)

    drawn = []
    grade_all({"ada": "1"}, rows=source, deliver=lambda *given: drawn.append(given))

    assert drawn == []
