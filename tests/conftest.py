"""What a test needs of the machine, and what happens where the machine lacks it.

Tests that need a container engine, a browser or the public corpora are skipped without them, and the last line of the run
counts and names what was missing. Under CI a lack is a failure, so that no skipped test passes for a run.
"""

import functools
import os
import shutil
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("shared-machine", deadline=None)
settings.load_profile("shared-machine")

_MUST = bool(os.environ.get("CI") or os.environ.get("GRADER_REQUIRE_DOCKER"))
_missing: Counter[str] = Counter()


def _engine() -> str | None:
    from grader.errors import NotGraded
    from grader.sandbox import engine

    try:
        engine.connect().close()
    except NotGraded:
        return "no container engine answers (make engine)"
    return None


def _gvisor() -> str | None:
    lack = _engine() or _second_engine()
    return lack or (None if shutil.which("runsc") else "gVisor is not installed (apt install runsc)")


def _podman() -> str | None:
    lack = _engine() or _second_engine()
    return lack or (None if shutil.which("podman") else "Podman is not installed (apt install podman)")


def _second_engine() -> str | None:
    return None if os.geteuid() == 0 and shutil.which("dockerd") else "a second engine needs root and dockerd"


def _browser() -> str | None:
    return None if shutil.which("chromium") else "chromium is not installed"


def _corpora() -> str | None:
    folder = os.environ.get("GRADER_CORPORA")
    there = folder and Path(folder, "HumanEval.jsonl.gz").is_file()
    return None if there else "GRADER_CORPORA does not name the public corpora"


def browser_tools():
    """Where `make browser-tools` puts what looks at pages in a browser."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("GRADER_BROWSER_TOOLS") or Path(cache, "grader/browser-tools"), "node_modules")


def _browser_tools() -> str | None:
    there = (browser_tools() / "axe-core/axe.min.js").is_file() and (browser_tools() / "lighthouse").is_dir()
    return None if there else "axe-core and Lighthouse are not installed (make browser-tools)"


_NEEDS = {
    "docker": _engine,
    "gvisor": _gvisor,
    "podman": _podman,
    "browser": _browser,
    "browser_tools": _browser_tools,
    "corpora": _corpora,
}


def pytest_collection_modifyitems(items):
    """Mark what can't run here; each need is looked at once."""
    used = {mark.name for item in items for mark in item.iter_markers() if mark.name in _NEEDS}
    lacks = {name: lack for name in used if (lack := _NEEDS[name]())}
    for item in items:
        for mark in item.iter_markers():
            if mark.name in lacks:
                item.user_properties.append(("lack", lacks[mark.name]))
                break


def pytest_runtest_setup(item):
    """Skip for a lack, or fail for it where everything must run."""
    lack = dict(item.user_properties).get("lack")
    if lack and _MUST:
        pytest.fail(lack)
    if lack:
        pytest.skip(lack)


def pytest_terminal_summary(terminalreporter):
    """Count what was skipped for a lack; where several processes share the tests, only this one hears of all."""
    for report in terminalreporter.stats.get("skipped", []):
        _missing.update(reason for name, reason in report.user_properties if name == "lack")


def pytest_unconfigure():
    """The last line names what was skipped, and why."""
    if _missing and not _MUST:
        told = "; ".join(f"{count} tests: {lack}" for lack, count in _missing.items())
        print(f"\nnot run here: {told}")


@pytest.fixture(scope="session")
def tools():
    """The folder of axe-core and Lighthouse."""
    return browser_tools()


@pytest.fixture(scope="session")
def services():
    """The warm examiner and analysers in Docker, one pair for the whole run."""
    from grader import workshop
    from grader.progress import Silent
    from grader.sandbox import choose

    sandbox = choose.pick("docker", "grade", os.environ.get("GRADER_BASE_IMAGE", "python:3.12-slim"), Silent())
    with workshop.services(sandbox, Silent()) as warm:
        yield warm


TOML = """\
schema = "grader.assignment/1"
id = "sample"

[door]
kind = "import"
modules = ["answer"]

[limits]
test_s = 2
suite_s = 20
memory = 64

[[solutions]]
path = "reference"
expect = "accepted"
reference = true
"""


@pytest.fixture
def grade(services, grade_on):
    """Grade a submission (files by name) against hidden tests (the text of one file)."""
    return functools.partial(grade_on, services)


@pytest.fixture
def grade_on(tmp_path):
    """`grade`, with warm services of one's own as the first argument."""

    from grader import pipeline, workshop
    from grader.assignment import load

    def run(services, hidden, submission, toml=TOML, reference="double = lambda n: 2 * n\n"):
        folder = tmp_path / "assignment"
        write(
            folder,
            {
                "assignment.toml": toml,
                "tests/hidden/test_it.py": hidden,
                "reference/answer.py": reference,
            },
        )
        write(tmp_path / "submission", submission)
        shop = workshop.prepare(services, load.load(str(folder), tmp_path), "hidden")
        results = pipeline.grade(str(tmp_path / "submission"), shop, seed=1)
        services.examiner.send({"type": "forget", "assignment": shop.suite.assignment.digest})  # hundreds are no use
        return results

    return run


@pytest.fixture(scope="session")
def recorded():
    """A function: evidence, scored by an assignment's rules, as the record of a run."""
    from grader.assignment.model import Door, Rules
    from grader.results.model import SCHEMA, AssignmentRef, Results, SubmissionRef
    from grader.results.provenance import Host, Provenance
    from grader.score import total

    sample = Rules("grader.assignment/1", "sample", Door("import", ("answer",)))

    def record(evidence, rules=sample, id_="ana-01234567"):
        grade = total.grade(rules, evidence)
        return Results(
            schema=SCHEMA,
            assignment=AssignmentRef(rules.id, rules.title or rules.id, rules.version, "sha256:" + "a" * 64),
            submission=SubmissionRef(id_, "sha256:" + "b" * 64, f"{id_}.zip", 1),
            verdict=grade.verdict,
            reason=None,
            level="hidden",
            tests=evidence.tests,
            groups=grade.groups,
            findings=evidence.findings,
            measurements=evidence.measurements,
            functions=evidence.functions,
            speed=evidence.timings,
            criteria=grade.criteria,
            score=grade.score,
            gates=grade.gates,
            improvements=grade.improvements,
            glass="on",
            sources=(),
            provenance=Provenance(
                grader="0.1.0",
                runner_images=(),
                sandbox="docker",
                runtime="runc",
                started_at="2026-01-01T10:00:00Z",
                finished_at="2026-01-01T10:00:05Z",
                host=Host(2, 4096, evidence.noise or None),
                seed=7,
                analysed=evidence.analysed,
                analysable=evidence.analysable,
            ),
            rubric=grade.rubric,
            checks=evidence.checks,
            own_tests=evidence.own_tests,
            pace=evidence.pace,
        )

    return record


def write(folder, files):
    """Write text files below a folder."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
