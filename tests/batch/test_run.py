"""The loop of a batch: nobody lost, nobody twice. The engine here is a script; the journal and the files are real."""

import sqlite3
import subprocess
import threading
from collections import defaultdict
from datetime import UTC, datetime

import pytest

from grader.assignment import load
from grader.batch import run, survey
from grader.batch.engine import Done
from grader.batch.journal import journal
from grader.batch.plan import Plan
from grader.batch.worker import named
from grader.errors import NotGraded
from grader.intake.member import Member
from grader.results import file
from grader.results.model import (
    AssignmentRef,
    Group,
    Pillars,
    Reason,
    Results,
    Score,
    SubmissionRef,
    Test,
)
from grader.results.provenance import Host, Provenance

TOML = 'schema = "grader.assignment/1"\nid = "sample"\ndoor = {kind = "import", modules = ["answer"]}\n'
LOST = "lost"
GONE = NotGraded(
    "G401", "no container engine answers", "why", "Start Docker, then repeat the command. Nothing was graded."
)


def results_of(listed, verdict):
    """What a run gives, or a fault of ours."""
    reason = Reason("G405", "a service ended") if verdict == "not_graded" else None
    outcome = "passed" if verdict == "accepted" else "failed" if verdict == "failed" else "not_run"
    results = Results(
        schema="grader.results/1",
        assignment=AssignmentRef("sample", "Sample", "1", "sha256:0"),
        submission=SubmissionRef("", listed.digest, "", 1),
        verdict=verdict,
        reason=reason,
        level="hidden",
        tests=(Test("test_it", "g", "It", outcome, 0.0, 1.0, 0.0, 0.0, 1.0, "count"),),
        groups=(Group("g", "G", 0, 1, 0.0, 1.0, "count"),),
        findings=(),
        measurements=(),
        functions=(),
        speed=(),
        criteria=(),
        score=None if reason else Score(50.0, 50.0, 50.0, Pillars(50.0, None, None), 50.0),
        gates=(),
        improvements=(),
        glass="on",
        sources=(),
        provenance=Provenance("1", (), "s", "r", "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z", Host(1, 1), 1),
    )
    return named(results, listed)


class Scripted:
    """An engine of two places. `script` says for each name what its runs give, one after the other; then accepted."""

    name, slots = "scripted", 2

    def __init__(self, script=None):
        self._script = defaultdict(list, {name: list(what) for name, what in (script or {}).items()})
        self.ran = []

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        pass

    def run(self, jobs, stop):
        while not stop.is_set():
            batch = [job for _, job in zip(range(self.slots), jobs, strict=False)]
            if not batch:
                return
            yield from self._together(batch, stop)

    def _together(self, batch, stop):
        told = {job.listed.id: self._next(job.listed.member.name) for job in batch}
        self.ran += [job.listed.member.name + (" alone" if job.is_alone else "") for job in batch]
        for job in batch:
            what = told[job.listed.id]
            if what is GONE:
                raise GONE
            if what == "stop":
                stop.set()
            if LOST in told.values():  # a worker's death takes along what ran on it
                yield Done(job, None, "w", 0.1, "killed by signal 9")
            else:
                yield Done(job, results_of(job.listed, "accepted" if what == "stop" else what), "w", 0.1)

    def _next(self, name):
        return self._script[name].pop(0) if self._script[name] else "accepted"


class Told:
    """Keeps the notes."""

    def __init__(self):
        self.notes = []

    def __getattr__(self, _name):
        return lambda *_: None

    def note(self, message):
        self.notes.append(message)


@pytest.fixture
def batch(tmp_path):
    """Run a batch of the folders in `submissions` (content by name) in `out`; gives its record and the engine."""
    (tmp_path / "kit/tests/public").mkdir(parents=True)
    (tmp_path / "kit/tests/public/test_it.py").write_text("")
    (tmp_path / "kit/kit.toml").write_text(TOML)
    assignment = load.load_kit(tmp_path / "kit")  # it has no reference, which would be graded too

    def go(submissions, script=None, parts=None, deliver=None, resume=True):
        members = []
        for name, content in submissions.items():
            (tmp_path / "in" / name).mkdir(parents=True, exist_ok=True)
            (tmp_path / "in" / name / "answer.py").write_text(content)
            members.append(Member(name, str(tmp_path / "in" / name), name, id=name))
        go.told, engine = Told(), Scripted(script)
        plan = Plan(
            *(assignment, survey.survey(members), parts or {"assignment": "1"}, 7, go.told, threading.Event()),
            lambda: datetime(2026, 1, 1, tzinfo=UTC),
        )
        with journal(tmp_path / "out", resume) as book:
            return run.run(plan, engine, book, tmp_path / "out", deliver or (lambda _results, _folder: None)), engine

    return go


def verdicts(record):
    return {entry.id: entry.verdict for entry in record.entries}


