"""The runners' modules can be imported by name, as in their images."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from grader.sandbox import archive

RUNNERS = Path(__file__).resolve().parents[2] / "runners"
sys.path[:0] = [str(RUNNERS / "wire"), str(RUNNERS / "init"), str(RUNNERS / "examiner")]
sys.path.append(str(RUNNERS / "python"))  # last: some names are the examiner's, too


@pytest.fixture
def supervisor(tmp_path):
    """A function that starts the real supervisor as a process, which waits for a submission."""
    started = []

    def start():
        for folder in ("slot", "work"):
            (tmp_path / folder).mkdir(exist_ok=True)
        command = [sys.executable, "-s", "-S", "-P", "-B", str(RUNNERS / "python/supervisor.py")]
        command += ["--slot", str(tmp_path / "slot"), "--work", str(tmp_path / "work")]
        pipes = {"stdin": subprocess.PIPE, "stderr": subprocess.PIPE}
        started.append(subprocess.Popen(command, env={"PYTHONHASHSEED": "0"}, **pipes))
        return started[-1]

    yield start
    for process in started:
        process.stdin.close()
        process.wait(20)
        process.stderr.close()


@pytest.fixture
def behind_glass(tmp_path, supervisor):
    """Put a module's text behind the glass, with the real supervisor as a process; gives a function that opens a test."""
    started = []

    def put(code, deadline_s=20.0):
        import glass

        process = supervisor()
        files = archive.pack({"answer.py": code.encode()})
        process.stdin.write(files)
        process.stdin.flush()
        slot = glass.Slot(str(tmp_path / "slot"))
        slot.accept(20)
        started.append(slot)
        report = slot.load(["answer"], 10)
        assert report.ok, report.message

        def begin():
            peer = slot.begin(time.monotonic() + deadline_s, 1)
            return peer.ask("import", "answer")

        begin.slot = slot
        return begin

    yield put
    for slot in started:
        slot.close()
