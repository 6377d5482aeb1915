"""Batches as a lead would have them, made of scores; and the batch's own loop over an engine that is a script."""

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
from grader.batch.tally import Tally
from grader.batch.worker import named
from grader.errors import NotGraded
from grader.intake.member import Member
from grader.results.batch import SCHEMA, Batch, BatchGroup, BatchTest, Entry, Mark, Unmet
from grader.results.model import (
    AssignmentRef,
    Group,
    Pillars,
    Reason,
    Results,
    Rubric,
    Score,
    SubmissionRef,
    Test,
)
from grader.results.provenance import Host, Provenance


def an_entry(id_, correctness, quality, speed, *, noise=0.0, cap=None, outcomes="pppp", same_as=None):
    """A graded submission: `correctness` of 50, scores of 0 to 100 (None: not measured), a band of +-noise on speed."""
    weights = {"correctness": 50.0, "quality": 30.0, "speed": 20.0}
    given = {"correctness": 2 * correctness, "quality": quality, "speed": speed}
    known = {name: score for name, score in given.items() if score is not None}
    marks = []
    for name, score in known.items():
        most = round(100 * weights[name] / sum(weights[one] for one in known), 1)
        wide = noise if name == "speed" else 0.0
        points = round(score * most / 100, 1)
        marks.append(
            Mark(
                "tests" if name == "correctness" else name,
                name,
                100,
                score,
                score - wide,
                score + wide,
                points,
                most,
                "scored",
            )
        )
    total = round(sum(mark.points for mark in marks), 1)
    swing = round(noise * 0.2, 1) if speed is not None else 0.0
    low, top, high = (min(value, cap or 100.0) for value in (total - swing, total, total + swing))
    return Entry(
        id=id_,
        name=id_.title(),
        source=f"{id_}.zip",
        digest="sha256:" + "0" * 64,
        folder=id_,
        verdict="accepted" if set(outcomes) == {"p"} else "failed",
        reason=None,
        score=Score(top, low, high, Pillars(2 * correctness, quality, speed), total),
        marks=tuple(marks),
        outcomes=outcomes,
        passed=outcomes.count("p"),
        ratio=None,
        findings=3,
        findings_per_100=1.5,
        lines=200,
        files=2,
        gates=() if cap is None else (Unmet("min_share", "25%", "50% of the test points", cap),),
        same_as=same_as,
    )


def an_ungraded(id_, code, message):
    """A submission that has no grade, by its own cause."""
    return Entry(
        id=id_,
        name=id_.title(),
        source=f"{id_}.zip",
        digest="sha256:" + "1" * 64,
        folder=id_,
        verdict="not_gradable",
        reason=Reason(code, message),
        score=None,
        marks=(),
        outcomes="nnnn",
        passed=0,
        ratio=None,
        findings=None,
        findings_per_100=None,
        lines=None,
        files=1,
    )


def a_batch(*entries, balance="additive", tests=4, **more):
    """A batch of these entries, graded 50, 30, 20."""
    return Batch(
        schema=SCHEMA,
        assignment=AssignmentRef("sample", "Sample", "1.0.0", "sha256:" + "a" * 64),
        started_at="2026-01-01T10:00:00Z",
        finished_at="2026-01-01T10:20:00Z",
        seed=7,
        noise=0.014,
        rubric=Rubric({"correctness": 50.0, "quality": 30.0, "speed": 20.0}, {}, {}, balance),
        groups=(BatchGroup("all", "All", 10.0),),
        tests=tuple(BatchTest(f"test_it.py::test_{n}", f"Claim {n}", "all", 2.5) for n in range(tests)),
        entries=tuple(entries),
        expected=len(entries),
        provenance=None,
        **more,
    )


@pytest.fixture(scope="session")
def entry():
    """Makes a graded submission."""
    return an_entry


@pytest.fixture(scope="session")
def ungraded():
    """Makes a submission without a grade."""
    return an_ungraded


@pytest.fixture(scope="session")
def batch():
    """Makes a batch of entries."""
    return a_batch


@pytest.fixture(scope="session")
def three():
    """A correct one that is clean, one that is fast, and one in between."""
    return a_batch(
        an_entry("ada", 50.0, 90.0, 20.0), an_entry("ben", 50.0, 40.0, 100.0), an_entry("cleo", 50.0, 70.0, 60.0)
    )


TOML = 'schema = "grader.assignment/1"\nid = "sample"\ndoor = {kind = "import", modules = ["answer"]}\n'


def _results(listed, verdict):
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

    slots = 2

    def __init__(self, script=None, name="scripted"):
        self.name = name
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
            if isinstance(what, BaseException):
                raise what
            if what == "stop":
                stop.set()
            if "lost" in told.values():  # a worker's death takes along what ran on it
                yield Done(job, None, "w", 0.1, "killed by signal 9")
            elif what == "fault":
                yield Done(job, None, "w", 0.1, fault=NotGraded("G622", "a job failed on the cluster", "why", "do"))
            else:
                yield Done(job, _results(job.listed, "accepted" if what == "stop" else what), "w", 0.1)

    def _next(self, name):
        return self._script[name].pop(0) if self._script[name] else "accepted"


class Told:
    """Keeps the notes, and counts as every display does."""

    def __init__(self):
        self.notes, self.tally = [], Tally(lambda: 0.0)
        self.begin, self.started, self.stage = self.tally.begin, self.tally.started, self.tally.stage

    def finished(self, id_, verdict, _detail=""):
        self.tally.finished(id_, verdict)

    def note(self, message):
        self.notes.append(message)


@pytest.fixture
def grade_all(tmp_path):
    """Run a batch of the folders in `submissions` (content by name) in `out`; gives its record and the engine.

    `script` is the engine's; `rows` says by name what a manifest says beside it; `engine` is a name.
    """
    (tmp_path / "kit/tests/public").mkdir(parents=True)
    (tmp_path / "kit/tests/public/test_it.py").write_text("")
    (tmp_path / "kit/kit.toml").write_text(TOML)
    assignment = load.load_kit(tmp_path / "kit")  # it has no reference, which would be graded too

    def go(submissions, script=None, parts=None, deliver=None, *, rows=None, engine="scripted"):
        members = []
        for name, content in submissions.items():
            (tmp_path / "in" / name).mkdir(parents=True, exist_ok=True)
            (tmp_path / "in" / name / "answer.py").write_text(content)
            row = {"path": str(tmp_path / "in" / name), "source": name, **(rows or {}).get(name, {})}
            members.append(Member(name, id=name, **row))
        go.told, runs = Told(), Scripted(script, engine)
        plan = Plan(
            *(assignment, survey.survey(members), parts or {"assignment": "1"}, 7, go.told, threading.Event()),
            lambda: datetime(2026, 1, 1, tzinfo=UTC),
        )
        with journal(tmp_path / "out", True) as book:
            return run.run(plan, runs, book, tmp_path / "out", deliver or (lambda _results, _folder: None)), runs

    return go


@pytest.fixture
def repository():
    """Commit one file to a repository, once for each of these moments; gives the submission that its last revision is."""

    def commit(path, *moments):
        subprocess.run(["git", "init", "-q", path], check=True)
        (path / "answer.py").write_text("1")
        subprocess.run(["git", "-C", path, "add", "."], check=True)
        who = ["-c", "user.name=n", "-c", "user.email=e@example.org"]
        for at in moments:
            command = ["git", "-C", path, *who, "commit", "-qm", "m", "--allow-empty", "--date", at]
            subprocess.run(command, check=True)
        return Member(path.name, f"{path}@HEAD", f"{path.name}@HEAD")

    return commit
