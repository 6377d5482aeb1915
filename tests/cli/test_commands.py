"""The command line: streams, exit codes, and what an error says."""

import contextlib
import json
import subprocess
import sys
from pathlib import Path

import docker.errors
import pytest

ROOT = Path(__file__).resolve().parents[2]
TOML = """\
schema = "grader.assignment/1"
id = "double"
[door]
kind = "import"
modules = ["answer"]
[[solutions]]
path = "reference"
expect = "accepted"
reference = true
"""
TEST = """
from answer import double

def test_doubles():
    assert double(21) == 42

def test_zero():
    assert double(0) == 0
"""


def grader(*arguments, **environment):
    import os

    command = [sys.executable, "-m", "grader", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment}, check=False)


@pytest.fixture
def assignment(tmp_path):
    """A small assignment's folder."""
    folder = tmp_path / "double"
    for name, text in {
        "assignment.toml": TOML,
        "tests/hidden/test_it.py": TEST,
        "tests/public/test_it.py": TEST,
        "reference/answer.py": "def double(n):\n    return 2 * n\n",
        "wrong/answer.py": "def double(n):\n    return n + 21 if n else 1\n",
        "all_wrong/answer.py": "def double(n):\n    return None\n",
        "broken/answer.py": "def double(n)\n",
        "kit.toml": TOML.partition("[[solutions]]")[0],
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.mark.docker
@pytest.mark.parametrize(
    ("submission", "verdict", "code"),
    [("reference", "accepted", 0), ("wrong", "failed", 0), ("all_wrong", "failed", 1), ("broken", "not_gradable", 3)],
)
def test_grade_ends_with_the_contracts_exit_code(assignment, tmp_path, submission, verdict, code):
    done = grader("grade", assignment, assignment / submission, "--out", tmp_path / "out", "--json")

    record = json.loads(done.stdout)
    assert (record["verdict"], done.returncode) == (verdict, code), done.stderr
    assert done.stderr.splitlines()[-1] == str(tmp_path / "out" / "report.html")
    assert json.loads((tmp_path / "out/results.json").read_text()) == record
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "report.html",
        "report.reviewer.html",
        "results.json",
    ]


@pytest.mark.docker
def test_what_is_not_gradable_is_one_line_that_names_the_file(assignment, tmp_path):
    done = grader("grade", assignment, assignment / "broken", "--out", tmp_path / "out", "--quiet")

    assert done.stderr.splitlines()[-2].startswith("G311: answer.py:1: SyntaxError")
    assert "Traceback" not in done.stderr


@pytest.mark.docker
def test_a_recorded_run_is_rendered_again_without_running_anything(assignment, tmp_path):
    grader("grade", assignment, assignment / "wrong", "--out", tmp_path / "out", "--quiet")
    first = (tmp_path / "out/report.html").read_bytes()

    done = grader(
        "report", tmp_path / "out", "--out", tmp_path / "again", "--format", "junit,sarif", "--format", "md,csv"
    )

    assert done.returncode == 0
    assert (tmp_path / "again/report.html").read_bytes() == first
    assert {"junit.xml", "findings.sarif", "summary.md", "ranking.csv"} <= {
        p.name for p in (tmp_path / "again").iterdir()
    }


@pytest.mark.docker
def test_check_runs_the_public_tests_and_says_so(assignment, tmp_path):
    done = grader("check", assignment / "reference", "--kit", assignment, "--out", tmp_path / "out", "--json")

    record = json.loads(done.stdout)
    assert (done.returncode, record["level"], record["verdict"]) == (0, "public", "accepted")
    assert "Hidden tests run at grading." in (tmp_path / "out/report.html").read_text()


