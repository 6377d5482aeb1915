"""Batches as a lead would have them: made of scores, without grading anything."""

import pytest

from grader.results.batch import SCHEMA, Batch, BatchGroup, BatchTest, Entry, Mark, Unmet
from grader.results.model import AssignmentRef, Pillars, Reason, Rubric, Score


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
