"""Every outcome of the contract, provoked in real containers: one bad call costs one test."""

import pytest

pytestmark = pytest.mark.docker

TWO_TESTS = """
from answer import double

def test_first():
    assert double(2) == 4

def test_second():
    assert double(0) == 0
"""


def outcomes(results):
    return {test.id.partition("::")[2]: test.outcome for test in results.tests}


def test_a_right_answer_passes(grade):
    results = grade(TWO_TESTS, {"answer.py": "def double(n):\n    return 2 * n\n"})

    assert results.verdict == "accepted"
    assert outcomes(results) == {"test_first": "passed", "test_second": "passed"}


def test_a_wrong_answer_fails_with_what_was_got(grade):
    results = grade(TWO_TESTS, {"answer.py": "def double(n):\n    return n * n + 1\n"})

    assert outcomes(results) == {"test_first": "failed", "test_second": "failed"}
    assert results.tests[0].message.startswith("assert 5 == 4")


def test_exit_at_import_is_a_crash_not_a_pass(grade):
    results = grade(TWO_TESTS, {"answer.py": "raise SystemExit(0)\n"})

    assert results.verdict == "failed"
    assert outcomes(results) == {"test_first": "crashed", "test_second": "crashed"}


def test_a_hang_costs_one_test(grade):
    results = grade(TWO_TESTS, {"answer.py": "def double(n):\n    while n:\n        pass\n    return 0\n"})

    assert outcomes(results) == {"test_first": "timeout", "test_second": "passed"}


def test_a_crash_costs_one_test(grade):
    code = "import os\n\ndef double(n):\n    if n:\n        os._exit(0)\n    return 0\n"

    results = grade(TWO_TESTS, {"answer.py": code})

    assert outcomes(results) == {"test_first": "crashed", "test_second": "passed"}


def test_too_much_memory_is_told_apart_from_a_crash(grade):
    code = "def double(n):\n    if n:\n        hoard = bytearray(500 * 1024 * 1024)\n        return len(hoard)\n    return 0\n"

    results = grade(TWO_TESTS, {"answer.py": code})

    assert outcomes(results) == {"test_first": "memory", "test_second": "passed"}


def test_every_test_starts_in_an_empty_folder_that_is_there(grade):
    hidden = "from answer import where\n\n" + "\n".join(
        f"def test_{n}():\n    assert where() == []\n" for n in range(3)
    )
    code = (
        "import os\n\ndef where():\n    names = os.listdir(os.getcwd())\n    open('x', 'w').close()\n    return names\n"
    )

    results = grade(hidden, {"answer.py": code})

    assert outcomes(results) == {"test_0": "passed", "test_1": "passed", "test_2": "passed"}


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

    results = grade(hidden, {"answer.py": "def double(n):\n    raise ValueError(n)\n"})

    assert outcomes(results) == {"test_with_fixture": "error"}


def test_the_suite_limit_leaves_the_rest_not_run(grade):
    hidden = "from answer import wait\n\n" + "\n".join(f"def test_{n}():\n    wait()\n" for n in range(4))
    toml = """
schema = "grader.assignment/1"
id = "sample"
door = {kind = "import", modules = ["answer"]}
limits = {test_s = 1, suite_s = 2}
solutions = [{path = "reference", expect = "accepted", reference = true}]
"""

    results = grade(hidden, {"answer.py": "def wait():\n    while True:\n        pass\n"}, toml)

    assert outcomes(results)["test_0"] == "timeout"
    assert outcomes(results)["test_3"] == "not_run"


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

    results = grade(hidden, {"answer.py": "def double(n):\n    return 2 * n\n"})

    assert outcomes(results) == {
        "test_skips_at_run_time": "failed",
        "test_fails_as_marked": "passed",
        "test_passes_against_its_mark": "failed",
    }


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("def double(n)\n    return n\n", "G311", id="syntax error"),
        pytest.param("raise RuntimeError('no')\n", "G313", id="raises at import"),
    ],
)
def test_what_python_cannot_import_is_not_gradable(grade, code, expected):
    results = grade(TWO_TESTS, {"answer.py": code})

    assert (results.verdict, results.reason.code, results.score) == ("not_gradable", expected, None)


