"""Workers of one batch share what is known of their machine."""

import os

import pytest

from grader.assignment import load
from grader.batch.engine import Job
from grader.batch.quiet import Quiet
from grader.batch.survey import Listed
from grader.batch.worker import Task, Worker
from grader.intake import source
from grader.intake.member import Member
from grader.sandbox import choose

TOML = """\
schema = "grader.assignment/1"
id = "sample"

[door]
kind = "import"
modules = ["answer"]

[limits]
speed_s = 60

[[speed]]
id = "total"
call = "answer:total"
inputs = "tests/speed/total.py"
sizes = [20000]

[[solutions]]
path = "reference"
expect = "accepted"
reference = true
"""
FILES = {
    "assignment.toml": TOML,
    "tests/hidden/test_it.py": "from answer import total\n\ndef test_it():\n    assert total([1, 2]) == 5\n",
    "tests/speed/total.py": (
        "def make(seed, size):\n    return (list(range(seed % 100, size)),)\n\n"
        "def check(arguments, result):\n    assert result == sum(n * n for n in arguments[0])\n"
    ),
    "reference/answer.py": "def total(numbers):\n    return sum(n * n for n in numbers)\n",
}


class Stages:
    """Notes the stages of all workers."""

    def __init__(self):
        self.seen = []

    def stage(self, _id, name, _detail=""):
        self.seen.append(name)

    def step(self, *_):
        """Nobody looks."""

    note = step


@pytest.mark.docker
def test_the_noise_of_a_machine_is_measured_once_for_all_its_workers(tmp_path):
    for name, text in FILES.items():
        (tmp_path / "a" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "a" / name).write_text(text)
    base, stages = os.environ.get("GRADER_BASE_IMAGE", "python:3.12-slim"), Stages()
    assignment = load.load(str(tmp_path / "a"), tmp_path)
    task = Task(assignment, 1, lambda told: choose.pick("docker", "grade", base, told), Quiet(), stages)
    member = Member("ana", str(tmp_path / "a" / "reference"), "reference")
    taken = source.take(member.path)
    job = Job(Listed(member, "ana", taken.digest, 0), "key")

    noises = []
    for number in range(2):
        worker = Worker(task, f"local-{number}")
        noises.append(worker.grade(job, taken).provenance.host.noise)
        worker.close()

    assert (stages.seen.count("noise"), stages.seen.count("speed")) == (1, 2)
    assert noises[0] == noises[1]
