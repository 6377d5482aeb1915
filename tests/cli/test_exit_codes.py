"""Each exit code of the contract, provoked: the whole program, in the process sandbox."""

import os
import signal
import subprocess
import sys

import pytest

signal.signal(signal.SIGINT, signal.default_int_handler)  # also where this run itself was started without one

TOML = """\
schema = "grader.assignment/1"
id = "double"
[door]
kind = "import"
modules = ["answer"]
[[solutions]]
path = "reference"
expect = "accepted"
reference = true
"""
HIDDEN = """
import time
from answer import double

def test_doubles():
    assert double(21) == 42

def test_zero():
    assert double(0) == 0
"""


@pytest.fixture
def assignment(tmp_path):
    """A small assignment with a submission for each end."""
    folder = tmp_path / "double"
    for name, text in {
        "assignment.toml": TOML,
        "tests/hidden/test_it.py": HIDDEN,
        "reference/answer.py": "def double(n):\n    return 2 * n\n",
        "half/answer.py": "def double(n):\n    return n + 21 if n else 1\n",
        "wrong/answer.py": "def double(n):\n    return None\n",
        "broken/answer.py": "def double(n)\n",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def command(assignment, submission, *more):
    out = assignment.parent / "out"
    return [sys.executable, "-m", "grader", "grade", assignment, assignment / submission, "--out", out, *more]


@pytest.mark.parametrize(
    ("submission", "more", "code", "last"),
    [
        pytest.param("reference", ["--sandbox", "process"], 0, "/report.html", id="0 graded and gates met"),
        pytest.param("half", ["--sandbox", "process"], 0, "/report.html", id="0 failed, and gates met"),
        pytest.param("wrong", ["--sandbox", "process"], 1, "/report.html", id="1 gates not met"),
        pytest.param("reference", ["--sandbox", "cloud"], 2, "", id="2 usage"),
        pytest.param("nowhere", ["--sandbox", "process"], 2, "grader explain G211", id="2 no such submission"),
        pytest.param("broken", ["--sandbox", "process"], 3, "/report.html", id="3 not gradable"),
        pytest.param("reference", [], 4, "grader explain G401", id="4 our infrastructure"),
    ],
)
def test_a_run_ends_with_the_contracts_exit_code(assignment, submission, more, code, last):
    done = subprocess.run(
        command(assignment, submission, *more),
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "DOCKER_HOST": "tcp://127.0.0.1:1"},
    )

    assert done.returncode == code, done.stderr
    assert done.stderr.splitlines()[-1].endswith(last)
    assert "Traceback" not in done.stderr


def test_130_interrupted_says_so_and_leaves_nothing_running(assignment):
    (assignment / "tests/hidden/test_it.py").write_text(
        HIDDEN.replace("assert double(21)", "time.sleep(60); assert double(21)")
    )

    with subprocess.Popen(
        command(assignment, "reference", "--sandbox", "process"),
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as run:
        for line in run.stderr:
            if line.startswith("examine"):
                break
        run.send_signal(signal.SIGINT)
        told = run.stderr.read()
        code = run.wait(60)

    assert (code, told.splitlines()[-1]) == (
        130,
        "interrupted: what was finished is kept, nothing is left running",
    )
    assert _session(run.pid) == []


def _session(leader):
    """Processes that are still at work in a session."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat") as stat:
                state, _, _, session = stat.read().rpartition(")")[2].split()[:4]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(session) == leader and state != "Z":
            found.append(int(name))
    return found
