"""What an assignment promises and forbids around the code: packages, images, output."""

import contextlib
import os
import platform
import subprocess
import sys

import pytest

from grader import workshop
from grader.assignment import load
from grader.errors import NotGraded, UsageError
from grader.progress import Silent
from grader.sandbox import engine
from grader.sandbox.process import ProcessSandbox

BASE = os.environ.get("GRADER_BASE_IMAGE", "python:3.12-slim")
TOML = """\
schema = "grader.assignment/1"
id = "sample"
[door]
kind = "import"
modules = ["answer"]
{more}
[[solutions]]
path = "reference"
expect = "accepted"
reference = true
"""


@pytest.fixture(params=[pytest.param("docker", marks=pytest.mark.docker), "process"])
def warm(request):
    """The warm services of each sandbox."""
    if request.param == "docker":
        yield request.getfixturevalue("services")
        return
    with workshop.services(ProcessSandbox(), Silent()) as mine:
        yield mine


def outcomes(results):
    return {test.id.partition("::")[2]: (test.outcome, test.message) for test in results.tests}


NEEDS = """
import answer
import toolz

def test_the_suite_has_its_own(): assert toolz.__version__ == "1.0.0"
def test_the_submission_has_its_own(): assert answer.plural("box") == "boxes"
def test_the_submission_has_not_the_suites(): assert answer.has("toolz") is False
def test_the_suite_has_not_the_submissions():
    import importlib.util
    assert importlib.util.find_spec("inflection") is None
"""
PLURAL = """
import importlib.util
import inflection
def plural(word): return inflection.pluralize(word)
def has(name): return importlib.util.find_spec(name) is not None
"""


def test_each_side_imports_the_packages_that_the_assignment_names_for_it(warm, grade_on):
    toml = TOML.format(more='[environment]\npackages = ["inflection==0.5.1"]\ntest_packages = ["toolz==1.0.0"]')

    results = grade_on(warm, NEEDS, {"answer.py": PLURAL}, toml, PLURAL)

    assert {name: outcome for name, (outcome, _) in outcomes(results).items()} == {
        "test_the_suite_has_its_own": "passed",
        "test_the_submission_has_its_own": "passed",
        "test_the_submission_has_not_the_suites": "passed",
        "test_the_suite_has_not_the_submissions": "passed",
    }


def test_without_the_glass_both_are_there_for_both(warm, grade_on):
    environment = '[environment]\npackages = ["inflection==0.5.1"]\ntest_packages = ["toolz==1.0.0"]'
    toml = TOML.format(more=environment).replace('kind = "import"', 'kind = "import"\nglass = "off"')
    hidden = NEEDS.partition("def test_the_submission_has_not")[0]

    results = grade_on(warm, hidden, {"answer.py": PLURAL}, toml, PLURAL)

    assert outcomes(results) == {
        "test_the_suite_has_its_own": ("passed", None),
        "test_the_submission_has_its_own": ("passed", None),
    }


def test_a_version_that_does_not_exist_is_told_before_anything_runs(warm, grade_on):
    toml = TOML.format(more='[environment]\npackages = ["inflection==99.9"]')

    with pytest.raises(NotGraded) as caught:
        grade_on(warm, "def test_a(): pass", {"answer.py": ""}, toml, "")

    error = caught.value
    assert error.code == "G422"
    assert error.what.startswith("the packages inflection==99.9 can't be collected for Python 3.")
    assert error.what.endswith(": No matching distribution found for inflection==99.9")
    assert (error.why, error.do) == (
        "An assignment names them under [environment]; pip takes wheels of exactly these versions, and builds nothing.",
        "See that this machine reaches a package index and that the versions exist. Nothing was run.",
    )


@pytest.mark.parametrize(
    "name", ["toolz", "toolz>=1", "toolz==1.*", "--index-url=x", "toolz==1.0.0; x", "git+https://x"]
)
def test_a_package_without_an_exact_version_is_a_mistake_with_its_line(tmp_path, name):
    (tmp_path / "tests/hidden").mkdir(parents=True)
    (tmp_path / "reference").mkdir()
    (tmp_path / "assignment.toml").write_text(TOML.format(more=f'[environment]\ntest_packages = ["{name}"]'))

    with pytest.raises(UsageError) as caught:
        load.load(str(tmp_path), tmp_path)

    told = f'"{name}" is not pinned: write name==1.2.3, and each package that it needs itself'
    assert (caught.value.code, caught.value.what) == ("G102", f"{tmp_path}/assignment.toml:7: {told}")


