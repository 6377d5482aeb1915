"""Which lines the own tests ran, by the word of the side that is on trial."""

import pytest

from grader.quality import coverage
from grader.results.observations import Covered

FILES = {"a.py": b"x = 1\ny = 2\nz = 3\n", "b.py": b"x = 1\n"}


def test_lines_are_those_of_files_that_there_are():
    told = {"a.py": [[1, 2], [3]], "b.py": [[], [1]], "/etc/passwd": [[1], []]}

    assert coverage.lines(told, FILES) == (Covered("a.py", (1, 2), (3,)), Covered("b.py", (), (1,)))


@pytest.mark.parametrize(
    ("told", "covered"),
    [
        (None, ()),
        ([["a.py", [1], [2]]], ()),
        ({"a.py": "1"}, ()),
        ({"a.py": [[1]]}, ()),
        ({"a.py": [[1, True, -1, 0, 10**9, "2", 1.5, 1], [1, 4, 5]]}, (Covered("a.py", (), (1, 4)),)),
    ],
)
def test_nothing_of_it_is_believed(told, covered):
    assert coverage.lines(told, FILES) == covered
