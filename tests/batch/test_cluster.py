"""Many machines: a real scheduler and real workers on loopback; one is killed, and nobody is lost or recorded twice."""

import datetime
import ipaddress
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from types import SimpleNamespace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from distributed import Client

from grader.batch.distributed import DaskEngine, check_address
from grader.batch.engine import Job
from grader.batch.shipment import Shipment
from grader.batch.survey import Listed
from grader.errors import NotGraded, UsageError
from grader.intake.member import Member

TOML = """\
schema = "grader.assignment/1"
id = "double"
door = {kind = "import", modules = ["answer"]}
limits = {test_s = 20, suite_s = 120, memory = 64}
[[solutions]]
path = "reference"
expect = "accepted"
reference = true
"""
SUITE = "from answer import double\n\ndef test_one():\n    assert double(1) == 2\n\ndef test_two():\n    assert double(2) == 4\n"
RIGHT = "def double(n):\n    return 2 * n\n"
SLOW = "import time\n\n\ndef double(n):\n    time.sleep(1)\n    return 2 * n\n"


class Cluster:
    """A scheduler and its workers, as Dask's own commands start them."""

    def __init__(self, folder, options=(), scheme="tcp", environment=None):
        self._folder, self._options, self.environment = folder, options, {**os.environ, **(environment or {})}
        self.workers, self._logs = [], 0
        self._scheduler = self._start("scheduler", "--host", f"{scheme}://127.0.0.1", "--port", "0")
        self.address = self._said(r"Scheduler at:\s+(\S+)", self._log)

    def work(self, resources="SLOT=2 QUARANTINE=1", preload=None):
        """Start one more worker."""
        options = [
            "--nthreads",
            "3",
            "--resources",
            resources,
            "--no-nanny",
            *(["--preload", preload] if preload else []),
        ]
        started = self._start("worker", self.address, *options)
        self.workers.append((started, self._said(r"Start worker at:\s+(\S+)", self._log)))
        return self.workers[-1]

    def close(self):
        """End everything."""
        for process in [self._scheduler, *(process for process, _ in self.workers)]:
            process.kill()
            process.wait()

    def _start(self, kind, *arguments):
        self._logs += 1
        self._log = self._folder / f"{kind}-{self._logs}.log"
        command = [sys.executable, "-m", "distributed.cli.dask_" + kind, *arguments, "--no-dashboard", *self._options]
        with self._log.open("w") as log:
            return subprocess.Popen(command, stdout=log, stderr=log, env=self.environment)

    def _said(self, pattern, log):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if found := re.search(pattern, log.read_text()):
                return found[1]
            time.sleep(0.05)
        raise AssertionError(log.read_text())


@pytest.fixture
def cluster(tmp_path):
    """A scheduler on loopback, without workers yet."""
    started = Cluster(tmp_path)
    yield started
    started.close()


@pytest.fixture
def batch(tmp_path):
    """Start a batch of these submissions (text of answer.py by name) on a cluster."""
    for name, text in {"assignment.toml": TOML, "tests/hidden/test_it.py": SUITE, "reference/answer.py": RIGHT}.items():
        (tmp_path / "double" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "double" / name).write_text(text)

    def start(cluster, submissions, out="out"):
        given = tmp_path / ("in" if out == "out" else f"in-{out}")
        for name, text in submissions.items():
            (given / name).mkdir(parents=True, exist_ok=True)
            (given / name / "answer.py").write_text(text)
        command = [
            sys.executable,
            "-m",
            "grader",
            "batch",
            tmp_path / "double",
            given,
            "--out",
            tmp_path / out,
        ]
        command += ["--sandbox", "process", "--seed", "7", "--engine", cluster.address, "--json"]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        return subprocess.Popen(list(map(str, command)), env=cluster.environment, **pipes)

    return start


def rows(tmp_path, query):
    """What the journal says; nothing while it isn't there yet."""
    try:
        with sqlite3.connect(f"file:{tmp_path}/out/journal.sqlite?mode=ro", uri=True, timeout=10) as journal:
            return journal.execute(query).fetchall()
    except sqlite3.OperationalError:
        return []


def verdicts(out):
    return {entry["name"]: entry["verdict"] for entry in json.loads(out)["entries"]}


def reasons(out):
    return {entry["name"]: entry["reason"] for entry in json.loads(out)["entries"] if entry["reason"]}


def test_a_worker_that_is_killed_costs_what_was_on_its_way_and_nobodys_result(cluster, batch, tmp_path):
    first, _ = cluster.work()
    cluster.work()
    people = {f"p{n}": RIGHT + f"\n\nnumber = {n}\n" if n % 4 else SLOW + f"\n\nnumber = {n}\n" for n in range(24)}
    running = batch(cluster, people)
    while running.poll() is None and len(rows(tmp_path, "select id from result")) < 6:
        time.sleep(0.05)

    first.send_signal(signal.SIGKILL)
    out, err = running.communicate(timeout=300)

    assert running.returncode == 0, err
    assert verdicts(out) == dict.fromkeys(people, "accepted")
    assert rows(tmp_path, "select count(*), count(distinct id) from result") == [(24, 24)]


