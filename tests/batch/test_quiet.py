"""Turns: work beside work, timing alone, and whoever wants to take the time comes to it."""

import os
import subprocess
import sys
import threading
import time

import pytest

from grader.batch import quiet
from grader.batch.quiet import Quiet

HOLD = """\
import sys
from pathlib import Path
from grader.batch.quiet import Quiet

with getattr(Quiet(Path(sys.argv[1])), sys.argv[2])():
    print("held", flush=True)
    sys.stdin.read()
"""


class Other:
    """Another process that takes a turn."""

    def __init__(self, folder, how):
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self._process = subprocess.Popen([sys.executable, "-c", HOLD, str(folder), how], **pipes)

    def waits(self):
        """Until it holds its turn."""
        return self._process.stdout.readline() == b"held\n"

    def end(self):
        self._process.communicate()


def test_two_processes_work_side_by_side(tmp_path):
    other = Other(tmp_path, "working")
    assert other.waits()

    with Quiet(tmp_path).working():
        other.end()


def test_nobody_works_while_another_process_takes_the_time(tmp_path):
    other, entered = Other(tmp_path, "timing"), threading.Event()
    assert other.waits()

    def work():
        with Quiet(tmp_path).working():
            entered.set()

    thread = threading.Thread(target=work)
    thread.start()
    assert not entered.wait(0.2)
    other.end()
    thread.join()
    assert entered.is_set()


def test_who_waits_for_long_says_so_once_and_who_does_not_says_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(quiet, "_PATIENCE_S", 0.05)
    told, entered = [], threading.Event()
    turns = Quiet(tmp_path, waits=lambda: told.append("waits"))
    with turns.working():
        pass
    other = Other(tmp_path, "timing")
    assert other.waits()

    def work():
        with turns.working():
            entered.set()

    thread = threading.Thread(target=work)
    thread.start()
    while not told:
        time.sleep(0.01)
    assert not entered.is_set()
    other.end()
    thread.join()

    assert told == ["waits"]


def test_who_wants_to_take_the_time_waits_for_those_at_work_and_no_new_one_overtakes(tmp_path):
    quiet, order = Quiet(tmp_path), []
    at_work = quiet.working()
    at_work.__enter__()

    def take(name, turn):
        with turn():
            order.append(name)

    timing = threading.Thread(target=take, args=("timing", quiet.timing))
    timing.start()
    while not _is_shut(tmp_path):
        pass
    worker = threading.Thread(target=take, args=("work", quiet.working))
    worker.start()
    at_work.__exit__(None, None, None)
    timing.join()
    worker.join()

    assert order == ["timing", "work"]


def test_a_folder_that_somebody_else_put_there_is_not_trusted(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / f"grader-turns-{os.getuid()}").symlink_to(tmp_path / "elsewhere")

    with Quiet().timing():
        pass

    assert list((tmp_path / "elsewhere").iterdir()) == []


def _a_file(path):
    path.write_text("")


def _a_dangling_link(path):
    path.symlink_to(path.with_name("nowhere"))


def _a_folder_of_another_user(path):
    path.mkdir()
    os.chown(path, 65534, 65534)


@pytest.mark.parametrize(
    "occupy",
    [
        _a_file,
        _a_dangling_link,
        pytest.param(
            _a_folder_of_another_user, marks=pytest.mark.skipif(os.geteuid() != 0, reason="it takes root to give away")
        ),
    ],
)
def test_nobody_else_stops_us_by_taking_our_folders_name_and_we_still_take_turns(tmp_path, monkeypatch, occupy):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    occupy(tmp_path / f"grader-turns-{os.getuid()}")

    with Quiet().working():
        pass
    with Quiet().timing():
        pass

    assert sorted(path.name for path in tmp_path.iterdir()) == [
        f"grader-turns-{os.getuid()}",
        f"grader-turns-{os.getuid()}-2",
    ]


def test_where_every_name_is_taken_the_turns_are_our_own_alone(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    for end in ("", *(f"-{number}" for number in range(2, 10))):
        _a_file(tmp_path / f"grader-turns-{os.getuid()}{end}")

    with Quiet().timing():
        pass

    assert len([path for path in tmp_path.iterdir() if path.is_dir()]) == 1


def _is_shut(folder):
    """Whether somebody holds the door."""
    import fcntl

    with (folder / "door").open("r+") as door:
        try:
            fcntl.flock(door, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
