"""A batch of curious submissions: each reads all that it can reach in its own way, and tells it in every way it has.

What they look for stands in hidden names, bodies, values, titles, the reference and the speed inputs. Behind the glass they
find nothing; without it they find all, and still none of it reaches a file that a candidate gets.
"""

import re

import pytest

from grader.cli import deliver
from grader.render import formats

pytestmark = pytest.mark.docker

CANARY = re.compile(r"CANARY.{1,3}[0-9a-f]{8}")

# How each looks; all share `TELLS`, which is below them in the same file.
LOOKS = {
    "files": """
def look():
    for folder, below, names in os.walk("/"):
        below[:] = [name for name in below if os.path.join(folder, name) not in ("/proc", "/sys", "/usr", "/lib")]
        for name in names:
            yield os.path.join(folder, name).encode("utf-8", "replace")
            yield read(os.path.join(folder, name))
""",
    "processes": """
def look():
    for number in filter(str.isdigit, os.listdir("/proc")):
        for name in ("cmdline", "environ", "comm", "maps", "mountinfo", "root/work", "net/unix"):
            yield read(f"/proc/{number}/{name}")
        for name in listed(f"/proc/{number}/fd"):
            yield read(f"/proc/{number}/fd/{name}")
""",
    "memory": """
def look():
    for number in filter(str.isdigit, os.listdir("/proc")):
        for line in read(f"/proc/{number}/maps").decode().splitlines():
            start, end = (int(part, 16) for part in line.split()[0].split("-"))
            if line.split()[1].startswith("rw") and end - start < 1 << 26:
                yield read(f"/proc/{number}/mem", end - start, start)
""",
    "objects": """
def look():
    frame = sys._getframe()
    while frame is not None:
        yield repr([frame.f_code.co_filename, frame.f_code.co_name, frame.f_code.co_consts]).encode("utf-8", "replace")
        yield " ".join(v for v in frame.f_locals.values() if type(v) is str).encode("utf-8", "replace")
        frame = frame.f_back
    for thing in gc.get_objects():
        if type(thing) in (list, tuple, set, dict):
            values = [*thing, *(thing.values() if type(thing) is dict else ())]
            yield " ".join(v for v in values if type(v) is str).encode("utf-8", "replace")
            yield b" ".join(v for v in values if type(v) is bytes)
""",
    "sockets": """
import socket

def look():
    for name in listed("/proc/self/fd"):
        try:
            with socket.socket(fileno=os.dup(int(name))) as sock:
                sock.setblocking(False)
                yield sock.recv(1 << 20, socket.MSG_PEEK)
        except OSError:
            pass
    for line in read("/proc/net/unix").decode().splitlines()[1:]:
        path = line.split()[-1]
        try:
            with socket.socket(socket.AF_UNIX) as sock:
                sock.settimeout(0.2)
                sock.connect("\\0" + path[1:] if path.startswith("@") else path)
                yield sock.recv(1 << 16)
        except OSError:
            pass
""",
    "surroundings": """
def look():
    yield repr([sys.argv, sys.orig_argv, dict(os.environ), sys.path, os.getcwd()]).encode("utf-8", "replace")
    for name, module in list(sys.modules.items()):
        yield f"{name} {getattr(module, '__file__', '')} {getattr(module, '__doc__', '')}".encode("utf-8", "replace")
    for given in kept:
        for name in ("__doc__", "__name__", "__qualname__", "__module__", "__dict__", "__globals__", "__code__", "__closure__",
                     "__defaults__", "__self__", "__func__", "__wrapped__", "__class__", "__notes__", "__traceback__", "args"):
            try:
                yield str(getattr(given, name)).encode("utf-8", "replace")
            except Exception as refused:
                yield str(refused).encode("utf-8", "replace")
""",
}
TELLS = """
import gc, os, re, sys, warnings

SOUGHT = re.compile(rb"CANARY.[0-9a-f]{8}")
kept = []

def read(path, size=1 << 22, at=0):
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        try:
            return os.pread(descriptor, size, at) if at else os.read(descriptor, size)
        finally:
            os.close(descriptor)
    except (OSError, OverflowError):
        return b""

def listed(path):
    try:
        return os.listdir(path)
    except OSError:
        return []

def found():
    seen = set()
    for part in look():
        seen |= set(SOUGHT.findall(part))
    # Told so that no text in memory looks like what is sought: that would be found again.
    return sorted(text.decode().replace("CANARY", "CANARY--") for text in seen)

class Telling(Exception):
    pass

def tell(*given):
    kept.extend(given)
    seen = found()
    print(*seen)
    print(*seen, file=sys.stderr)
    warnings.warn(" ".join(seen) or "nothing")
    return seen

def fail(function):
    try:
        return function()
    except Exception as raised:
        kept.append(raised)
        raise Telling(*found()) from raised

def touch(path):
    kept.append(path)
    with open(path, "w") as file:
        file.write(" ".join(found()))

class Told:
    def __repr__(self):
        return f"<{found()}>"

    def __eq__(self, other):
        kept.append(other)
        return found()
"""
HIDDEN = '''
"""CANARY-00000001 of the file"""
import pytest
import answer
import CANARY_00000002_helper as helper

EXPECTED = "CANARY-00000003"

@pytest.mark.parametrize("n", [1], ids=["CANARY-00000004"])
def test_CANARY_00000005(n):
    """CANARY-00000006 title"""
    local = "CANARY-00000007"
    assert answer.tell() == []
    assert answer.tell() != [EXPECTED, local, helper.SECRET]

def test_of_an_exception():
    def plain():
        secret = "CANARY-00000009"
        raise ValueError("plain") from KeyError(len(secret))
    with pytest.raises(answer.Telling) as caught:
        answer.fail(plain)
    assert caught.value.args == ()

def test_of_what_is_handed_over():
    class Thing:
        "A thing."
        def method(self, expected="CANARY-0000000a"):
            return expected
    assert answer.tell(Thing().method, Thing(), lambda expected=EXPECTED: expected) == []

def test_of_a_path(tmp_path):
    answer.touch(str(tmp_path / "x"))
    assert (tmp_path / "x").read_text() == ""

def test_of_a_text_in_an_assertion():
    assert answer.Told() is EXPECTED
'''
OPEN = """
import answer

def test_that_a_candidate_may_read():
    assert answer.tell() == ["nothing was found"]
    assert answer.Told() is None

def test_that_is_told_by_an_exception():
    answer.fail(lambda: 1 / 0)
"""
CONTROL = """
import answer

def test_that_it_would_be_found():
    answer.kept.append("CANARY-" + "0000000b")
    assert answer.tell() != []
"""
TOML = """\
schema = "grader.assignment/1"
id = "sample"

[door]
kind = "import"
modules = ["answer"]
glass = "{glass}"

[limits]
test_s = 20
suite_s = 120

[[groups]]
id = "secret"
tests = ["test_it.py"]
reveal = "{level}"

[[groups]]
id = "open"
tests = ["test_open.py"]
reveal = "all"

[[solutions]]
path = "reference"
expect = "accepted"
reference = true
"""
REFERENCE = (
    '"""CANARY-0000000c of the reference"""\n' + TELLS + "\nANSWER = 'CANARY-0000000d'\n\ndef look():\n    return []\n"
)


