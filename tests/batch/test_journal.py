"""The journal: each result once, whoever dies; one batch a folder."""

import contextlib
import subprocess
import sys

import pytest

from grader.batch.journal import KILLED, Attempt, Recorded, Row, journal
from grader.errors import NotGraded, UsageError

ROW = Row("ada", "k1", {"assignment": "sha256:1"}, "Ada", "ada.zip")
DONE = Recorded("accepted", 97.5, "ada/results.json", "00ff")


def test_a_result_is_recorded_once_however_often_it_comes(tmp_path):
    with journal(tmp_path, is_resumed=False) as book:
        book.enlist([ROW])

        first = book.record("ada", "k1", DONE, "t1")
        again = book.record("ada", "k1", Recorded("failed", 1.0, "ada/results.json", "11"), "t2")

        assert (first, again, book.result("ada", "k1")) == (True, False, DONE)


def test_what_was_written_is_there_for_the_next_process(tmp_path):
    with journal(tmp_path, is_resumed=False) as book:
        book.enlist([ROW])
        book.start("ada", "k1", "local", False, "t1")
        book.record("ada", "k1", DONE, "t2")

    with journal(tmp_path, is_resumed=True) as book:
        assert book.result("ada", "k1") == DONE
        assert book.parts("ada") == {"assignment": "sha256:1"}
        assert book.cut_off("t3", KILLED) == 1
        assert book.attempts("ada", "k1") == (Attempt(1, "local", False, "t1", "t3", "killed"),)


def test_another_key_is_another_result(tmp_path):
    with journal(tmp_path, is_resumed=False) as book:
        book.record("ada", "k1", DONE, "t1")

        assert book.result("ada", "k2") is None


def test_a_folder_with_a_journal_wants_resume(tmp_path):
    with journal(tmp_path, is_resumed=False) as book:
        book.enlist([ROW])

    with pytest.raises(UsageError) as caught, journal(tmp_path, is_resumed=False):
        pass

    assert (caught.value.code, caught.value.exit_code) == ("G611", 2)
    assert caught.value.do.startswith("To go on with it, repeat the command with --resume")


def test_a_batch_that_was_refused_before_it_recorded_anything_leaves_its_folder_free(tmp_path):
    """Such as one whose tests couldn't be collected: its lead corrects them and repeats the command."""
    with contextlib.suppress(UsageError), journal(tmp_path, is_resumed=False) as book:
        book.enlist([ROW])
        book.start("ada", "k1", "local", False, "t1")
        raise UsageError("G302", "the tests can't be collected", "why", "do")

    with journal(tmp_path, is_resumed=False) as book:
        assert book.attempts("ada", "k1") == ()


def test_resume_of_nothing_starts(tmp_path):
    with journal(tmp_path / "new", is_resumed=True) as book:
        assert book.is_empty()


def test_a_batch_that_never_began_leaves_no_journal(tmp_path):
    with pytest.raises(RuntimeError), journal(tmp_path, is_resumed=False):
        raise RuntimeError

    assert list(tmp_path.iterdir()) == []


def test_two_batches_never_share_a_folder_and_a_killed_one_keeps_nobody_out(tmp_path):
    holds = (
        "import sys, time\nfrom pathlib import Path\nfrom grader.batch.journal import journal\n"
        "with journal(Path(sys.argv[1]), is_resumed=True) as book:\n"
        "    book.value('seed', '1')\n    print('held', flush=True)\n    sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holds, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout.readline() == b"held\n"

        with pytest.raises(UsageError) as caught, journal(tmp_path, is_resumed=True):
            pass
        other.kill()

    assert (caught.value.code, caught.value.what) == ("G610", f"another batch is running in {tmp_path}")
    with journal(tmp_path, is_resumed=True) as book:
        assert book.value("seed", "2") == "1"


def test_a_file_that_is_no_journal_is_said(tmp_path):
    (tmp_path / "journal.sqlite").write_text("not a database at all, but long enough to be looked at as one " * 20)

    with pytest.raises(UsageError) as caught, journal(tmp_path, is_resumed=True):
        pass

    assert caught.value.code == "G609"


def test_a_folder_in_the_journals_place_is_said(tmp_path):
    (tmp_path / "journal.sqlite").mkdir()

    with pytest.raises(UsageError) as caught, journal(tmp_path, is_resumed=True):
        pass

    assert (caught.value.code, caught.value.what) == (
        "G609",
        f"{tmp_path / 'journal.sqlite'} is no journal of a batch: Is a directory",
    )


def test_a_folder_for_results_that_can_not_be_made_is_said(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(NotGraded) as caught, journal(tmp_path / "file/out", is_resumed=False):
        pass

    assert (caught.value.code, caught.value.what) == (
        "G608",
        f"{tmp_path / 'file/out/journal.sqlite'} can't be written: Not a directory",
    )


def test_a_full_disk_is_said_and_nothing_more_is_started(tmp_path):
    with journal(tmp_path, is_resumed=False) as book:
        book._rows.execute("pragma max_page_count = 1")

        with pytest.raises(NotGraded) as caught:
            book.start("ada", "k", "local", False, "t" * 100_000)

    assert (caught.value.code, caught.value.what) == (
        "G608",
        f"{tmp_path / 'journal.sqlite'} can't be written: database or disk is full",
    )
