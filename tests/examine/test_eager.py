"""A suite that needs the candidate while it is collected: listed with the reference, then collected for each submission."""

import pytest

pytestmark = pytest.mark.docker

TOML = """\
schema = "grader.assignment/1"
id = "eager"

[door]
kind = "import"
modules = ["answer"]
isolation = "{isolation}"

[limits]
test_s = 2
suite_s = 30
memory = 64

[[solutions]]
path = "reference"
expect = "accepted"
reference = true
"""
REFERENCE = """
CASES = [1, 2, 3]

class Base:
    def double(self, n): return n * self.factor()
    def factor(self): return 2
"""
HIDDEN = """
import pytest
from answer import *
import answer

class Own(answer.Base):
    def factor(self): return super().factor() + 1

@pytest.mark.parametrize("n", answer.CASES)
def test_double(n):
    assert answer.Base().double(n) == 2 * n

def test_own():
    assert Own().double(2) == 6
"""


@pytest.fixture
def outcomes(grade):
    """Grade a submission's text; gives outcomes by the test's name."""

    def run(code, hidden=HIDDEN, isolation="test", reference=REFERENCE):
        results = grade(hidden, {"answer.py": code}, TOML.format(isolation=isolation), reference)
        return {test.id.partition("::")[2]: test.outcome for test in results.tests}

    return run


def test_the_reference_passes(outcomes):
    expected = {
        "test_double[1]": "passed",
        "test_double[2]": "passed",
        "test_double[3]": "passed",
        "test_own": "passed",
    }

    assert outcomes(REFERENCE) == expected


def test_what_a_submission_keeps_from_being_collected_is_an_error_and_what_it_adds_is_nothing(outcomes):
    code = REFERENCE.replace("[1, 2, 3]", "[1, 3, 4, 5]")

    assert outcomes(code) == {
        "test_double[1]": "passed",
        "test_double[2]": "error",
        "test_double[3]": "passed",
        "test_own": "passed",
    }


def test_a_submission_that_lacks_a_name_fails_the_files_that_need_it(outcomes):
    assert set(outcomes("CASES = [1, 2, 3]\n").values()) == {"error"}


def test_a_submission_that_hangs_while_it_is_collected_times_out(outcomes):
    code = (
        REFERENCE
        + "\nclass _Meta(type):\n    def __iter__(self):\n        while True: pass\n\nclass CASES(metaclass=_Meta): pass\n"
    )

    assert set(outcomes(code).values()) == {"timeout"}


def test_a_submission_that_leaves_while_it_is_collected_passes_nothing(outcomes):
    code = REFERENCE + "\nclass Base:\n    def __init_subclass__(cls):\n        import os\n        os._exit(0)\n"

    assert set(outcomes(code).values()) == {"crashed"}


def test_a_lost_zygote_costs_one_test(outcomes):
    code = REFERENCE.replace(
        "return n * self.factor()",
        "return n * self.factor() if n != 2 else __import__('os').kill(__import__('os').getppid(), 9)",
    )

    assert outcomes(code) == {
        "test_double[1]": "passed",
        "test_double[2]": "failed",
        "test_double[3]": "passed",
        "test_own": "failed",
    }


SHARED = """
import pytest
import answer

@pytest.fixture(scope="module")
def counter():
    return answer.Counter()

def test_first(counter):
    assert counter.next() == 1

def test_second(counter):
    assert counter.next() == 2

def test_third(counter):
    assert counter.next() == 3
"""
COUNTER = """
class Counter:
    n = 0
    def next(self):
        self.n += 1
        return self.n
"""


@pytest.mark.parametrize(("isolation", "last"), [("module", "passed"), ("suite", "passed")])
def test_objects_live_as_long_as_the_assignment_says(outcomes, isolation, last):
    found = outcomes(COUNTER, SHARED, isolation, COUNTER)

    assert found == {"test_first": "passed", "test_second": "passed", "test_third": last}


def test_by_default_every_test_has_fresh_objects(outcomes):
    assert outcomes(COUNTER, SHARED, "test", COUNTER) == {
        "test_first": "passed",
        "test_second": "failed",
        "test_third": "failed",
    }


def test_a_hang_in_shared_state_costs_that_test_and_the_state(outcomes):
    code = COUNTER.replace("return self.n\n", "\n        while self.n == 2: pass\n        return self.n\n")

    assert outcomes(code, SHARED, "module", COUNTER) == {
        "test_first": "passed",
        "test_second": "timeout",
        "test_third": "failed",  # it begins anew, with 1
    }


def test_a_star_import_takes_what_the_reference_has_and_nothing_in_the_place_of_pytest(outcomes):
    hidden = """
import pytest
from answer import *

def test_raises():
    with pytest.raises(ValueError):
        Base().double(1)

def test_all():
    assert all(n == 7 for n in CASES)
"""
    code = (
        REFERENCE
        + """
class _Anything:
    def __call__(self, *args, **kwargs): return self
    def __getattr__(self, name): return self
    def __enter__(self): return self
    def __exit__(self, *error): return True

pytest = _Anything()
def all(values): return True
__all__ = ["CASES", "Base", "pytest", "all"]
"""
    )

    assert outcomes(code, hidden) == {"test_raises": "failed", "test_all": "failed"}
