"""Forgeries that share a process with the tests: each earns nothing, or is seen and held for a person to look at."""

import pytest

pytestmark = pytest.mark.docker

TOML = """\
schema = "grader.assignment/1"
id = "sample"

[door]
kind = "import"
modules = ["answer"]
glass = "off"

[limits]
test_s = 3
suite_s = 40
memory = 64
"""
WITH_REFERENCE = TOML + '\n[[solutions]]\npath = "reference"\nexpect = "accepted"\nreference = true\n'
HIDDEN = """
import pytest
from answer import double

def test_small():
    assert double(2) == 4

def test_text():
    assert double("ab") == "abab"

@pytest.mark.parametrize("n, expected", [(11, 22), (40, 80), (250, 500)])
def test_cases(n, expected):
    assert double(n) == expected

def test_approx():
    assert double(1.5) == pytest.approx(3.0)

def test_in_a_list():
    assert [double(7), double(8)] == [14, 16]

def test_refuses():
    with pytest.raises(TypeError):
        double(None)

def test_truth():
    assert not double(0)
"""
OWN_ANSWER = "\ndef double(n):\n    return None\n"

ALWAYS_EQUAL = """
class Equal:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __hash__(self): return 0
    def __bool__(self): return False
    def __abs__(self): return self
    def __sub__(self, other): return self
    def __rsub__(self, other): return self
    def __le__(self, other): return True

def double(n):
    return Equal()
"""

READS_THE_FRAME = """
import sys

def double(n):
    frame = sys._getframe(1)
    if "expected" in frame.f_locals:
        return frame.f_locals["expected"]
    return [value for value in frame.f_code.co_consts if value not in (None, n)][-1]
"""

READS_THE_SOURCE = """
import ast, inspect

def double(n):
    frame = inspect.currentframe().f_back
    tree = ast.parse(open(frame.f_code.co_filename).read())
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert) and node.lineno == frame.f_lineno:
            try:
                return ast.literal_eval(node.test.comparators[0])
            except Exception:
                return frame.f_locals.get("expected")
"""

PATCHES_REPORTS = """
from _pytest.reports import TestReport

_make = TestReport.from_item_and_call.__func__

def _passed(cls, item, call):
    call.excinfo = None
    return _make(cls, item, call)

TestReport.from_item_and_call = classmethod(_passed)
"""

PATCHES_HOOKS = """
import _pytest.python

_pytest.python.pytest_pyfunc_call = lambda pyfuncitem: True
_pytest.python.Function.runtest = lambda self: None
"""

REPLACES_MODULES = """
import sys, types

class Quiet:
    def __enter__(self): return self
    def __exit__(self, *a): return True

fake = types.ModuleType("pytest")
fake.__getattr__ = lambda name: sys.modules["_pytest"].__dict__.get(name)
fake.raises = lambda *a, **k: Quiet()
fake.approx = lambda *a, **k: 0
sys.modules["pytest"] = fake
"""

SKIPS_ASSERTIONS = """
import sys

def _trace(frame, event, arg):
    if event == "call" and frame.f_code.co_name.startswith("test_"):
        frame.f_trace_lines = True
        return _trace
    if event == "exception":
        return _trace
    if event == "line" and frame.f_code.co_name.startswith("test_"):
        code = frame.f_code
        last = max(line for _, _, line in code.co_lines() if line)
        try:
            frame.f_lineno = last
        except ValueError:
            pass
    return _trace

def double(n):
    frame = sys._getframe(1)
    sys.settrace(_trace)
    frame.f_trace = _trace
    return Yes()

class Yes(list):
    def __eq__(self, other): return True
"""

WRITES_EVERYWHERE = """
import json, os

def double(n):
    for name in os.listdir("/proc/self/fd"):
        for line in (
            json.dumps({"number": 0, "outcome": "passed", "patched": []}),
            "0" * 64 + " " + json.dumps({"number": 0, "outcome": "passed", "patched": []}),
            json.dumps({"type": "outcome", "number": 0, "outcome": "passed", "cpu_s": 0, "wall_s": 0}),
        ):
            try:
                os.write(int(name), line.encode() + b"\\n")
            except OSError:
                pass
    os._exit(0)
"""

KNOWS_THE_KEY = """
import gc, os

def double(n):
    [control] = [thing for thing in gc.get_objects() if type(thing).__name__ == "Control" and hasattr(thing, "_key")]
    frame, order, answer = __import__("sys")._getframe(), None, None
    while frame is not None:
        if frame.f_code.co_name == "_run" and "order" in frame.f_locals:
            order, answer, number = frame.f_locals["order"], frame.f_locals["answer"], frame.f_locals["number"]
        frame = frame.f_back
    answer({"number": number, "outcome": "passed", "message": None, "detail": None, "output": None, "patched": []})
    os._exit(0)
"""

BLINDS_THE_WATCH = """
import gc
from _pytest.reports import TestReport

for thing in gc.get_objects():
    if type(thing).__name__ == "Watch":
        type(thing).changed = lambda self: []

_make = TestReport.from_item_and_call.__func__

def _passed(cls, item, call):
    call.excinfo = None
    return _make(cls, item, call)

TestReport.from_item_and_call = classmethod(_passed)
"""

REWRITES_THE_TESTS = """
import os, pathlib, sys

def double(n):
    for path in pathlib.Path("/work/tests").rglob("test_*.py"):
        path.write_text(path.read_text().replace("assert ", "assert True or "))
    os.kill(os.getppid(), 9)
    os._exit(0)
"""

