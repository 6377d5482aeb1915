"""A submission that its container can't hold: its own cause, told before anything runs."""

import pytest

from grader import workshop
from grader.errors import UsageError
from grader.progress import Silent
from grader.sandbox.process import ProcessSandbox

TOML = """\
schema = "grader.assignment/1"
id = "sample"
[door]
kind = "import"
modules = ["answer"]
[limits]
{limit}
[[solutions]]
path = "reference"
expect = "accepted"
reference = true
"""
HIDDEN = "import answer\n\ndef test_it(): assert answer.double(2) == 4\n"
RIGHT = "double = lambda n: 2 * n\n"
MIB = 2**20


def padded(mib):
    """A right answer, and beside it this much that nothing needs."""
    kib = int(mib * 1024)
    return {"answer.py": RIGHT} | {f"{at}.txt": "." * 1024 * min(512, kib - at) for at in range(0, kib, 512)}


@pytest.mark.docker
@pytest.mark.parametrize(
    ("limit", "files", "told"),
    [
        pytest.param("scratch = 2", padded(2), "3 MiB of scratch space, and there are 2", id="bytes"),
        pytest.param(
            "scratch = 1",
            {"answer.py": RIGHT} | {f"f{number}.txt": "." for number in range(256)},
            "2 MiB of scratch space, and there are 1",
            id="many small files",
        ),
        pytest.param("memory = 64", padded(25), "67 MiB of memory, and there are 64", id="memory"),
    ],
)
def test_one_that_does_not_fit_is_not_gradable_and_says_what_it_needs(grade_on, services, limit, files, told):
    results = grade_on(services, HIDDEN, files, TOML.format(limit=limit))

    assert (results.verdict, results.reason.code) == ("not_gradable", "G212")
    assert results.reason.message.endswith(f"submission: it needs {told}")


@pytest.mark.docker
@pytest.mark.parametrize(
    ("limit", "mib"),
    [
        pytest.param("scratch = 2", 1.9, id="bytes"),
        pytest.param("memory = 64\nscratch = 32", 23.9, id="memory"),
        pytest.param("memory = 64\nscratch = 32\nprocesses = 8", 23.9, id="memory and few processes"),
    ],
)
def test_one_that_just_fits_is_graded(grade_on, services, limit, mib):
    results = grade_on(services, HIDDEN, padded(mib), TOML.format(limit=limit))

    assert (results.verdict, results.tests[0].outcome, results.reason) == ("accepted", "passed", None)


def test_a_reference_that_does_not_fit_is_a_mistake_of_the_assignment(grade_on):
    with (
        workshop.services(ProcessSandbox(), Silent()) as mine,
        pytest.raises(UsageError) as caught,
    ):
        grade_on(mine, HIDDEN, {"answer.py": RIGHT}, TOML.format(limit="scratch = 1"), "#" * 2 * MIB)

    error = caught.value
    assert error.code == "G106"
    assert error.what.endswith("assignment/reference: it needs 2 MiB of scratch space, and there are 1")
    assert (error.why, error.do) == (
        "The reference is what submissions are held against, so it must be gradable itself.",
        "Correct it, or the limits in assignment.toml. Nothing was run.",
    )
