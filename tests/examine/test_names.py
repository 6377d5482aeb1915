"""Names of the submission in a suite, wherever they stand while nobody is there to be asked."""

import pytest

pytestmark = pytest.mark.docker

CODE = """
MARK = "mark"

def double(n): return 2 * n
def test_looks_like_one(): pass

class Base: pass
"""


def outcomes(results):
    return {test.id.partition("::")[2]: (test.outcome, test.message) for test in results.tests}


def test_names_in_lists_tuples_dicts_and_classes_mean_the_submissions(grade):
    hidden = """
import pytest
from answer import MARK, Base, double

ROWS = [["a", 1], MARK, (double, {"mark": MARK})]

class TestIt:
    made, text = Base, MARK

    def test_of_a_class(self):
        assert (isinstance(self.made(), Base), self.text) == (True, "mark")

def test_in_a_list():
    assert ROWS[1] == "mark"
    assert ROWS[2][1] == {"mark": "mark"}
    assert ROWS[2][0](2) == 4

@pytest.mark.parametrize("row", [{"expected": MARK}])
def test_in_a_parameter(row):
    assert row == {"expected": "mark"}
"""
    results = grade(hidden, {"answer.py": CODE})

    assert set(outcomes(results).values()) == {("passed", None)}


def test_a_function_of_the_submissions_is_no_test_though_it_is_named_like_one(grade):
    hidden = """
import answer
from answer import *

def test_double():
    assert answer.double(2) == 4
"""
    results = grade(hidden, {"answer.py": CODE}, reference=CODE)

    assert outcomes(results) == {"test_double": ("passed", None)}


def test_a_package_may_give_the_name_of_a_module_of_its_own_to_a_function(grade):
    hidden = """
from answer.double import double as inner
from answer import double

def test_it():
    assert (double(2), inner(2)) == (4, 4)
"""
    package = {
        "answer/__init__.py": "from answer.double import double\n",
        "answer/double.py": "def double(n): return 2 * n\n",
    }
    results = grade(hidden, package)

    assert outcomes(results) == {"test_it": ("passed", None)}