def test_each_submission_has_its_folder_and_its_entry_in_the_rosters_order(batch, tmp_path):
    record, engine = batch({"zoe": "1", "ada": "2"}, {"ada": ["failed"]})

    assert [(entry.id, entry.verdict) for entry in record.entries] == [("zoe", "accepted"), ("ada", "failed")]
    assert engine.ran == ["zoe", "ada"]
    assert file.read(tmp_path / "out/ada/results.json").verdict == "failed"
    assert file.read_batch(tmp_path / "out/batch.json") == record


def test_equal_content_is_graded_once_and_says_so(batch, tmp_path):
    record, engine = batch({"ada": "same", "zoe": "same", "bob": "other"}, {"ada": ["failed"]})

    copy = file.read(tmp_path / "out/zoe/results.json")
    assert sorted(engine.ran) == ["ada", "bob"]
    assert (copy.submission.id, copy.submission.same_as, copy.verdict) == ("zoe", "ada", "failed")
    assert [entry.same_as for entry in record.entries] == [None, "ada", None]


def test_resume_grades_nothing_twice(batch):
    first, _ = batch({"ada": "1", "zoe": "1", "bob": "2"})

    again, engine = batch({"ada": "1", "zoe": "1", "bob": "2"})

    assert engine.ran == []
    assert again.entries == first.entries


@pytest.mark.parametrize("damage", ["half", "gone", "changed"])
def test_a_record_that_is_half_there_is_found_and_made_again(batch, tmp_path, damage):
    batch({"ada": "1", "bob": "2"})
    path = tmp_path / "out/ada/results.json"
    whole = path.read_text()
    path.unlink() if damage == "gone" else path.write_text(
        whole[:100] if damage == "half" else whole.replace("accepted", "failed")
    )

    _, engine = batch({"ada": "1", "bob": "2"})

    assert engine.ran == ["ada"]
    assert path.read_text() == whole


def test_a_submission_that_changed_is_graded_again_and_it_is_said_why(batch):
    batch({"ada": "1", "bob": "2"})

    _, engine = batch({"ada": "1 more", "bob": "2"})

    assert engine.ran == ["ada"]
    assert batch.told.notes == ["graded again is what changed since: submission (1)"]


def test_another_assignment_digest_grades_all_again(batch):
    batch({"ada": "1", "bob": "2"})

    _, engine = batch({"ada": "1", "bob": "2"}, parts={"assignment": "2"})

    assert engine.ran == ["ada", "bob"]
    assert batch.told.notes == ["graded again is what changed since: assignment (2)"]


def test_a_fault_of_ours_is_tried_again_after_the_others(batch):
    record, engine = batch({"ada": "1", "bob": "2", "cyd": "3"}, {"ada": ["not_graded", "not_graded", "failed"]})

    assert engine.ran == ["ada", "bob", "cyd", "ada", "ada"]
    assert verdicts(record) == {"ada": "failed", "bob": "accepted", "cyd": "accepted"}
    assert record.entries[0].attempts == 3


def test_what_stays_ungraded_is_recorded_so_and_resume_tries_again(batch, tmp_path):
    record, _ = batch({"ada": "1", "bob": "2"}, {"ada": ["not_graded"] * 3})
    reason = file.read(tmp_path / "out/ada/results.json").reason

    again, engine = batch({"ada": "1", "bob": "2"})

    assert (verdicts(record), reason) == (
        {"ada": "not_graded", "bob": "accepted"},
        Reason("G405", "a service ended"),
    )
    assert (engine.ran, verdicts(again)) == (["ada"], {"ada": "accepted", "bob": "accepted"})


def test_who_takes_the_worker_along_three_times_is_set_aside_with_the_evidence_and_the_neighbour_is_cleared(batch):
    record, engine = batch({"bad": "1", "ada": "2", "bob": "3"}, {"bad": [LOST] * 9})

    assert engine.ran == ["bad", "ada", "bob", "bad alone", "bad alone", "ada alone"]
    assert verdicts(record) == {"bad": "not_graded", "ada": "accepted", "bob": "accepted"}
    at = "2026-01-01T00:00:00.000Z on scripted"
    assert record.entries[0].reason == Reason(
        "G614",
        f"set aside: its worker died 3 times ({at}: killed; {at}, alone: killed; {at}, alone: killed)",
    )


def test_what_was_set_aside_stays_so(batch):
    batch({"bad": "1", "ada": "2", "bob": "3"}, {"bad": [LOST] * 9})

    record, engine = batch({"bad": "1", "ada": "2", "bob": "3"})

    assert (engine.ran, verdicts(record)["bad"]) == ([], "not_graded")


def test_what_a_kill_cut_off_runs_again_alone(batch, tmp_path):
    batch({"ada": "1", "bob": "2"})
    with sqlite3.connect(tmp_path / "out/journal.sqlite") as rows:  # as it is where the machine dies while both run
        rows.execute("delete from result")
        rows.execute("update attempt set ended = null, cause = null")

    record, engine = batch({"ada": "1", "bob": "2", "cyd": "3"})

    assert engine.ran == ["cyd", "ada alone", "bob alone"]
    assert verdicts(record) == {"ada": "accepted", "bob": "accepted", "cyd": "accepted"}
    assert [entry.attempts for entry in record.entries] == [2, 2, 1]


