"""Without bubblewrap a candidate becomes a user of its own, whom nobody else's processes count against."""

import os
import subprocess
import sys

import pytest

from grader.sandbox.protocol import Limits

PROCESSES = 16


@pytest.fixture
def python_for_all(monkeypatch):
    """A Python that every user may start."""
    monkeypatch.setattr(sys, "executable", "/usr/bin/python3")


@pytest.mark.skipif(os.geteuid() != 0 or not os.path.exists("/usr/bin/python3"), reason="only root gives up being root")
def test_what_nobody_else_runs_does_not_count(monkeypatch, python_for_all, process_sandbox, inside):
    monkeypatch.setattr(process_sandbox, "_bwrap", None)
    monkeypatch.setattr(process_sandbox, "_drops", lambda: True)
    others = [subprocess.Popen(["sleep", "60"], user=65534) for _ in range(PROCESSES + 1)]
    try:
        said = inside(process_sandbox, "import os\nsay(os.getuid())", Limits(64, PROCESSES, 8, 1, 30))
    finally:
        for other in others:
            other.kill()
            other.wait()

    assert int(said) in range(61184, 65520)
