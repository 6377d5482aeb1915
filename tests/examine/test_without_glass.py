"""Without the glass: suites that can't cross it are graded in one container with the submission, with every outcome."""

import pytest

from grader.errors import UsageError

pytestmark = pytest.mark.docker

TOML = """\
schema = "grader.assignment/1"
id = "sample"

[door]
kind = "import"
modules = ["answer"]
glass = "off"
{door}
[limits]
test_s = 2
suite_s = 20
memory = 64
"""
OFF = TOML.format(door="")
WITH_REFERENCE = OFF + '\n[[solutions]]\npath = "reference"\nexpect = "accepted"\nreference = true\n'
RIGHT = {"answer.py": "def double(n):\n    return 2 * n\n"}
TWO_TESTS = """
from answer import double

def test_first():
    assert double(2) == 4

def test_second():
    assert double(0) == 0
"""
CANNOT_CROSS = """
import gc
import inspect
import sys
import weakref

import answer

def test_of_the_source():
    assert "return" in inspect.getsource(answer.double)

def test_of_the_code_object():
    assert answer.double.__code__.co_argcount == 1

def test_of_the_stack():
    def look(n):
        return sys._getframe(1).f_code.co_name
    assert answer.apply(look) == "apply"

def test_of_the_callers_file():
    def look(n):
        return any(frame.filename.endswith("answer.py") for frame in inspect.stack())
    assert answer.apply(look) is True

def test_of_a_lifetime():
    thing = answer.Thing()
    alive = weakref.ref(thing)
    del thing
    gc.collect()
    assert alive() is None

def test_of_what_refers_to_it():
    thing = answer.Thing()
    holder = [thing]
    assert holder in gc.get_referrers(thing)

def test_of_a_dict_subclass():
    assert isinstance(answer.Table(), dict)

def test_of_identity():
    shape = (1, 2)
    assert answer.same(shape) is shape
"""
HAS_ALL = """
class Thing: pass
class Table(dict): pass
def double(n): return 2 * n
def apply(function): return function(2)
def same(value): return value
"""


def outcomes(results):
    return {test.id.partition("::")[2]: test.outcome for test in results.tests}


def test_a_suite_that_cannot_cross_the_glass_passes(grade):
    results = grade(CANNOT_CROSS, {"answer.py": HAS_ALL}, OFF)

    assert {test.id: test.message for test in results.tests if test.outcome != "passed"} == {}
    assert len(results.tests) == 8
    assert (results.verdict, results.reason, results.glass) == ("accepted", None, "off")


def test_a_wrong_answer_fails_with_what_was_got_and_is_not_suspected(grade):
    results = grade(TWO_TESTS, {"answer.py": "def double(n):\n    return n * n + 1\n"}, OFF)

    assert (results.verdict, results.reason) == ("failed", None)
    assert outcomes(results) == {"test_first": "failed", "test_second": "failed"}
    assert results.tests[0].message.startswith("assert 5 == 4")


def test_exit_at_import_is_a_crash_not_a_pass(grade):
    results = grade(TWO_TESTS, {"answer.py": "raise SystemExit(0)\n"}, OFF)

    assert set(outcomes(results).values()) <= {"crashed", "not_run"}


def test_a_module_that_cannot_be_imported_is_not_gradable(grade):
    results = grade(TWO_TESTS, {"answer.py": "def double(n)\n"}, OFF)

    assert (results.verdict, results.reason.code) == ("not_gradable", "G311")
    assert results.reason.message.startswith("answer.py:1: SyntaxError")


def test_a_name_that_is_missing_is_an_error_of_its_file(grade):
    results = grade(TWO_TESTS, {"answer.py": "def triple(n):\n    return 3 * n\n"}, OFF)

    assert outcomes(results) == {"test_first": "error", "test_second": "error"}
    assert results.tests[0].message.startswith("ImportError: cannot import name 'double' from 'answer'")


def test_a_hang_costs_one_test(grade):
    results = grade(TWO_TESTS, {"answer.py": "def double(n):\n    while n:\n        pass\n    return 0\n"}, OFF)

    assert outcomes(results) == {"test_first": "timeout", "test_second": "passed"}
    assert results.tests[0].message == "over the limit of 2 s"


def test_a_crash_costs_one_test(grade):
    code = "import os\n\ndef double(n):\n    if n:\n        os._exit(0)\n    return 0\n"

    results = grade(TWO_TESTS, {"answer.py": code}, OFF)

    assert outcomes(results) == {"test_first": "crashed", "test_second": "passed"}


