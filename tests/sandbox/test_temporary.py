"""Folders for one run: gone at its end, and where it was killed, gone with the next run."""

import os
import signal
import subprocess
import sys
import tempfile

import pytest

from grader import temporary
from grader.sandbox.process import ProcessSandbox

HOLD = """
import sys, tempfile, time
tempfile.tempdir = sys.argv[1]
from grader import temporary
from grader.sandbox.process import ProcessSandbox
with temporary.folder("work") as folder:
    (folder / "kept.txt").write_text("x")
    print(folder, flush=True)
    time.sleep(600)
"""


@pytest.fixture
def place(tmp_path, monkeypatch):
    """The machine's folder for temporary files."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def other(place):
    """Another run that holds a folder, an hour old; and the folder."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(place)], stdout=subprocess.PIPE, text=True)
    folder = place / process.stdout.readline().strip()
    os.utime(folder, (0, 0))
    yield process, folder
    process.kill()
    process.wait()


def test_a_folder_is_gone_with_its_block(place):
    with temporary.folder("slots") as folder:
        (folder / "0").mkdir()

    assert list(place.iterdir()) == []


def test_what_a_killed_run_left_goes_with_the_next_one(place, other):
    process, folder = other
    process.send_signal(signal.SIGKILL)
    process.wait()

    assert (temporary.sweep(), folder.exists()) == (1, False)


def test_a_service_leaves_nothing_behind(place):
    with ProcessSandbox().service("examiner", 1) as examiner:
        examiner.send({"type": "collect", "assignment": "none"})
        examiner.receive(20)
        assert len(list(place.glob("grader-work-*/examiner-*"))) == 1

    assert list(place.iterdir()) == []


def test_what_a_living_run_holds_stays(other):
    _, folder = other

    assert (temporary.sweep(), (folder / "kept.txt").read_text()) == (0, "x")


def test_what_is_new_or_a_link_stays(place):
    (place / "grader-work-new").mkdir()
    (place / "elsewhere").mkdir()
    (place / "elsewhere/precious.txt").write_text("x")
    (place / "grader-work-link").symlink_to(place / "elsewhere")
    os.utime(place / "grader-work-link", (0, 0), follow_symlinks=False)
    os.utime(place / "elsewhere", (0, 0))

    assert temporary.sweep() == 0
    assert sorted(path.name for path in place.iterdir()) == ["elsewhere", "grader-work-link", "grader-work-new"]
    assert (place / "elsewhere/precious.txt").exists()
