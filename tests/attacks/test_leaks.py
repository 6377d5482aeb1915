"""Nothing hidden is where a submission can look: names, bodies, values, the reference; in files, memory, arguments, frames."""

import pytest

pytestmark = pytest.mark.docker

CURIOUS = '''
import gc, os, sys

MARK = "CAN" + "ARY"
RAW = MARK.encode()
seen = []

def _files():
    for folder, below, names in os.walk("/"):
        below[:] = [name for name in below if os.path.join(folder, name) not in ("/proc", "/sys", "/usr/lib", "/usr/share")]
        for name in names:
            yield os.path.join(folder, name)

def _processes():
    for number in filter(str.isdigit, os.listdir("/proc")):
        for name in ("cmdline", "environ", "comm", "maps", "status", "mountinfo"):
            yield f"/proc/{number}/{name}"

def _holds(path):
    if MARK in path:
        return True
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        try:
            return RAW in os.read(descriptor, 1 << 20)
        finally:
            os.close(descriptor)
    except OSError:
        return False

def _memory():
    """This process' own memory, but for where this module's words are made."""
    frame = sys._getframe()
    while frame is not None:
        for name, value in list(frame.f_locals.items()):
            if isinstance(value, str) and MARK in value and value != MARK:
                yield f"frame {frame.f_code.co_name}: {name}"
        frame = frame.f_back
    for thing in gc.get_objects():
        values = list(thing) if isinstance(thing, (list, tuple, set)) else list(thing.items()) if isinstance(thing, dict) else []
        for value in values:
            for part in value if isinstance(value, tuple) else (value,):
                if isinstance(part, str) and MARK in part and part != MARK:
                    yield f"object: {part[:80]}"

def look(*given):
    found = [path for path in (*_files(), *_processes()) if _holds(path)]
    found += [f"variable {name}" for name, value in os.environ.items() if MARK in name + value]
    found += [f"argument {value}" for value in (*sys.argv, *getattr(sys, "orig_argv", ())) if MARK in value]
    return found + sorted(set(_memory()))

def call(function):
    try:
        return function()
    except Exception as error:
        trace, names = error.__traceback__, [repr(error), repr(error.__cause__), *getattr(error, "__notes__", ())]
        while trace is not None:
            names += [trace.tb_frame.f_code.co_filename, trace.tb_frame.f_code.co_name]
            trace = trace.tb_next
        return [name for name in names if MARK in name] + look()

def ask(thing):
    names = ("__doc__", "__module__", "__qualname__", "__globals__", "__code__", "__closure__", "__dict__", "__defaults__")
    told = []
    for name in names:
        try:
            told.append(str(getattr(thing, name)))
        except Exception:
            pass
    return [text for text in told if MARK in text] + look()

def write(path):
    with open(path, "w") as file:
        file.write("x")
    return [part for part in path.split("/") if MARK in part] + look()
'''
HIDDEN = '''
"""CANARY of the file"""
import pytest
import answer
import CANARY_helper

EXPECTED = "CANARY value"

@pytest.mark.parametrize("n", [1], ids=["CANARY-id"])
def test_CANARY_name(n, monkeypatch):
    """CANARY title"""
    local = "CANARY local"
    assert answer.look() == []
    assert (local, EXPECTED, CANARY_helper.SECRET) != answer.look()

def test_in_a_callback():
    def CANARY_free():
        raise ValueError("plain")
    def fails():
        secret = "CANARY in a frame"
        return CANARY_free() or secret
    assert answer.call(fails) == []

def test_of_an_object():
    class Thing:
        "A thing."
        def method(self, expected="CANARY default"):
            return expected
    assert answer.ask(Thing().method) == []
    assert answer.ask(lambda n, expected=EXPECTED: expected) == []

def test_of_a_path(tmp_path):
    assert answer.write(str(tmp_path / "x")) == []

def test_that_it_would_be_found():
    assert answer.look(["CANARY given"]) != []

def test_CANARY_of_a_comparison():
    assert answer.look() != EXPECTED
    assert answer.look() == []
'''
TOML = """\
schema = "grader.assignment/1"
id = "sample"

[door]
kind = "import"
modules = ["answer"]

[limits]
test_s = 30
suite_s = 120

[[groups]]
id = "secret"
tests = ["test_it.py"]
points = 1
reveal = "nothing"

[[solutions]]
path = "reference"
expect = "accepted"
reference = true
"""
REFERENCE = '"""CANARY of the reference"""\n' + CURIOUS.replace('"CAN" + "ARY"', '"NOTHING"')


@pytest.fixture
def results(grade, tmp_path):
    """The curious submission, graded."""
    helper = tmp_path / "assignment/tests/hidden/CANARY_helper.py"
    helper.parent.mkdir(parents=True)
    helper.write_text('SECRET = "CANARY of a helper"\n')
    return grade(HIDDEN, {"answer.py": CURIOUS}, TOML, REFERENCE)


def test_a_submission_that_reads_all_it_can_reach_finds_nothing(results):
    assert {test.id: test.message for test in results.tests if test.outcome != "passed"} == {}
    assert len(results.tests) == 6


def test_nothing_hidden_is_in_the_candidates_report(results):
    from grader.render import html
    from grader.results.redact import redact

    assert "CANARY" not in html.render(redact(results, "candidate"), "candidate")
    assert "CANARY" in html.render(results, "reviewer")