def test_where_the_engine_is_gone_the_batch_stops_and_says_how_far_it_came(batch, tmp_path):
    with pytest.raises(NotGraded) as caught:
        batch({"ada": "1", "bob": "2", "cyd": "3"}, {"cyd": [GONE]})

    assert caught.value.what == ("no container engine answers; the batch stops: 2 of 3 submissions are graded and kept")
    assert caught.value.do == (
        "Start Docker. Then repeat the command with --resume: no submission got a zero, none is graded twice."
    )
    assert file.read_batch(tmp_path / "out/batch.json").finished_at is None

    record, engine = batch({"ada": "1", "bob": "2", "cyd": "3"})
    assert (engine.ran, len(record.entries)) == (["cyd"], 3)


def test_after_stop_what_runs_is_kept_and_nothing_more_is_taken(batch):
    record, engine = batch({"ada": "1", "bob": "2", "cyd": "3"}, {"ada": ["stop"]})

    assert engine.ran == ["ada", "bob"]
    assert (record.finished_at, list(verdicts(record))) == (None, ["ada", "bob"])

    record, engine = batch({"ada": "1", "bob": "2", "cyd": "3"})
    assert (engine.ran, record.finished_at) == (["cyd"], "2026-01-01T00:00:00Z")


def test_a_full_disk_loses_nobody(batch, tmp_path):
    def deliver(results, folder):
        if results.submission.id == "bob":
            raise NotGraded("G451", "results.json can't be written: No space left on device", "why", "Free some space.")

    with pytest.raises(NotGraded, match="No space left on device; the batch stops: 1 of 2 submissions"):
        batch({"ada": "1", "bob": "2"}, deliver=deliver)

    record, engine = batch({"ada": "1", "bob": "2"})
    assert (engine.ran, verdicts(record)) == (["bob"], {"ada": "accepted", "bob": "accepted"})


def test_a_report_that_fails_costs_the_report_and_not_the_verdict(batch, tmp_path):
    def deliver(results, _folder):
        if results.submission.id == "bob":
            raise ValueError("no such glyph")

    record, _ = batch({"ada": "1", "bob": "2"}, deliver=deliver)

    assert verdicts(record) == {"ada": "accepted", "bob": "accepted"}
    assert batch.told.notes == [
        "no report of bob: ValueError: no such glyph; its results.json is kept, for: grader report"
    ]


def test_two_submissions_of_one_name_and_content_have_two_folders(tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder / "ada").mkdir(parents=True)
        (tmp_path / folder / "ada/answer.py").write_text("1")

    first, second = survey.survey([Member("Ada", str(tmp_path / f / "ada"), f) for f in ("a", "b")])

    assert second.id == f"{first.id}-2"
    assert second.same_as == first.id


def _repository(path, *commits):
    """A repository with one file, committed at these moments."""
    subprocess.run(["git", "init", "-q", path], check=True)
    (path / "answer.py").write_text("1")
    subprocess.run(["git", "-C", path, "add", "."], check=True)
    for at in commits:
        who = ["-c", "user.name=n", "-c", "user.email=e@example.org"]
        command = ["git", "-C", path, *who, "commit", "-qm", "m", "--allow-empty", "--date", at]
        subprocess.run(command, check=True)
    return Member(path.name, f"{path}@HEAD", f"{path.name}@HEAD")


def test_equal_files_that_grew_in_another_way_are_no_double(tmp_path):
    members = [
        _repository(tmp_path / "ada", "2026-01-01T10:00:00Z", "2026-01-01T11:00:00Z"),
        _repository(tmp_path / "bob", "2026-01-02T10:00:00Z"),
        _repository(tmp_path / "cyd", "2026-01-02T10:00:00Z"),
    ]

    ada, bob, cyd = survey.survey(members)

    assert ada.digest == bob.digest == cyd.digest
    assert (ada.same_as, bob.same_as, cyd.same_as) == (None, None, bob.id)


def test_unknown_repositories_are_all_named_before_anything_runs(tmp_path):
    gone = [Member(name, f"{tmp_path}/{name}.git@HEAD", name, id=name) for name in ("ada", "bob")]

    with pytest.raises(run.GraderError) as caught:
        survey.survey([*gone, _repository(tmp_path / "cyd", "2026-01-02T10:00:00Z")])

    first, *rest = caught.value.what.splitlines()
    assert (caught.value.code, caught.value.exit_code, first) == ("G607", 2, "2 submissions can't be found:")
    assert [line.split(":")[0].strip() for line in rest] == ["ada", "bob"]


def test_results_that_the_disk_can_not_hold_are_refused_with_both_figures(tmp_path):
    (tmp_path / "answer.py").write_text("1")
    listed = survey.survey([Member("ada", str(tmp_path), "ada")]) * 100

    with pytest.raises(run.GraderError) as caught:
        survey.require_room(listed, 10 * 1024**2)

    assert (caught.value.code, caught.value.what) == (
        "G605",
        "the results of 100 submissions take about 38.1 MiB, 10.0 MiB are free",
    )
