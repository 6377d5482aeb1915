"""A grade is the same grade wherever the containers come from."""

import os

import pytest

from grader import workshop
from grader.progress import Silent
from grader.sandbox.docker import DockerSandbox

BASE = os.environ.get("GRADER_BASE_IMAGE", "python:3.12-slim")


@pytest.fixture(
    params=[pytest.param("gvisor", marks=pytest.mark.gvisor), pytest.param("podman", marks=pytest.mark.podman)]
)
def elsewhere(request):
    """Warm services on another engine, and the runtime that its containers have."""
    runtime = {"gvisor": "runsc", "podman": ""}[request.param]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOCKER_HOST", request.getfixturevalue(f"{request.param}_engine"))
        sandbox = DockerSandbox(BASE, Silent(), runtime)
        with workshop.services(sandbox, Silent()) as warm:
            yield warm, runtime or "runc"


HIDDEN = """
import time
import pytest
import answer

def test_value(): assert answer.double(21) == 42
def test_wrong(): assert answer.triple(1) == 3
def test_raises():
    with pytest.raises(answer.Odd, match="odd"):
        answer.half(3)
def test_callback(): assert answer.each([1, 2], lambda n: n + 1) == [2, 3]
def test_large(): assert sum(answer.numbers(200_000)) == 19999900000
def test_file(tmp_path):
    (tmp_path / "in").write_text("x")
    answer.copy(tmp_path / "in", tmp_path / "out")
    assert (tmp_path / "out").read_text() == "x"
def test_hang(): answer.hang()
def test_exit(): answer.leave()
def test_after(): assert answer.double(1) == 2
"""
ANSWER = """
import os, shutil
class Odd(ValueError): pass
def double(n): return 2 * n
def triple(n): return n
def half(n):
    if n % 2: raise Odd(f"{n} is odd")
    return n // 2
def each(items, function): return [function(item) for item in items]
def numbers(count): return list(range(count))
def copy(source, target): shutil.copy(source, target)
def hang():
    while True: pass
def leave(): os._exit(0)
"""


def outcomes(results):
    return {test.id.partition("::")[2]: test.outcome for test in results.tests}


def test_every_outcome_is_what_it_is_with_docker_alone(elsewhere, grade_on):
    services, runtime = elsewhere

    results = grade_on(services, HIDDEN, {"answer.py": ANSWER})

    assert outcomes(results) == {
        "test_value": "passed",
        "test_wrong": "failed",
        "test_raises": "passed",
        "test_callback": "passed",
        "test_large": "passed",
        "test_file": "passed",
        "test_hang": "timeout",
        "test_exit": "crashed",
        "test_after": "passed",
    }
    assert (results.provenance.sandbox, results.provenance.runtime) == ("docker", runtime)