def test_who_kills_worker_after_worker_is_set_aside_and_the_others_are_graded(cluster, batch, tmp_path):
    cluster.work()
    running = batch(cluster, {"ada": RIGHT, "bob": RIGHT + "\n", "killer": SLOW})
    while running.poll() is None and len(rows(tmp_path, "select id from result")) < 2:
        time.sleep(0.05)

    with Client(cluster.address, set_as_default=False) as looking:
        while running.poll() is None:
            process, address = cluster.workers[-1]
            if looking.processing().get(address):  # only the killer is left
                process.kill()
                process.wait()
                cluster.work()
            time.sleep(0.05)
    out, err = running.communicate(timeout=300)

    reason = json.loads((next((tmp_path / "out").glob("killer-*")) / "results.json").read_text())["reason"]
    assert (running.returncode, verdicts(out)) == (
        5,
        {"ada": "accepted", "bob": "accepted", "killer": "not_graded"},
    ), err
    assert reason["code"] == "G614"
    assert re.fullmatch(
        r"set aside: its worker died 4 times \(\S+ on dask: killed 2; \S+ on dask, alone: killed 2\)", reason["message"]
    )


def test_what_is_deleted_or_emptied_while_it_waits_costs_nobody_else_anything(cluster, batch, tmp_path):
    cluster.work("SLOT=1 QUARANTINE=1")
    people = {f"p{n}": (SLOW if n < 2 else RIGHT) + f"\n\nnumber = {n}\n" for n in range(8)}
    running = batch(cluster, people)
    while running.poll() is None and not rows(tmp_path, "select id from attempt where id not like '(%'"):
        time.sleep(0.05)

    shutil.rmtree(tmp_path / "in/p6")
    (tmp_path / "in/p7/answer.py").unlink()
    out, err = running.communicate(timeout=300)

    assert running.returncode == 5, err
    assert verdicts(out) == dict.fromkeys(people, "accepted") | {"p6": "not_graded", "p7": "not_graded"}
    assert reasons(out) == {
        "p6": {"code": "G606", "message": f"p6 can't be read any more: no submission at {tmp_path / 'in/p6'}"},
        "p7": {"code": "G606", "message": "p7 can't be read any more: p7: it holds no file"},
    }


def test_two_batches_of_one_assignment_and_seed_share_a_cluster_and_the_first_to_end_takes_nothing_along(
    cluster, batch, tmp_path
):
    cluster.work("SLOT=1 QUARANTINE=1")
    long = {f"p{n}": SLOW + f"\n\nnumber = {n}\n" for n in range(9)}
    first = batch(cluster, long)
    while first.poll() is None and not rows(tmp_path, "select id from result"):
        time.sleep(0.05)

    second = batch(cluster, {"ada": RIGHT}, out="other")
    ends = [process.communicate(timeout=300) for process in (second, first)]

    assert [verdicts(out) for out, _ in ends] == [{"ada": "accepted"}, dict.fromkeys(long, "accepted")]
    assert "to be repeated" not in ends[1][1]


@pytest.mark.parametrize(
    "other", [{"batch": "b2"}, {"digest": "sha256:2"}, {"seed": 8}, {"sandbox": "docker"}, {"base_image": "b"}]
)
def test_workers_know_batches_apart_by_all_that_their_submissions_run_with(other):
    shipment = Shipment("b1", {}, "sha256:1", 7, "process", "a")

    assert replace(shipment, **other).name() != shipment.name()


@pytest.mark.parametrize("status", ["lost", "cancelled"])
def test_a_result_that_is_lost_with_its_worker_is_no_lost_scheduler(status):
    """Dask says the same of both; a worker dies between an end and its fetch too seldom to be made to."""
    engine = DaskEngine("tcp://127.0.0.1:1", Shipment("b1", {}, "sha256:1", 7, "process", "a"))
    job, future = Job(Listed(Member("ada", "ada", "ada"), "ada", "sha256:1", 0), "key"), SimpleNamespace(status=status)

    engine._client = SimpleNamespace(status="running")
    done = engine._done(job, future, 1.0)
    engine._client = SimpleNamespace(status="closed")
    with pytest.raises(NotGraded) as caught:
        engine._done(job, future, 1.0)

    assert (done.job, done.results, done.deaths, done.fault.code) == (job, None, 0, "G622")
    assert caught.value.code == "G620"


