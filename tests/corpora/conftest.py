"""A corpus' task as an assignment, graded with one warm examiner for all of them."""

from pathlib import Path

import pytest

from grader import pipeline, workshop
from grader.assignment import load


@pytest.fixture
def graded(services, tmp_path):
    """Write a task as an assignment, and grade submissions (files by name) with it."""

    def grade(files, *submissions):
        for name, text in files.items():
            _write(tmp_path / "task" / name, text)
        assignment = load.load(str(tmp_path / "task"), Path())
        shop = workshop.prepare(services, assignment, "hidden")
        results = []
        for number, submission in enumerate(submissions):
            for name, text in submission.items():
                _write(tmp_path / f"submission{number}" / name, text)
            results.append(pipeline.grade(str(tmp_path / f"submission{number}"), shop, seed=1))
        services.examiner.send({"type": "forget", "assignment": assignment.digest})
        return results

    return grade


def _write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
