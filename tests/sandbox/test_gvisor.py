"""Under gVisor each container has a kernel of its own: outcomes are the same, and the longer way between them is sealed."""

import os
import platform

import pytest

from grader import workshop
from grader.progress import Silent
from grader.sandbox.docker import DockerSandbox

pytestmark = pytest.mark.gvisor

BASE = os.environ.get("GRADER_BASE_IMAGE", "python:3.12-slim")


@pytest.fixture(scope="module")
def services(gvisor_engine):
    """The warm examiner and analysers, behind gVisor."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOCKER_HOST", gvisor_engine)
        sandbox = DockerSandbox(BASE, Silent(), "runsc")
        with workshop.services(sandbox, Silent()) as warm:
            yield warm


ANSWER = """
def double(n): return 2 * n
def numbers(count): return list(range(count))
"""


def test_the_kernel_that_a_submission_sees_is_not_the_hosts(services, grade_on):
    hidden = "import answer\ndef test_kernel(): assert answer.kernel() == 'another'"
    results = grade_on(services, hidden, {"answer.py": "import platform\ndef kernel(): return platform.release()"})

    assert platform.release() not in results.tests[0].message


FORGES = """
import os
def double(n):
    {attack}
    return None
"""


@pytest.mark.parametrize(
    "attack",
    [
        pytest.param("os.write(os.open('/proc/1/fd/1', os.O_WRONLY), bytes(65536))", id="noise on PID 1's output"),
        pytest.param("os.read(os.open('/proc/1/fd/0', os.O_RDONLY), 65536)", id="PID 1's input read away"),
        pytest.param("os.kill(1, 9)", id="PID 1 killed"),
        pytest.param("[os.fork() for _ in range(8)]", id="forks"),
    ],
)
def test_who_meddles_with_the_streams_loses_the_test_and_no_more(services, grade_on, attack):
    hidden = "import answer\ndef test_a(): assert answer.double(1) == 2\ndef test_b(): assert 1 == 1"

    results = grade_on(services, hidden, {"answer.py": FORGES.format(attack=attack)})

    a, b = (test.outcome for test in results.tests)
    assert a in ("failed", "crashed", "timeout", "memory")
    assert b == "passed"


SPEED = """
schema = "grader.assignment/1"
id = "sample"
[door]
kind = "import"
modules = ["answer"]
[[speed]]
id = "numbers"
call = "answer:numbers"
inputs = "speed.py"
sizes = [20000]
[[solutions]]
path = "reference"
expect = "accepted"
reference = true
"""


def test_speed_is_not_measured_with_a_clock_that_is_too_coarse(services, grade_on, tmp_path):
    (tmp_path / "assignment").mkdir()
    (tmp_path / "assignment/speed.py").write_text(
        "def make(seed, size): return (size,)\ndef check(given, made): pass\n"
    )
    hidden = "import answer\ndef test_a(): assert answer.double(1) == 2"

    results = grade_on(services, hidden, {"answer.py": ANSWER}, SPEED, ANSWER)

    assert [(timing.state, timing.why) for timing in results.speed] == [
        ("not_measured", "this runtime counts CPU time in steps that are too coarse for a race")
    ]