def test_a_missing_module_is_named(grade):
    results = grade(TWO_TESTS, {"answers.py": "def double(n):\n    return 2 * n\n"})

    assert (results.verdict, results.reason.code) == ("not_gradable", "G312")
    assert "answer" in results.reason.message


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("import time\ntime.sleep(3600)\n", id="hangs"),
        pytest.param("print('x' * 1024 * 1024 * 1024)\n", id="prints a gigabyte"),
        pytest.param("import os\nwhile True:\n    os.fork()\n", id="forks"),
    ],
)
def test_an_import_that_misbehaves_passes_no_test_and_ends(grade, code):
    results = grade(TWO_TESTS, {"answer.py": code})

    assert results.verdict in {"failed", "not_gradable"}
    assert "passed" not in outcomes(results).values()


def test_a_break_in_the_middle_of_fixtures_costs_no_other_test(grade):
    hidden = """
import pytest
from answer import double

@pytest.fixture
def broken():
    yield 1
    double(2)

@pytest.mark.parametrize("n", [1, 2, 3])
def test_one(broken, n):
    if n == 2:
        double(2)

def test_other():
    assert double(0) == 0
"""
    code = "import os\n\ndef double(n):\n    if n:\n        os._exit(0)\n    return 0\n"

    results = grade(hidden, {"answer.py": code})

    assert outcomes(results)["test_other"] == "passed"


def test_where_the_candidates_opinion_decided_is_noted_for_the_reviewer(grade):
    hidden = """
from answer import Clock

def test_equal_clocks():
    assert Clock(1) == Clock(1)

def test_hour():
    assert Clock(1).hour == 1
"""
    code = """
class Clock:
    def __init__(self, hour): self.hour = hour
    def __eq__(self, other): return self.hour == other.hour
"""

    results = grade(hidden, {"answer.py": code}, reference=code)

    assert results.provenance.notes == (
        "1 comparison was decided by the candidate's own code, in test_it.py::test_equal_clocks",
    )


def test_an_answer_that_keeps_the_examiner_busy_where_no_signal_reaches_it_costs_one_test(grade):
    hidden = """
from answer import double

def test_first():
    assert sum(double(2)) == 4

def test_second():
    assert double(0) == 0
"""

    results = grade(hidden, {"answer.py": "def double(n):\n    return range(10**18) if n else 0\n"})

    assert outcomes(results) == {"test_first": "timeout", "test_second": "passed"}


def test_a_name_that_cannot_be_had_fails_the_test_not_the_run(grade):
    code = "def __getattr__(name):\n    raise SystemExit(name)\n"

    results = grade(TWO_TESTS, {"answer.py": code})

    assert results.verdict == "failed"
    assert set(outcomes(results).values()) == {"error"}


def test_much_output_costs_no_test(grade):
    hidden = "import pytest\nfrom answer import shout\n\n@pytest.mark.parametrize('n', range(60))\ndef test_one(n):\n    shout()\n"
    code = "import sys\n\ndef shout():\n    print('x' * 900_000)\n    print('x' * 900_000, file=sys.stderr)\n"

    results = grade(hidden, {"answer.py": code})

    assert set(outcomes(results).values()) == {"passed"}


NAMED = """\
schema = "grader.assignment/1"
id = "named"
door = {{kind = "import", modules = ["{name}"]}}
solutions = [{{path = "reference", expect = "accepted", reference = true}}]
"""


@pytest.mark.parametrize("name", ["files", "run", "codec"])
def test_a_submissions_module_may_be_named_like_one_of_the_examiners(grade, name):
    hidden = TWO_TESTS.replace("answer", name)
    toml = NAMED.format(name=name)
    right = "def double(n):\n    return 2 * n\n"

    results = grade(hidden, {f"{name}.py": right}, toml)

    assert outcomes(results) == {"test_first": "passed", "test_second": "passed"}


def test_a_failed_test_tells_what_it_asked_and_a_passed_one_nothing(grade):
    results = grade(
        hidden=(
            "from answer import double\n\n"
            "def test_no():\n    assert double(2) == 41\n\n"
            "def test_yes():\n    assert double(2) == 4\n"
        ),
        submission={"answer.py": "def double(n):\n    return 2 * n\n"},
    )

    assert {test.id.partition("::")[2]: test.calls for test in results.tests} == {
        "test_no": ("double(2) → 4",),
        "test_yes": (),
    }


def test_a_hanging_test_tells_the_call_that_never_came_back(grade):
    results = grade(
        hidden="from answer import double\n\ndef test_it():\n    double(7)\n",
        submission={"answer.py": "def double(n):\n    while True: pass\n"},
    )

    assert [(test.outcome, test.calls) for test in results.tests] == [("timeout", ("double(7)",))]