@pytest.fixture
def batch(grade, tmp_path):
    """Every curious submission graded; gives the results and the text of each file that a candidate gets."""

    def run(kind, glass="on", level="nothing", opened=OPEN):
        folder = tmp_path / "assignment/tests/hidden"
        folder.mkdir(parents=True)
        (folder / "CANARY_00000002_helper.py").write_text('SECRET = "CANARY-0000000e"\n')
        (folder / "test_open.py").write_text(opened)
        code = TELLS + LOOKS[kind]
        results = grade(HIDDEN, {"answer.py": code}, TOML.format(glass=glass, level=level), REFERENCE)
        deliver.write(results, tmp_path / "out", tuple(formats.FORMATS), "en")
        lead = ("results.json", "report.reviewer.html")
        given = {path.name: path.read_text() for path in (tmp_path / "out").rglob("*") if path.name not in lead}
        return results, given

    return run


def unlike(results, outcome):
    return {
        test.id: test.message for test in results.tests if test.id.startswith("test_it") and test.outcome != outcome
    }


@pytest.mark.parametrize("kind", LOOKS)
def test_behind_the_glass_a_curious_submission_finds_nothing(batch, kind):
    results, given = batch(kind)

    assert unlike(results, "passed") == {
        "test_it.py::test_of_a_text_in_an_assertion": "AssertionError: assert <[]> is 'CANARY-00000003'"
    }
    assert [test.output for test in results.tests if CANARY.search(test.output or "")] == []
    assert {name for name, text in given.items() if CANARY.search(text)} == set()
    assert {"report.html", "junit.xml", "findings.sarif", "summary.md"} <= set(given)


@pytest.mark.parametrize("kind", ["memory", "objects"])
def test_what_is_there_would_be_found(batch, kind):
    results, _ = batch(kind, opened=CONTROL)

    [control] = [test for test in results.tests if test.id.startswith("test_open")]
    assert control.outcome == "passed"


@pytest.mark.parametrize("level", ["nothing", "count"])
@pytest.mark.parametrize("kind", ["files", "memory", "objects"])
def test_without_the_glass_what_is_found_reaches_no_file_of_a_candidate(batch, kind, level):
    results, given = batch(kind, "off", level)

    told = " ".join(f"{test.output} {test.detail}" for test in results.tests)
    assert "CANARY--" in told
    assert {name for name, text in given.items() if CANARY.search(text)} == set()