@pytest.mark.docker
def test_ci_grades_a_revision_and_writes_what_a_pipeline_reads(assignment, tmp_path):
    repository = tmp_path / "repo"
    subprocess.run(["git", "init", "-q", repository], check=True)
    (repository / "answer.py").write_text(
        "import os\n\n\ndef double(n):\n    print('::error::forged')\n    return 2 * n\n"
    )
    subprocess.run(["git", "-C", repository, "add", "."], check=True)
    identity = ["-c", "user.name=n", "-c", "user.email=e@example.org"]
    subprocess.run(["git", "-C", repository, *identity, "commit", "-qm", "one"], check=True)

    summary, outputs = tmp_path / "step.md", tmp_path / "outputs"
    done = grader(
        *("ci", "--kit", assignment, "--path", repository, "--out", tmp_path / "out"),
        GITHUB_ACTIONS="true",
        GITHUB_STEP_SUMMARY=str(summary),
        GITHUB_OUTPUT=str(outputs),
    )

    assert done.returncode == 0, done.stderr
    assert "::warning file=answer.py,line=1,col=8,title=F401::" in done.stdout
    assert "forged" not in done.stdout
    assert summary.read_text() == (tmp_path / "out/summary.md").read_text()
    assert "accepted" in outputs.read_text()
    assert (tmp_path / "out/junit.xml").is_file()


def test_a_wrong_command_is_answered_with_the_closest():
    done = grader("grad")

    assert done.returncode == 2
    assert "grade" in done.stderr


def test_an_error_has_three_lines_and_no_traceback(assignment, tmp_path):
    (assignment / "assignment.toml").write_text(TOML + "[limts]\n")

    done = grader("grade", assignment, assignment / "reference", "--out", tmp_path / "out")

    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        f'error[G102]: {assignment}/assignment.toml:10: unknown key "limts" in the top of the file; '
        'the closest known key is "limits"',
        "  A misspelt key would silently be no rule at all, so every key is checked.",
        "  Correct the file; nothing was run. All keys: grader assignment schema. More: grader explain G102",
    ]


def test_without_an_engine_strangers_are_not_graded(assignment, tmp_path):
    done = grader(
        "grade", assignment, assignment / "reference", "--out", tmp_path / "out", DOCKER_HOST="tcp://127.0.0.1:1"
    )

    assert done.returncode == 4
    assert done.stderr.startswith("error[G401]: no container engine answers")
    assert not (tmp_path / "out").exists()


def test_without_an_engine_ones_own_code_runs_in_the_process_sandbox(assignment, tmp_path):
    done = grader(
        *("check", assignment / "reference", "--kit", assignment, "--out", tmp_path / "out", "--json"),
        DOCKER_HOST="tcp://127.0.0.1:1",
    )

    record = json.loads(done.stdout)
    assert (done.returncode, record["verdict"], record["provenance"]["sandbox"]) == (0, "accepted", "process"), (
        done.stderr
    )
    assert "no container engine answers" in done.stderr
    assert "Run in the process sandbox" in (tmp_path / "out/report.html").read_text()


@pytest.mark.docker
def test_a_suite_that_does_not_collect_is_its_authors_fault(assignment, tmp_path):
    (assignment / "tests/hidden/test_it.py").write_text("import nothing_of_the_kind\n\ndef test_a():\n    pass\n")

    done = grader("grade", assignment, assignment / "reference", "--out", tmp_path / "out")

    assert done.returncode == 2
    assert "error[G302]" in done.stderr
    assert "nothing_of_the_kind" in done.stderr


def test_the_library_is_listed():
    done = grader("assignment", "list", "--json")

    assert {"inventory", "free-slots"} <= {row["id"] for row in json.loads(done.stdout)}


def test_the_schema_is_printed():
    assert json.loads(grader("assignment", "schema").stdout)["title"] == "assignment.toml"


def test_the_doctor_says_what_is_there():
    checks = json.loads(grader("doctor", "--json").stdout)

    assert {"python", "disk", "container engine", "process sandbox"} <= {check["name"] for check in checks}


