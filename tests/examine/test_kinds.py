"""Whatever pytest runs: doctests of the suite's own, hypothesis, unittest with fixtures; and nothing of the candidate's."""

import pytest

pytestmark = pytest.mark.docker

CODE = '''
"""
>>> import os; os.environ["RAN"] = "module"
"""
def double(n):
    """
    >>> import os; os.environ["RAN"] = "function"
    """
    return 2 * n

double.__module__ = "test_it"

class Base:
    """
    >>> import os; os.environ["RAN"] = "class"
    """
Base.__module__ = "test_it"
'''


@pytest.fixture
def outcomes(grade, tmp_path):
    """Grade CODE against a suite's text; gives outcome and message by the test's name."""

    def run(hidden, configuration="", code=CODE):
        (tmp_path / "assignment/tests/hidden").mkdir(parents=True)
        (tmp_path / "assignment/tests/hidden/pytest.ini").write_text(f"[pytest]\n{configuration}")
        results = grade(hidden, {"answer.py": code}, reference=CODE)
        return {test.id.partition("::")[2]: (test.outcome, test.message) for test in results.tests}

    return run


def test_doctests_of_the_suites_own_files_are_tests_and_the_candidates_are_not(outcomes):
    hidden = '''
import os
from answer import *
import answer

def doubled():
    """
    >>> answer.double(2)
    4
    """

def test_nothing_else_ran():
    assert "RAN" not in os.environ
'''
    assert outcomes(hidden, "addopts = --doctest-modules\n") == {
        "test_it.doubled": ("passed", None),
        "test_nothing_else_ran": ("passed", None),
    }


@pytest.mark.parametrize("asked", ["testmod(answer)", "run_docstring_examples(answer.double, {})", "testmod()"])
def test_a_test_that_asks_for_the_candidates_doctests_runs_none_of_them(outcomes, asked):
    hidden = f"""
import doctest, os, sys
import answer
from answer import double, Base

def test_it():
    sys.modules["__main__"] = sys.modules[__name__]
    try:
        doctest.{asked}
    finally:
        assert "RAN" not in os.environ
    assert double(2) == 4
"""
    outcome, message = outcomes(hidden)["test_it"]

    assert outcome == ("passed" if asked == "testmod()" else "failed")
    assert message is None or "are the candidate's" in message


def test_hypothesis_and_unittest_are_what_they_are(outcomes):
    hidden = """
import unittest
import pytest
from hypothesis import Phase, given, settings, strategies as st
from answer import double

few = settings(max_examples=5, deadline=None, phases=[Phase.generate])

@pytest.fixture(params=[1])
def number(request):
    yield request.param

@pytest.fixture
def ready():
    yield

@few
@given(st.integers())
def test_any(n):
    assert double(n) == 2 * n

@few
@given(st.integers())
def test_not_any(n):
    assert double(n) == 1

def test_fixture(number):
    assert double(number) == pytest.approx(2 * number)

@pytest.mark.usefixtures("ready")
class TestOld(unittest.TestCase):
    def setUp(self):
        self.four = double(2)

    def test_four(self):
        for n in (1, 2):
            with self.subTest(n=n):
                self.assertEqual(self.four, 4)

    def test_one_of_many(self):
        for n in (1, 2):
            with self.subTest(n=n):
                self.assertEqual(double(n), 2)

    @pytest.mark.skip(reason="by the author")
    def test_skipped(self):
        raise AssertionError
"""
    found = {name: outcome for name, (outcome, _) in outcomes(hidden).items()}

    assert found == {
        "test_any": "passed",
        "test_not_any": "failed",
        "test_fixture[1]": "passed",
        "TestOld::test_four": "passed",
        "TestOld::test_one_of_many": "failed",
    }
