"""A team lead's batch, as a process: killed at any moment, interrupted, resumed; in the end it is as if nothing had happened."""

import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

TOML = """\
schema = "grader.assignment/1"
id = "double"
door = {kind = "import", modules = ["answer"]}
limits = {test_s = 4, suite_s = 60, memory = 64}
[[solutions]]
path = "reference"
expect = "accepted"
reference = true
"""
SUITE = """\
import pytest
from answer import double

@pytest.mark.parametrize("n", range(5))
def test_doubles(n):
    assert double(n) == 2 * n
"""
RIGHT = "def double(n):\n    return 2 * n\n"
PEOPLE = {
    "right": RIGHT,
    "twin": RIGHT,
    "wrong at three": "def double(n):\n    return 2 * n if n != 3 else 0\n",
    "hangs at two": "def double(n):\n    while n == 2:\n        pass\n    return 2 * n\n",
    "leaves": "import os\n\n\ndef double(n):\n    os._exit(0)\n",
    "forges": """class Yes:
    def __eq__(self, other):
        return True

    def __repr__(self):
        return "yes"


def double(n):
    return Yes()
""",
    "no module": "def double(n)\n",
    "prints": "print('x' * 100_000)\n\n\ndef double(n):\n    print('y' * 100_000)\n    return 2 * n\n",
}
VERDICTS = {
    "right": "accepted",
    "twin": "accepted",
    "wrong at three": "failed",
    "hangs at two": "failed",
    "leaves": "failed",
    "forges": "failed",
    "no module": "not_gradable",
    "prints": "accepted",
}
TIMES = {"seconds", "attempts", "cpu_s", "wall_s", "started_at", "finished_at", "output", "detail"}


@pytest.fixture
def assignment(tmp_path):
    """Five tests of one function."""
    for name, text in {"assignment.toml": TOML, "tests/hidden/test_it.py": SUITE, "reference/answer.py": RIGHT}.items():
        (tmp_path / "double" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "double" / name).write_text(text)
    return tmp_path / "double"


@pytest.fixture
def submissions(tmp_path):
    """A folder of theirs, as a lead has it."""
    for name, text in PEOPLE.items():
        (tmp_path / "submissions" / name).mkdir(parents=True)
        (tmp_path / "submissions" / name / "answer.py").write_text(text)
    return tmp_path / "submissions"


