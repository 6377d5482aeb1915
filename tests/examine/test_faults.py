"""A fault of the examiner's is ours: it is told in words, and nobody is failed for it."""

import pytest

from grader.assignment import load
from grader.errors import NotGraded
from grader.examine import suite
from grader.sandbox.process import ProcessSandbox
from grader.speed import race

TOML = """\
schema = "grader.assignment/1"
id = "sample"
[door]
kind = "import"
modules = ["answer"]
[[speed]]
id = "numbers"
call = "answer:numbers"
inputs = "speed.py"
sizes = [100]
[[solutions]]
path = "reference"
expect = "accepted"
reference = true
"""


class Examiner:
    """Says what it is told to."""

    def __init__(self, *messages):
        self._messages = iter(messages)

    def send(self, message):
        """Hear it, and do nothing."""

    def receive(self, _timeout_s):
        return next(self._messages, None)


@pytest.fixture
def assignment(tmp_path):
    for name, text in {"tests/hidden/test_a.py": "", "reference/answer.py": "", "speed.py": ""}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "assignment.toml").write_text(TOML)
    return load.load(str(tmp_path), tmp_path)


def whole(error):
    return error.code, error.what, error.why, error.do


OURS = "This is a fault of the grader or of its container engine, so it says nothing about the submission."
AGAIN = "Repeat the command; if it fails again, look at: grader doctor. The submission was not graded."


@pytest.mark.parametrize(
    ("messages", "told"),
    [
        pytest.param([{"type": "fault", "message": "OSError: full"}], "OSError: full", id="it says so"),
        pytest.param([], "no answer within 120 s", id="it says nothing"),
    ],
)
def test_an_examiner_that_fails(assignment, messages, told):
    with pytest.raises(NotGraded) as caught:
        suite.collect(Examiner(*messages), ProcessSandbox(), assignment, "hidden", None)

    assert whole(caught.value) == ("G303", f"the examiner failed: {told}", OURS, AGAIN)


@pytest.mark.parametrize(
    ("message", "told"),
    [
        pytest.param({"type": "fault", "message": "OSError: full"}, "OSError: full", id="it says so"),
        pytest.param({"type": "pair", "case": "numbers", "size": "x"}, "a pair of timings that is none", id="nonsense"),
    ],
)
def test_a_race_that_fails(assignment, message, told):
    course = race.Course(assignment, assignment.rules.speed, 1, 5.0)

    with pytest.raises(NotGraded) as caught:
        race.race(Examiner({"type": "settled"}, message), course, lambda: None, lambda *_: None)

    assert whole(caught.value) == ("G321", f"the race failed: {told}", OURS, AGAIN)