@pytest.mark.docker
def test_nothing_is_left_on_the_engine():
    from grader.sandbox import engine

    client = engine.connect()
    mine = {"label": [engine.LABEL, f"{engine.LABEL}.owner"]}

    lost = [c for c in client.api.containers(all=True, filters=mine) if not _is_alive(c["Labels"])]
    assert lost == []


def _is_alive(labels):
    from grader.sandbox import engine

    owner = labels[f"{engine.LABEL}.owner"]
    return engine.owner(int(owner.partition("-")[0])) == owner


@pytest.mark.docker
def test_an_engine_that_dies_in_the_middle_is_our_failure_and_no_zero(assignment, tmp_path):
    from grader.sandbox import engine

    slow = TEST.replace("def test_zero():\n", "def test_zero():\n    import time\n    time.sleep(8)\n")
    (assignment / "tests/hidden/test_it.py").write_text(slow)
    command = [sys.executable, "-m", "grader", "grade", str(assignment), str(assignment / "reference")]
    client = engine.connect()

    with subprocess.Popen(
        [*command, "--out", str(tmp_path / "out"), "--json"], stdout=subprocess.PIPE, text=True
    ) as run:
        owner = f"{engine.LABEL}.owner={engine.owner(run.pid)}"
        while not any("/slot" in _targets(client, c) for c in client.api.containers(filters={"label": owner})):
            assert run.poll() is None
        for container in client.api.containers(filters={"label": owner}):
            with contextlib.suppress(docker.errors.APIError):  # the command may be ending this very one
                client.api.remove_container(container["Id"], force=True)
        record = json.loads(run.communicate(timeout=120)[0])

    assert (run.returncode, record["verdict"], record["score"]) == (4, "not_graded", None)
    assert record["reason"]["code"] in ("G403", "G405")


def _targets(client, container):
    try:
        return [mount["Destination"] for mount in client.api.inspect_container(container["Id"])["Mounts"]]
    except docker.errors.NotFound:
        return []


def test_a_disk_that_is_full_costs_no_record(tmp_path):
    import resource

    record = tmp_path / "results.json"
    record.write_text((Path(__file__).parent / "record.json").read_text())

    done = subprocess.run(
        [sys.executable, "-m", "grader", "report", str(record), "--out", str(tmp_path / "out")],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)),
    )

    assert done.returncode == 4
    assert done.stderr.startswith("error[G451]: ")
    assert list((tmp_path / "out").iterdir()) == []


def test_an_unknown_format_is_refused_before_anything_is_written(assignment, tmp_path):
    done = grader("grade", assignment, assignment / "reference", "--out", tmp_path / "out", "--format", "junit,word")

    assert done.returncode == 2
    assert "no format 'word'" in done.stderr
    assert not (tmp_path / "out").exists()


def test_formats_that_are_always_written_may_be_named(tmp_path):
    record = ROOT / "tests/cli/record.json"

    done = grader("report", record, "--out", tmp_path, "--format", "html,json,md")

    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report.html", "report.reviewer.html", "summary.md"]


@pytest.mark.docker
def test_a_kit_whose_tests_do_not_collect_is_told_of_its_own_folder(assignment, tmp_path):
    (assignment / "tests/public/test_it.py").write_text("import nothing_of_that_name\n")

    done = grader("check", assignment / "reference", "--kit", assignment, "--out", tmp_path / "out")

    assert done.returncode == 2
    assert "the public tests of 'double' can't be collected" in done.stderr
    assert "tests/public" in done.stderr
    assert "hidden" not in done.stderr


def test_hidden_tests_in_a_pipeline_need_the_assignment(tmp_path):
    done = grader("ci", "--level", "hidden", "--kit", tmp_path)

    assert done.returncode == 2
    assert done.stderr.splitlines()[:3] == [
        "error[G501]: --level hidden needs --assignment",
        "  A kit holds public tests only, so that nothing hidden is in reach of a repository's own pipeline.",
        "  Give --assignment, or leave --level out. Nothing was run. More: grader explain G501",
    ]