@pytest.fixture
def batch(tmp_path, assignment):
    """Start `grader batch`; temporary files go to a folder of the test's own."""
    (tmp_path / "tmp").mkdir(mode=0o755)
    environment = {**os.environ, "TMPDIR": str(tmp_path / "tmp")}
    started = []

    def start(submissions, out, *options, **more):
        command = [sys.executable, "-m", "grader", "batch", str(assignment), str(submissions), "--out", str(out)]
        command += ["--sandbox", "process", "--jobs", "2", "--seed", "7", *options]  # the last --sandbox holds
        process = subprocess.Popen(
            command, env={**environment, **more}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def ended(process):
    """Exit code, standard output, lines of standard error."""
    out, err = process.communicate(timeout=300)
    return process.returncode, out, err.splitlines()


def number(out, query):
    """What the journal of a running batch says; 0 where there is none yet."""
    try:
        with sqlite3.connect(f"file:{out}/journal.sqlite?mode=ro", uri=True, timeout=10) as rows:
            return rows.execute(query).fetchone()[0]
    except sqlite3.Error:
        return 0


def recorded(out):
    """How many results it holds."""
    return number(out, "select count(*) from result")


def most_deaths(out):
    """In how many killed commands one submission ran, at most."""
    died = "select count(*) as deaths from attempt where cause is null or cause = 'killed' group by id"
    return number(out, f"select coalesce(max(deaths), 0) from ({died})")


def wait_for(process, is_so):
    """Look again and again, as long as the process lives."""
    while process.poll() is None and not is_so():
        time.sleep(0.02)


def without_times(value):
    """A record but for what differs from run to run."""
    if isinstance(value, dict):
        return {name: without_times(inner) for name, inner in value.items() if name not in TIMES}
    return [without_times(inner) for inner in value] if isinstance(value, list) else value


def everything(out):
    """All records of a batch's folder, by name, without times."""
    return {
        str(path.relative_to(out)): without_times(json.loads(path.read_text()))
        for path in sorted(Path(out).rglob("*.json"))
    }


def test_a_learning_systems_export_is_graded_and_ranked_by_name(batch, tmp_path):
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as export:
        for number, (name, text) in enumerate(PEOPLE.items()):
            export.writestr(f"{name.title()}_{number}_assignsubmission_file_/answer.py", text)

    code, out, err = ended(batch(tmp_path / "export.zip", tmp_path / "out", "--json"))

    record = json.loads(out)
    assert (code, json.loads((tmp_path / "out/batch.json").read_text())) == (0, record)
    assert {entry["name"].lower(): entry["verdict"] for entry in record["entries"]} == VERDICTS
    ids = {entry["name"]: entry["id"] for entry in record["entries"]}
    assert [e["same_as"] for e in record["entries"] if e["name"] == "Twin"] == [ids["Right"]]
    assert {path.name for path in (tmp_path / "out").iterdir() if path.is_dir()} == set(ids.values())
    assert {path.name for path in (tmp_path / "out" / ids["Twin"]).iterdir()} == {
        *("results.json", "report.html", "report.reviewer.html")
    }
    assert err[-1] == str(tmp_path / "out/batch.html")
    assert "Wrong At Three" in (tmp_path / "out/batch.html").read_text()
    assert (tmp_path / "out/ranking.csv").read_text().count("\n") == len(PEOPLE) + 1
    assert [path.name for path in (tmp_path / "tmp").iterdir() if not path.name.startswith("grader-turns")] == []


def test_killed_again_and_again_it_ends_as_if_nothing_had_happened(batch, tmp_path, submissions):
    undisturbed = ended(batch(submissions, tmp_path / "calm"))
    chance, kills = random.Random(11), 0

    while kills < 4:
        process, rows = batch(submissions, tmp_path / "out", "--resume"), recorded(tmp_path / "out")
        goal = rows + chance.randint(0, 1)
        wait_for(
            process, lambda goal=goal: (tmp_path / "out/journal.sqlite").exists() and recorded(tmp_path / "out") >= goal
        )
        time.sleep(0.2 * chance.random())
        if process.poll() is not None:
            break
        process.send_signal(signal.SIGKILL)
        process.communicate()
        kills += 1
        if most_deaths(tmp_path / "out") == 2:  # a third would set it aside: tests/batch/test_resume.py
            break
    done = ended(batch(submissions, tmp_path / "out", "--resume"))

    assert (undisturbed[0], done[0], kills >= 1) == (0, 0, True)
    assert everything(tmp_path / "out") == everything(tmp_path / "calm")
    with sqlite3.connect(tmp_path / "out/journal.sqlite") as rows:
        assert rows.execute("select count(*), count(distinct id) from result").fetchone() == (len(PEOPLE), len(PEOPLE))
        assert rows.execute("pragma integrity_check").fetchone() == ("ok",)


def test_the_first_interrupt_finishes_what_runs_and_keeps_it(batch, tmp_path, submissions):
    process = batch(submissions, tmp_path / "out")
    wait_for(process, lambda: recorded(tmp_path / "out") >= 1)
    process.send_signal(signal.SIGINT)
    code, _, err = ended(process)

    kept = json.loads((tmp_path / "out/batch.json").read_text())
    assert (code, kept["finished_at"], 1 <= len(kept["entries"]) < len(PEOPLE)) == (130, None, True)
    assert err[-2].startswith(f"interrupted: {len(kept['entries'])} of {len(PEOPLE)} are graded and kept")

    code, out, _ = ended(batch(submissions, tmp_path / "out", "--resume", "--json"))
    assert (code, {e["name"]: e["verdict"] for e in json.loads(out)["entries"]}) == (0, VERDICTS)


def test_the_second_interrupt_stops_at_once_and_leaves_nothing_running(batch, tmp_path, submissions):
    process = batch(submissions, tmp_path / "out")
    wait_for(process, lambda: recorded(tmp_path / "out") >= 1)
    process.send_signal(signal.SIGINT)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    code, _, err = ended(process)

    assert (code, err[-1]) == (130, "interrupted: what was finished is kept, nothing is left running")
    assert subprocess.run(["pgrep", "-f", str(tmp_path / "tmp")], capture_output=True, check=False).stdout == b""
    assert ended(batch(submissions, tmp_path / "out", "--resume"))[0] == 0


def test_a_second_batch_into_the_folder_is_refused(batch, tmp_path, submissions):
    first = batch(submissions, tmp_path / "out")
    wait_for(first, lambda: recorded(tmp_path / "out") >= 1)

    code, _, err = ended(batch(submissions, tmp_path / "out", "--resume"))

    assert (code, err[0]) == (2, f"error[G610]: another batch is running in {tmp_path / 'out'}")
    assert ended(first)[0] == 0


def test_a_finished_folder_is_not_graded_into_again_without_being_asked(batch, tmp_path, submissions, assignment):
    ended(batch(submissions, tmp_path / "out"))

    assert ended(batch(submissions, tmp_path / "out"))[0] == 2

    (assignment / "assignment.toml").write_text(TOML.replace('"double"', '"other"'))
    code, _, err = ended(batch(submissions, tmp_path / "out", "--resume"))
    assert (code, err[0]) == (
        2,
        "error[G613]: the batch in this folder is of the assignment 'double', not 'other'",
    )


def test_tests_that_do_not_collect_are_their_authors_and_nobody_waits(batch, tmp_path, submissions, assignment):
    (assignment / "tests/hidden/test_it.py").write_text("import nothing_of_the_kind\n")

    code, _, err = ended(batch(submissions, tmp_path / "out"))

    assert code == 2, err
    assert [line[:12] for line in err if line.startswith("error")] == ["error[G302]:"]


def test_an_empty_folder_is_no_batch_and_leaves_nothing(batch, tmp_path):
    (tmp_path / "nobody").mkdir()

    code, _, err = ended(batch(tmp_path / "nobody", tmp_path / "out"))

    assert (code, err[0][:12], list((tmp_path / "out").iterdir())) == (2, "error[G602]:", [])


PROXY = """\
import socket, sys, threading

def copy(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
    except OSError:
        pass
    try:
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass

listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1])
listener.listen(64)
print("ready", flush=True)
while True:
    near, far = listener.accept()[0], socket.socket(socket.AF_UNIX)
    far.connect(sys.argv[2])
    for pair in ((near, far), (far, near)):
        threading.Thread(target=copy, args=pair, daemon=True).start()
"""


@pytest.fixture
def engine_door(tmp_path):
    """A door to the container engine that can be slammed: a process that passes bytes on."""
    path = tmp_path / "engine.sock"
    command = [sys.executable, "-c", PROXY, str(path), "/var/run/docker.sock"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as proxy:
        assert proxy.stdout.readline() == b"ready\n"
        yield path, proxy
        proxy.kill()


@pytest.mark.docker
@pytest.mark.skipif(not Path("/var/run/docker.sock").exists(), reason="the engine listens elsewhere")
def test_an_engine_that_is_gone_stops_the_batch_and_resume_goes_on(batch, tmp_path, submissions, engine_door):
    path, proxy = engine_door
    process = batch(submissions, tmp_path / "out", "--sandbox", "docker", DOCKER_HOST=f"unix://{path}")
    wait_for(process, lambda: recorded(tmp_path / "out") >= 2)
    proxy.kill()
    code, _, err = ended(process)

    told = [line for line in err if line.startswith("error[")]
    assert code == 4, err
    assert re.fullmatch(r"error\[G40\d\]: .*; the batch stops: \d of 8 submissions are graded and kept", told[0]), err
    assert "none is graded twice" in err[err.index(told[0]) + 2]

    kept = recorded(tmp_path / "out")
    code, out, err = ended(batch(submissions, tmp_path / "out", "--sandbox", "docker", "--resume", "--json"))
    assert (code, {e["name"]: e["verdict"] for e in json.loads(out)["entries"]}) == (0, VERDICTS), err
    assert 2 <= kept < len(PEOPLE)


@pytest.mark.docker
def test_containers_that_are_removed_cost_a_repetition_and_nobodys_verdict(batch, tmp_path, submissions):
    process = batch(submissions, tmp_path / "out", "--sandbox", "docker", "--json")
    wait_for(process, lambda: recorded(tmp_path / "out") >= 2)
    started = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[19]
    mine = ["docker", "ps", "-q", "--filter", f"label=grader.owner={process.pid}-{started}"]
    found = subprocess.run(mine, capture_output=True, text=True, check=True).stdout.split()
    # No check: the batch may be ending one of them itself, which the engine refuses to do twice.
    subprocess.run(["docker", "rm", "-f", *found], capture_output=True, check=False)
    code, out, err = ended(process)

    assert len(found) >= 2
    assert (code, {e["name"]: e["verdict"] for e in json.loads(out)["entries"]}) == (0, VERDICTS), err
    assert subprocess.run([*mine[:2], "-aq", *mine[3:]], capture_output=True, check=True).stdout == b""