ANSWERS_TWICE = """
import sys

def double(n):
    frame = sys._getframe()
    while frame.f_code.co_name != "_run":
        frame = frame.f_back
    number, answer = frame.f_locals["number"], frame.f_locals["answer"]
    if n == 0:
        answer({"number": number, "outcome": "passed", "message": None, "detail": None, "output": None, "patched": []})
    return 2 * n
"""

CONFIGURES = {
    "answer.py": OWN_ANSWER,
    "conftest.py": "import pytest\n\n@pytest.hookimpl(tryfirst=True)\ndef pytest_pyfunc_call(pyfuncitem):\n    return True\n",
    "pytest.ini": "[pytest]\npython_functions = nothing\n",
    "sitecustomize.py": "import builtins\nbuiltins.AssertionError = ValueError\n",
    "tests/conftest.py": "collect_ignore_glob = ['*']\n",
}

EARNS_NOTHING = {
    "leaves in a call": "import os\n\ndef double(n):\n    os._exit(0)\n",
    "leaves at import": "raise SystemExit(0)\n",
    "leaves the process at import": "import os\nos._exit(0)\n",
    "rewrites results at the end": """
import atexit, json, os, pathlib

def _forge():
    for folder in ("/work", "/tmp", os.getcwd()):
        for name in ("results.json", "junit.xml", "outcome"):
            pathlib.Path(folder, name).write_text(json.dumps({"outcome": "passed", "passed": 9}))

atexit.register(_forge)
"""
    + OWN_ANSWER,
    "kills everybody": "import os, signal\n\ndef double(n):\n    for pid in (1, os.getppid()):\n"
    "        for s in (signal.SIGKILL, signal.SIGSTOP, signal.SIGTERM):\n            try:\n                os.kill(pid, s)\n"
    "            except OSError:\n                pass\n    os.kill(-1, 9)\n",
}
SEEN = {
    "always equal": (ALWAYS_EQUAL, "contradiction"),
    "reads the caller's frame": (READS_THE_FRAME, "contradiction"),
    "reads the tests' source": (READS_THE_SOURCE, "contradiction"),
    "patches the reports": (PATCHES_REPORTS + OWN_ANSWER, "patched"),
    "patches the hooks": (PATCHES_HOOKS + OWN_ANSWER, "patched"),
    "replaces modules": (REPLACES_MODULES + OWN_ANSWER, "patched"),
    "skips assertions by a trace function": (SKIPS_ASSERTIONS, "contradiction"),
    "writes to every descriptor": (WRITES_EVERYWHERE, "not sealed"),
    "has the key and seals its own results": (KNOWS_THE_KEY, "contradiction"),
    "blinds the watch, then patches the reports": (BLINDS_THE_WATCH + OWN_ANSWER, "contradiction"),
    "rewrites the tests and has them read again": (REWRITES_THE_TESTS, "files of the tests"),
    "answers twice": (ANSWERS_TWICE, "more than one result"),
}


def passed(results):
    return [test.id.partition("::")[2] for test in results.tests if test.outcome == "passed"]


def test_an_honest_submission_is_not_suspected(grade):
    results = grade(HIDDEN, {"answer.py": "def double(n):\n    return n * 2\n"}, WITH_REFERENCE)

    assert {test.id: test.message for test in results.tests if test.outcome != "passed"} == {}
    assert (results.verdict, results.reason) == ("accepted", None)


@pytest.mark.parametrize("code", EARNS_NOTHING.values(), ids=EARNS_NOTHING)
def test_a_forgery_earns_nothing(grade, code):
    results = grade(HIDDEN, {"answer.py": code}, WITH_REFERENCE)

    assert set(passed(results)) <= {"test_truth"}  # None is false, so that one is an answer
    assert results.verdict == "failed"


@pytest.mark.parametrize(("code", "sign"), SEEN.values(), ids=SEEN)
def test_a_forgery_is_held_for_review(grade, code, sign):
    results = grade(HIDDEN, {"answer.py": code}, WITH_REFERENCE)

    assert (results.verdict, results.reason.code) == ("failed", "G332")
    assert sign in results.reason.message
    assert len(results.tests) == 9


@pytest.mark.parametrize(
    "code",
    [ALWAYS_EQUAL, READS_THE_FRAME, KNOWS_THE_KEY, BLINDS_THE_WATCH + OWN_ANSWER],
    ids=["equal", "frame", "key", "watch"],
)
def test_what_passes_with_its_contradiction_earns_nothing(grade, code):
    results = grade(HIDDEN, {"answer.py": code}, WITH_REFERENCE)

    counted = {test.id.partition("::")[2].partition("[")[0] for test in results.tests if test.outcome == "passed"}
    assert not counted & {"test_small", "test_text", "test_cases"}


def test_configuration_in_a_submission_configures_nothing(grade):
    results = grade(HIDDEN, CONFIGURES, WITH_REFERENCE)

    assert passed(results) == ["test_truth"]
    assert results.reason is None


def test_without_a_reference_it_is_held_and_nothing_is_taken_before_a_person_has_looked(grade):
    results = grade(HIDDEN, {"answer.py": ALWAYS_EQUAL}, TOML)

    assert (results.verdict, results.reason.code) == ("failed", "G332")
    assert "test_small" in passed(results)


def test_what_equals_everything_is_seen_where_no_expected_value_is_written_down(grade):
    hidden = "from answer import double\n\n" + "\n".join(
        f"def test_{n}():\n    assert double({n}) == sum([{n}, {n}])\n" for n in range(6)
    )

    results = grade(hidden, {"answer.py": ALWAYS_EQUAL}, WITH_REFERENCE)

    assert (results.verdict, results.reason.code) == ("failed", "G332")
