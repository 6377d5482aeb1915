"""results.json: what can't be read is said, what can't be written leaves what was there."""

import json
import os

import pytest

from grader.errors import NotGraded, UsageError
from grader.results import file


@pytest.fixture
def record(tmp_path):
    """A record without a grade, as JSON."""
    from grader.results.model import SCHEMA

    return {
        "schema": SCHEMA,
        "assignment": {"id": "a", "title": "A", "version": "1", "digest": "sha256:0"},
        "submission": {"id": "s", "digest": "sha256:1", "source": "s", "files": 1},
        "verdict": "not_gradable",
        "reason": {"code": "G311", "message": "it can't be read"},
        "tests": [],
        "findings": [],
        "measurements": [],
        "speed": [],
        "criteria": [],
        "score": None,
        "gates": [],
        "glass": "on",
        "level": "hidden",
        "groups": [],
        "functions": [],
        "improvements": [],
        "sources": [],
        "provenance": {
            "grader": "1",
            "runner_images": [],
            "sandbox": "docker",
            "runtime": "runc",
            "started_at": "2026-01-01T00:00:00Z",
            "finished_at": "2026-01-01T00:00:01Z",
            "host": {"cpus": 1, "memory": 1, "noise": None},
            "seed": 1,
            "python": "3.11",
            "tools": {},
            "limits": {},
            "analysed": 0,
            "analysable": 0,
            "notes": [],
        },
    }


def test_what_is_written_is_read_again_and_is_the_same(tmp_path, record):
    path = tmp_path / "results.json"
    path.write_text(json.dumps(record))
    results = file.read(path)

    file.write(tmp_path / "again" / "results.json", results)

    assert file.read(tmp_path / "again" / "results.json") == results
    assert file.text(results) == file.text(file.read(tmp_path / "again" / "results.json"))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda text: text[: len(text) // 2], "the whole"),
        (lambda text: text.replace("grader.results/1", "grader.results/9"), "schema"),
        (lambda text: text.replace("not_gradable", "brilliant"), "verdict"),
        (lambda text: text.replace('"files": 1', '"files": "many"'), "submission.files"),
        (lambda _: "[]", "the whole"),
        (lambda _: "", "the whole"),
    ],
    ids=["truncated", "newer", "verdict", "type", "list", "empty"],
)
def test_a_record_that_is_none_is_named_with_its_field(tmp_path, record, change, told):
    path = tmp_path / "results.json"
    path.write_text(change(json.dumps(record)))

    with pytest.raises(UsageError, match=told):
        file.read(path)


def test_a_missing_record_is_said(tmp_path):
    with pytest.raises(UsageError, match="No such file"):
        file.read(tmp_path / "results.json")


def test_what_was_there_stays_where_nothing_can_be_written(tmp_path, monkeypatch):
    path = tmp_path / "results.json"
    path.write_text("before")

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(NotGraded, match="No space left"):
        file.write_text(path, "after")

    assert path.read_text() == "before"
    assert [entry.name for entry in tmp_path.iterdir()] == ["results.json"]
