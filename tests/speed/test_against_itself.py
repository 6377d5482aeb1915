"""The reference against itself: full marks for run time."""

import pytest

from grader import pipeline, workshop
from grader.assignment import load

TOML = """\
schema = "grader.assignment/1"
id = "total"

[door]
kind = "import"
modules = ["answer"]

[limits]
speed_s = 30

[criteria.growth]
weight = 0

[[speed]]
id = "total"
call = "answer:total"
inputs = "tests/speed/total.py"
sizes = [4000]

[[solutions]]
path = "reference"
expect = "accepted"
reference = true
"""
REFERENCE = '''\
"""Sums of squares."""


def total(numbers: list[int]) -> int:
    """Sum the squares."""
    return sum(number * number % 7 for number in numbers for _ in range(20))
'''
INPUTS = """\
import random


def make(seed, size):
    draw = random.Random(seed)
    return ([draw.randrange(1000) for _ in range(size)],)


def check(arguments, result):
    assert result == sum(number * number % 7 for number in arguments[0] for _ in range(20))
"""


@pytest.fixture(scope="module")
def assignment(tmp_path_factory):
    """An assignment with one speed case."""
    folder = tmp_path_factory.mktemp("total")
    for name, text in {
        "assignment.toml": TOML,
        "tests/hidden/test_it.py": "from answer import total\n\ndef test_total():\n    assert total([1, 2]) == 100\n",
        "tests/speed/total.py": INPUTS,
        "reference/answer.py": REFERENCE,
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.mark.docker
def test_the_reference_against_itself_has_full_marks_wherever_it_is_measured(services, assignment):
    shop = workshop.prepare(services, load.load(str(assignment), assignment), "hidden")

    results = pipeline.grade(str(assignment / "reference"), shop, seed=1)

    # A machine that is busy with other things may leave too little time: then it says so, and costs nothing.
    runtime = next(criterion for criterion in results.criteria if criterion.id == "runtime")
    assert (runtime.score, results.score.pillars.speed) in ((100.0, 100.0), (None, None)), runtime.why