def test_an_image_needs_containers(grade_on):
    toml = TOML.format(more='[environment]\nimage = "python:3.12-slim"')

    with (
        workshop.services(ProcessSandbox(), Silent()) as mine,
        pytest.raises(UsageError) as caught,
    ):
        grade_on(mine, "def test_a(): pass", {"answer.py": ""}, toml, "")

    error = caught.value
    assert (error.code, error.what, error.why, error.do) == (
        "G423",
        "the assignment needs the image python:3.12-slim, and the process sandbox has none",
        "An image holds what the brief promises a candidate; without it a submission would fail unjustly.",
        "Start a container engine and use --sandbox docker. Nothing was run.",
    )


@pytest.fixture
def image():
    """An image that has a file which no other has; gone afterwards, with what was built on it."""
    client = engine.connect()
    marks = ["python3", "-c", "open('/marked', 'w').write('by the image')"]
    container = client.containers.create(BASE, marks, network_mode="none")
    container.start()
    container.wait()
    made = container.commit("grader-test-image", "marked")
    container.remove(force=True)
    yield "grader-test-image:marked"
    layers = made.attrs["RootFS"]["Layers"]
    for child in client.images.list("grader-python"):
        if child.attrs["RootFS"]["Layers"][: len(layers)] == layers:
            client.images.remove(child.id, force=True)
    client.images.remove(made.id, force=True)


@pytest.mark.docker
def test_the_image_that_an_assignment_names_is_what_a_submission_runs_in(services, grade_on, image):
    toml = TOML.format(more=f'[environment]\nimage = "{image}"')
    code = "def marked(): return open('/marked').read()"

    results = grade_on(
        services,
        "import answer\ndef test_a(): assert answer.marked() == 'by the image'",
        {"answer.py": code},
        toml,
        code,
    )

    assert outcomes(results) == {"test_a": ("passed", None)}


PRINTS = """
import sys
def flood(count, stream="stdout"):
    getattr(sys, stream).write("é" * count)
"""
LISTENS = """
import answer

def test_below(capsys):
    answer.flood(1024 * 1024 - 5)
    assert len(capsys.readouterr().out) == 1024 * 1024 - 5

def test_above(capsys):
    answer.flood(3_000_000)
    answer.flood(10, "stderr")
    said = capsys.readouterr()
    assert said.out == "é" * (1024 * 1024) + "\\n[what is printed beyond 2 MiB is cut]\\n"
    assert said.err == ""

def test_each_test_has_its_own(capsys):
    answer.flood(3)
    assert capsys.readouterr().out == "ééé"
"""


def test_a_test_of_the_candidate_prints_what_the_limit_allows_and_no_more(warm, grade_on):
    toml = TOML.format(more="[limits]\noutput = 2")

    results = grade_on(warm, LISTENS, {"answer.py": PRINTS}, toml, PRINTS)

    assert outcomes(results) == {
        "test_below": ("passed", None),
        "test_above": ("passed", None),
        "test_each_test_has_its_own": ("passed", None),
    }


def test_a_python_that_is_too_old_is_told_with_both_versions(grade_on):
    toml = TOML.format(more='[environment]\npython = "3.99"')

    with workshop.services(ProcessSandbox(), Silent()) as mine, pytest.raises(UsageError) as caught:
        grade_on(mine, "def test_a(): pass", {"answer.py": ""}, toml, "")

    error = caught.value
    assert (error.code, error.what, error.why, error.do) == (
        "G304",
        f"the assignment 'sample' needs Python 3.99, the sandbox has {platform.python_version()}",
        "A submission may use whatever the brief promised, so an older Python would fail it unjustly.",
        "Choose a newer base image (GRADER_BASE_IMAGE), then: grader image build. Nothing was run.",
    )


@contextlib.contextmanager
def crowded_core(competitors):
    """This process and all that it starts share one core with others that work without end."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    others = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(competitors)]
    try:
        yield
    finally:
        for other in others:
            other.kill()
            other.wait()
        os.sched_setaffinity(0, before)


BUSY = """
import time
def work(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass
    return True
def rest(seconds):
    time.sleep(seconds)
    return True
"""


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="needs a system that pins processes to cores")
def test_who_waits_for_a_core_that_others_have_gets_that_time_back_and_who_sleeps_does_not(grade_on):
    toml = TOML.format(more="[limits]\ntest_s = 2")
    hidden = """
from answer import rest, work
def test_is_held_back(): assert work(1.2)
def test_has_had_its_time(): assert work(60)
def test_sleeps(): assert rest(60)
"""
    with crowded_core(2), workshop.services(ProcessSandbox(), Silent()) as warm:
        results = grade_on(warm, hidden, {"answer.py": BUSY}, toml, BUSY)

    assert outcomes(results) == {
        "test_is_held_back": ("passed", None),
        "test_has_had_its_time": ("timeout", "over the limit of 2 s"),
        "test_sleeps": ("timeout", "over the limit of 2 s"),
    }
