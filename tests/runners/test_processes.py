"""What runs below a first process, and how it ends. Real processes, no container."""

import os
import subprocess
import sys
import time

import processes
import pytest

SLEEPS = [sys.executable, "-S", "-c", "import time\nprint(flush=True)\ntime.sleep(60)\n"]
FORKS = [
    sys.executable,
    "-S",
    "-c",
    "import os, time\nif os.fork() == 0:\n    os.setsid()\n    print(os.getpid(), flush=True)\ntime.sleep(60)\n",
]


@pytest.fixture
def child():
    """A function that starts a process, waits for its first line and gives it with that."""
    started = []

    def start(command):
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE))
        return started[-1], started[-1].stdout.readline()

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_a_grandchild_in_a_session_of_its_own_is_found_and_a_spared_one_is_not(child):
    parent, line = child(FORKS)

    assert {parent.pid, int(line)} <= set(processes.below())
    assert parent.pid not in processes.below(parent.pid)
    os.kill(int(line), 9)


def test_all_end_but_the_spared_one():
    code = (
        "import subprocess, sys; import processes; "
        f"kept, other = (subprocess.Popen({SLEEPS!r}, stdout=-1) for _ in range(2)); "
        "[process.stdout.readline() for process in (kept, other)]; "
        "is_clear = processes.end(30, spared=kept.pid); "
        "print(is_clear, processes.lives(kept.pid), processes.lives(other.pid), processes.below(kept.pid)); "
        "print(processes.end(30), processes.below())"
    )
    said = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": os.path.dirname(processes.__file__)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert said.stdout == "True True False []\nTrue []\n"


def test_the_number_of_a_spared_one_that_has_ended_stays_its_own(child):
    process, _ = child(SLEEPS)
    process.send_signal(9)
    while processes.lives(process.pid):
        time.sleep(0.001)

    assert not processes.lives(process.pid)
    assert os.path.exists(f"/proc/{process.pid}")  # until whoever started it takes leave of it