def test_too_much_memory_is_told_apart_from_a_crash(grade):
    code = "def double(n):\n    if n:\n        hoard = bytearray(500 * 1024 * 1024)\n        return len(hoard)\n    return 0\n"

    results = grade(TWO_TESTS, {"answer.py": code}, OFF)

    assert outcomes(results) == {"test_first": "memory", "test_second": "passed"}


def test_a_fork_bomb_costs_one_test(grade):
    code = "import os\n\ndef double(n):\n    while n:\n        os.fork()\n    return 0\n"

    results = grade(TWO_TESTS, {"answer.py": code}, OFF)

    # What a fork bomb meets first is the kernel's to say; `failed` is a fork that was refused.
    assert outcomes(results)["test_first"] in ("failed", "timeout", "crashed", "memory")
    assert outcomes(results)["test_second"] == "passed"


def test_a_fixture_that_breaks_is_an_error(grade):
    hidden = """
import pytest
from answer import double

@pytest.fixture
def four():
    return double(2)

def test_with_fixture(four):
    assert four == 4
"""

    results = grade(hidden, {"answer.py": "def double(n):\n    raise ValueError(n)\n"}, OFF)

    assert outcomes(results) == {"test_with_fixture": "error"}


def test_the_suite_limit_leaves_the_rest_not_run(grade):
    hidden = "from answer import wait\n\n" + "\n".join(f"def test_{n}():\n    wait()\n" for n in range(8))

    results = grade(
        hidden,
        {"answer.py": "def wait():\n    while True:\n        pass\n"},
        OFF.replace("test_s = 2", "test_s = 1").replace("suite_s = 20", "suite_s = 2"),
    )

    assert set(outcomes(results).values()) == {"timeout", "not_run"}


def test_skips_and_expected_failures_follow_the_contract(grade):
    hidden = """
import pytest
from answer import double

@pytest.mark.skip(reason="not expected")
def test_skipped_by_the_author():
    assert False

def test_skips_at_run_time():
    pytest.skip("no reason to pass")

@pytest.mark.xfail(strict=True)
def test_fails_as_marked():
    assert double(2) == 5

@pytest.mark.xfail(strict=True)
def test_passes_against_its_mark():
    assert double(2) == 4
"""

    results = grade(hidden, RIGHT, OFF)

    assert outcomes(results) == {
        "test_skips_at_run_time": "failed",
        "test_fails_as_marked": "passed",
        "test_passes_against_its_mark": "failed",
    }
    assert results.reason is None


@pytest.mark.parametrize("isolation", ["module", "suite"])
def test_objects_live_as_long_as_the_suite_asks(grade, isolation):
    hidden = """
import pytest
import answer

@pytest.fixture(scope="module")
def box():
    return answer.Box()

def test_puts(box):
    box.put(1)
    assert box.items == [1]

def test_finds_what_was_put(box):
    assert box.items == [1]
"""
    box = "class Box:\n    def __init__(self):\n        self.items = []\n    def put(self, n):\n        self.items.append(n)\n"

    results = grade(hidden, {"answer.py": box}, TOML.format(door=f'isolation = "{isolation}"'))

    assert outcomes(results) == {"test_puts": "passed", "test_finds_what_was_put": "passed"}
    assert results.reason is None


def test_a_crash_in_a_shared_life_costs_one_test(grade):
    hidden = "import answer\n\n" + "\n".join(f"def test_{n}():\n    assert answer.ask({n}) == {n}\n" for n in range(3))
    code = "import os\n\ndef ask(n):\n    return n if n != 1 else os._exit(0)\n"

    results = grade(hidden, {"answer.py": code}, TOML.format(door='isolation = "suite"'))

    assert outcomes(results) == {"test_0": "passed", "test_1": "crashed", "test_2": "passed"}


EAGER = """
import inspect
import pytest
import answer

@pytest.mark.parametrize("name", sorted(name for name, _ in inspect.getmembers(answer, inspect.isfunction)))
def test_is_documented(name):
    assert inspect.getdoc(getattr(answer, name))
"""


def test_a_suite_that_needs_the_submission_to_be_collected_is_listed_beside_the_reference(grade):
    reference = 'def double(n):\n    "Twice."\n\ndef triple(n):\n    "Thrice."\n'

    results = grade(
        EAGER, {"answer.py": 'def double(n):\n    "Twice."\ndef more():\n    pass\n'}, WITH_REFERENCE, reference
    )

    assert outcomes(results) == {"test_is_documented[double]": "passed", "test_is_documented[triple]": "error"}