OTHER_VERSION = """\
from grader.results import file

def other(results):
    if results.submission.files == 3:
        return other(results)
    return file.ours(results).replace('"verdict"', '"judgement"' if results.submission.files == 2 else '"verdict"')

file.ours, file.text = getattr(file, "ours", file.text), other
"""


def test_what_a_worker_of_another_version_makes_of_a_record_costs_that_job_alone(batch, tmp_path):
    (tmp_path / "other.py").write_text(
        OTHER_VERSION
    )  # a field of two files' record is unknown, three files' never ends
    for name, more in {"bob": ["b.py"], "cyd": ["b.py", "c.py"]}.items():
        (tmp_path / "in" / name).mkdir(parents=True)
        [(tmp_path / "in" / name / file).write_text("") for file in more]
    cluster = Cluster(tmp_path)
    try:
        cluster.work(preload=tmp_path / "other.py")
        running = batch(cluster, {"ada": RIGHT, "bob": RIGHT, "cyd": RIGHT})
        out, err = running.communicate(timeout=300)
    finally:
        cluster.close()

    assert running.returncode == 5, err
    assert verdicts(out) == {"ada": "accepted", "bob": "not_graded", "cyd": "not_graded"}
    assert {name: (reason["code"], reason["message"].split(":")[:2]) for name, reason in reasons(out).items()} == {
        "bob": ("G622", ["a job failed on the cluster", " ValidationError"]),
        "cyd": ("G622", ["a job failed on the cluster", " RecursionError"]),
    }


@pytest.fixture
def certificates(tmp_path):
    """One authority, and one certificate of it for everybody; the settings that Dask reads."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "ours")]),
    )
    now = datetime.datetime.now(datetime.UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(address, critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    (tmp_path / "ours.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (tmp_path / "ours.key").write_bytes(secret)
    settings = {"DASK_DISTRIBUTED__COMM__TLS__CA_FILE": str(tmp_path / "ours.pem")}
    for role in ("SCHEDULER", "WORKER", "CLIENT"):
        settings[f"DASK_DISTRIBUTED__COMM__TLS__{role}__CERT"] = str(tmp_path / "ours.pem")
        settings[f"DASK_DISTRIBUTED__COMM__TLS__{role}__KEY"] = str(tmp_path / "ours.key")
    return settings


def test_with_certificates_a_batch_runs_and_without_them_nobody_is_let_in(certificates, batch, tmp_path):
    cluster = Cluster(tmp_path, scheme="tls", environment=certificates)
    try:
        cluster.work()
        running = batch(cluster, {"ada": RIGHT})
        out, err = running.communicate(timeout=300)
        assert (running.returncode, verdicts(out)) == (0, {"ada": "accepted"}), err

        cluster.environment = dict(os.environ)
        stranger = batch(cluster, {"bob": RIGHT + "\n"}, out="other")
        _, err = stranger.communicate(timeout=300)
    finally:
        cluster.close()

    assert cluster.address.startswith("tls://")
    assert stranger.returncode == 4, err
    assert f"error[G619]: no scheduler answers at {cluster.address}" in err


def test_a_suite_that_does_not_collect_is_the_assignments_fault_there_too(cluster, batch, tmp_path):
    cluster.work()
    (tmp_path / "double/tests/hidden/test_it.py").write_text("import nothing_like_that\n")

    running = batch(cluster, {"ada": RIGHT})
    _, err = running.communicate(timeout=300)

    assert running.returncode == 2
    assert "error[G302]" in err


def test_where_nobody_answers_it_is_said(cluster, batch):
    cluster.close()

    running = batch(cluster, {"ada": RIGHT})
    _, err = running.communicate(timeout=300)

    assert running.returncode == 4
    assert f"error[G619]: no scheduler answers at {cluster.address}" in err


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("tcp://10.0.0.1:8786", "G617"),
        ("tcp://scheduler:8786", "G617"),
        ("tcp://0.0.0.0:8786", "G617"),
        ("tcp://127.0.0.1.example.org:8786", "G617"),
        ("http://127.0.0.1:8786", "G616"),
        ("locale", "G616"),
        ("tls://", "G616"),
    ],
)
def test_an_open_scheduler_off_loopback_is_refused(address, code):
    with pytest.raises(UsageError) as caught:
        check_address(address, is_insecure=False)

    assert caught.value.code == code


@pytest.mark.parametrize(
    ("address", "is_insecure"),
    [
        ("tls://scheduler:8786", False),
        ("tcp://127.0.0.1:8786", False),
        ("tcp://[::1]:8786", False),
        ("tcp://localhost:8786", False),
        ("tcp://10.0.0.1:8786", True),
    ],
)
def test_certificates_loopback_or_ones_own_word_are_taken(address, is_insecure):
    check_address(address, is_insecure=is_insecure)
