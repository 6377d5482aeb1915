"""Forgeries and escapes, a submission each; every one must lose, and cost nobody else anything."""

import pytest

pytestmark = pytest.mark.docker

HIDDEN = """
import pytest
from answer import double

CANARY = "canary-7d1e04"

def test_small():
    assert double(2) == 4

def test_in_a_list():
    assert double(3) in (6,)

def test_approx():
    assert double(1.5) == pytest.approx(3.0)

def test_in_a_dict():
    assert {"a": double(4)} == {"a": 8}
"""

ALWAYS_EQUAL = """
class Equal:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __hash__(self): return 0
    def __bool__(self): return True
    def __abs__(self): return self
    def __sub__(self, other): return self
    def __rsub__(self, other): return self
    def __le__(self, other): return True

def double(n):
    return Equal()
"""

SUBCLASS = """
class Equal({base}):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __hash__(self): return 0

def double(n):
    return Equal({value})
"""

PATCHES_PYTEST = """
import sys
for name in list(sys.modules):
    if "pytest" in name:
        sys.modules[name] = None
try:
    import builtins
    builtins.AssertionError = ValueError
    import _pytest.runner
    _pytest.runner.runtestprotocol = lambda *a, **k: True
except Exception:
    pass

def double(n):
    return None
"""

SKIPS = """
def double(n):
    try:
        import pytest
        pytest.skip("nothing to see")
    except ImportError:
        class Skipped(BaseException):
            pass
        Skipped.__module__ = "builtins"
        Skipped.__qualname__ = Skipped.__name__ = "Skipped"
        raise Skipped("nothing to see")
"""

WRITES_RESULTS = """
import json, os
for folder in (".", "/", "/tmp", "/work", "/slot", "/opt/grader"):
    try:
        with open(os.path.join(folder, "results.json"), "w") as file:
            json.dump({"verdict": "accepted"}, file)
    except OSError:
        pass
print(json.dumps({"type": "outcome", "id": "test_it.py::test_small", "outcome": "passed"}))
print(json.dumps({"type": "done"}))

def double(n):
    return None
"""

SPEAKS_ON_THE_WIRE = """
import os, socket, struct, json
def double(n):
    for fd in range(3, 20):
        try:
            os.write(fd, struct.pack(">I", 8) + b'["r",4]!')
            body = json.dumps(["r", 4, [], ["", ""]]).encode()
            os.write(fd, struct.pack(">I", len(body)) + body)
        except OSError:
            pass
    return None
"""

LEAVES_A_GRANDCHILD = """
import os, time
def double(n):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(3600)
        os._exit(0)
    return None
"""

SIGNALS = """
import os, signal

def double(n):
    os.kill(1, signal.SIGKILL)
    os.kill(os.getppid(), signal.SIGKILL)
    os._exit(0)
"""

CASES = {
    "equal to everything": ALWAYS_EQUAL,
    "a str equal to everything": SUBCLASS.format(base="str", value="'x'"),
    "an int equal to everything": SUBCLASS.format(base="int", value="99"),
    "a float equal to everything": SUBCLASS.format(base="float", value="99.0"),
    "a list equal to everything": SUBCLASS.format(base="list", value="[99]"),
    "patches the framework": PATCHES_PYTEST,
    "raises skip": SKIPS,
    "writes results": WRITES_RESULTS,
    "leaves a grandchild": LEAVES_A_GRANDCHILD,
    "leaves early with success": "import atexit, os\natexit.register(os._exit, 0)\n\ndef double(n):\n    os._exit(0)\n",
    "raises exit": "def double(n):\n    raise SystemExit(0)\n",
    "raises interrupt": "def double(n):\n    raise KeyboardInterrupt\n",
    "signals its parent": SIGNALS,
}


@pytest.mark.parametrize("code", CASES.values(), ids=CASES)
def test_a_forgery_passes_no_test(grade, code):
    results = grade(HIDDEN, {"answer.py": code})

    assert results.verdict in ("failed", "not_gradable")
    assert [test.outcome for test in results.tests if test.outcome == "passed"] == []


def test_a_frame_of_ones_own_is_no_more_than_an_answer(grade):
    results = grade(HIDDEN, {"answer.py": SPEAKS_ON_THE_WIRE})

    # Whoever answers as itself may say 4; a suite with one question can't tell, the others do.
    assert results.verdict == "failed"


def test_tests_are_nowhere_in_the_candidates_container(grade):
    code = """
import os
def double(n):
    found = []
    for folder, _, names in os.walk("/"):
        if folder.startswith(("/proc", "/sys", "/dev", "/usr", "/lib", "/etc")):
            continue
        for name in names:
            try:
                with open(os.path.join(folder, name), "rb") as file:
                    if b"canary-" + b"7d1e04" in file.read(1 << 20):
                        found.append(os.path.join(folder, name))
            except OSError:
                pass
    print("found", found)
    return 2 * n
"""

    results = grade(HIDDEN, {"answer.py": code})

    assert {test.outcome for test in results.tests} == {"passed"}
    assert {test.output for test in results.tests} == {"found []\n"}


def test_there_is_no_network_but_loopback(grade):
    hidden = "from answer import look\n\ndef test_it():\n    assert look() == (['lo'], False, [])\n"
    code = """
import os, socket
def look():
    try:
        socket.create_connection(("192.0.2.1", 80), 1)
        reached = True
    except OSError:
        reached = False
    secrets = sorted(name for name in os.environ if "DOCKER" in name or "TOKEN" in name or "GRADER" in name)
    return sorted(os.listdir("/sys/class/net")), reached, secrets
"""

    results = grade(hidden, {"answer.py": code})

    assert results.tests[0].outcome == "passed", results.tests[0].detail
