"""Inside the examiner: no process of it reads another, whatever a test would do."""

import pytest

pytestmark = pytest.mark.docker


def test_no_process_of_the_examiner_reads_another(grade):
    hidden = """
import os
from answer import double

def test_others():
    seen = []
    for pid in set(filter(str.isdigit, os.listdir("/proc"))) - {str(os.getpid())}:
        for name in ("environ", "mem", "maps", "auxv"):
            try:
                with open(f"/proc/{pid}/{name}", "rb") as file:
                    found = file.read(1)
                seen += [(pid, name)] if found else []
            except OSError:
                pass
    assert seen == []

def test_no_new_rights():
    with open("/proc/self/status") as status:
        assert "NoNewPrivs:\\t1" in status.read()
    assert double(1) == 2
"""
    results = grade(hidden, {"answer.py": "def double(n): return 2 * n\n"})

    assert {test.id: (test.outcome, test.message) for test in results.tests if test.outcome != "passed"} == {}
