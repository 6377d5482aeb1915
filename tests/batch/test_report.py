"""`grader report` of a batch: its page and its table again, with what people noted since; nothing runs."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from grader.batch.journal import Row, journal
from grader.batch.metrics import Metrics
from grader.batch.tally import Tally
from grader.cli import batch_pages
from grader.results import file, folder


def grader(*arguments):
    command = [Path(sys.executable).parent / "grader", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_batch_is_rendered_again_with_what_reviewers_noted_since(three, tmp_path):
    file.write_text(tmp_path / "batch.json", file.batch_text(three))
    (tmp_path / "ada").mkdir()
    (tmp_path / "ada/review.toml").write_text('[[mark]]\ncriterion = "naming"\nlevel = 3\nby = "EB"\n')

    done = grader("report", tmp_path, "--out", tmp_path / "again", "--lang", "nl")

    assert (done.returncode, done.stderr.splitlines()[-1]) == (0, str(tmp_path / "again/batch.html"))
    assert "EB 3" in (tmp_path / "again/batch.html").read_text()
    assert (tmp_path / "again/ranking.csv").read_text().count("\n") == 4
    assert "Cleo" in done.stdout


def test_none_of_a_batchs_own_files_is_an_id(three, tmp_path):
    with journal(tmp_path, is_resumed=False) as book:
        book.enlist([Row("ada", "k1", {}, "Ada", "ada.zip")])
        Metrics(tmp_path / folder.METRICS, Tally(lambda: 0.0), "sample").update(is_last=True)
        file.write_text(tmp_path / folder.RECORD, file.batch_text(three))
        batch_pages.write_pages(three, tmp_path, tmp_path, "en")
        batch_pages.write_blind_pages(three, tmp_path, "en")
        written = [path.name for path in tmp_path.iterdir()]

    assert "journal.sqlite-wal" in written
    assert [name for name in written if not folder.is_own(name.title())] == []


def test_blind_pages_come_beside_the_open_ones(three, tmp_path):
    file.write_text(tmp_path / "batch.json", file.batch_text(three))

    done = grader("report", tmp_path / "batch.json", "--blind", "-q")

    assert (done.returncode, done.stderr.splitlines()[-1]) == (0, str(tmp_path / "batch.blind.html"))
    assert "Cleo" not in (tmp_path / "batch.blind.html").read_text() + (tmp_path / "ranking.blind.csv").read_text()
    assert "Cleo" in (tmp_path / "batch.html").read_text()


def test_blind_pages_that_are_there_stay_true(three, tmp_path):
    file.write_text(tmp_path / "batch.json", file.batch_text(three))
    grader("report", tmp_path / "batch.json", "--blind", "-q")
    file.write_text(tmp_path / "batch.json", file.batch_text(replace(three, entries=three.entries[:1])))

    grader("report", tmp_path / "batch.json", "-q")

    assert (tmp_path / "ranking.blind.csv").read_text().count("\n") == 2


def test_a_map_of_aliases_that_is_none_is_named(three, tmp_path):
    file.write_text(tmp_path / "batch.json", file.batch_text(three))
    (tmp_path / "aliases.json").write_text("[]")

    done = grader("report", tmp_path, "--blind")

    assert done.returncode == 2
    assert done.stderr.splitlines()[0] == f"error[G630]: {tmp_path}/aliases.json is no map of aliases"