def test_without_a_reference_such_a_suite_is_the_authors_to_correct(grade):
    with pytest.raises(UsageError) as caught:
        grade(EAGER, RIGHT, OFF)

    assert caught.value.code == "G330"
    assert caught.value.what.startswith("the tests of 'sample' can't be listed without a submission")


def test_a_suite_that_does_not_collect_beside_its_reference_is_the_authors_to_correct(grade):
    with pytest.raises(UsageError) as caught:
        grade("import answer\nassert answer.absent\n\ndef test_it():\n    pass\n", RIGHT, WITH_REFERENCE)

    assert caught.value.code == "G333"
    assert "the tests of 'sample' can't be collected beside the reference" in caught.value.what


def test_threads_that_the_import_starts_are_there_in_every_test(grade):
    code = """
import queue, threading

asked, told = queue.Queue(), queue.Queue()

def _serve():
    while True:
        told.put(2 * asked.get())

threading.Thread(target=_serve, daemon=True).start()

def double(n):
    asked.put(n)
    return told.get(timeout=8)
"""

    results = grade(
        TWO_TESTS,
        {"answer.py": code},
        OFF.replace("test_s = 2", "test_s = 10").replace("suite_s = 20", "suite_s = 120"),
    )

    assert {test.id: (test.outcome, test.message) for test in results.tests if test.outcome != "passed"} == {}


def test_what_the_reference_cannot_help_is_held_against_nobody(grade):
    hidden = "from answer import parse\n\ndef test_it():\n    assert parse('1.2') == {'build': 'b7'}\n"
    code = (
        "class V:\n    def __eq__(self, other):\n        return 'build' in other\n\ndef parse(text):\n    return V()\n"
    )

    results = grade(hidden, {"answer.py": code}, WITH_REFERENCE, code)

    assert (results.verdict, results.reason) == ("accepted", None)


def test_the_walls_are_a_candidates(grade):
    hidden = """
import os
import socket
import answer

def test_where_it_runs():
    assert (os.getuid(), os.getgid()) == (65534, 65534)
    assert "CapEff:\\t0000000000000000" in open("/proc/self/status").read()
    assert "NoNewPrivs:\\t1" in open("/proc/self/status").read()
    assert "Seccomp:\\t2" in open("/proc/self/status").read()
    assert os.listdir("/sys/class/net") == ["lo"]
    assert answer.refused("/opt/grader/lib/x") == "Read-only file system"
    assert answer.refused("/proc/1/mem") == "Permission denied"
    assert answer.refused("/proc/1/environ") == "Permission denied"
"""
    code = """
def refused(path):
    try:
        open(path, "r+" if "proc" in path else "w").close()
    except OSError as why:
        return why.strerror
"""

    results = grade(hidden, {"answer.py": code}, OFF)

    assert {test.id: test.message for test in results.tests if test.outcome != "passed"} == {}


def test_speed_cases_are_not_measured_and_cost_nothing(grade, tmp_path):
    toml = (
        WITH_REFERENCE
        + '\n[[speed]]\nid = "case"\ncall = "answer:double"\ninputs = "tests/hidden/test_it.py"\nsizes = [1, 2]\n'
    )

    results = grade(TWO_TESTS, RIGHT, toml, RIGHT["answer.py"])

    [case] = results.speed
    assert (case.state, case.why) == (
        "not_measured",
        "cases are timed across the glass, which this assignment turns off",
    )
    assert results.score.pillars.speed is None
    assert results.verdict == "accepted"


def test_ones_own_code_runs_in_the_process_sandbox_too(tmp_path):
    from grader import pipeline, workshop
    from grader.assignment import load
    from grader.progress import Silent
    from grader.sandbox.process import ProcessSandbox

    for folder in ("assignment/tests/hidden", "submission"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "assignment/assignment.toml").write_text(OFF)
    (tmp_path / "assignment/tests/hidden/test_it.py").write_text(TWO_TESTS)
    (tmp_path / "submission/answer.py").write_text("def double(n):\n    return 2 * n if n else None\n")
    with workshop.services(ProcessSandbox(), Silent()) as warm:
        shop = workshop.prepare(warm, load.load(str(tmp_path / "assignment"), tmp_path), "hidden")
        results = pipeline.grade(str(tmp_path / "submission"), shop, seed=1)

    assert outcomes(results) == {"test_first": "passed", "test_second": "failed"}
    assert (results.reason, results.glass) == (None, "off")
