"""What ships for a standing service: the counters, the dashboard over them, and a cluster's files. Checked without a cluster."""

import json
import re
import shlex
from collections import Counter

import pytest
import yaml
from distributed.cli.dask_scheduler import main as scheduler
from distributed.cli.dask_worker import main as worker

from grader import bundled
from grader.batch import metrics
from grader.batch.distributed import check_address
from grader.batch.tally import Tally, minutes

DEPLOY = bundled.path("reports") / "deploy"


@pytest.fixture
def tally():
    """Ten submissions, three of them done before, two by this run in 20 seconds, one at work, one to be repeated."""
    now = iter(range(0, 1000, 5))
    tally = Tally(lambda: float(next(now)))
    tally.begin(10, 3, 2)
    for id_, verdict in (("a", "accepted"), ("b", "retry"), ("b", "failed")):
        tally.started(id_, id_)
        tally.finished(id_, verdict)
    tally.started("c", "c")
    return tally


def test_the_counters_are_a_prometheus_text_file(tally):
    text = metrics.text(tally, "inventory")

    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r'grader_batch_[a-z_]+\{([a-z]+="[^"]*",?)+\} [0-9.]+', line) for line in lines)
    assert {line.partition("{")[0]: float(line.split()[-1]) for line in lines if "verdict" not in line} == {
        "grader_batch_submissions": 10,
        "grader_batch_submissions_done": 5,
        "grader_batch_submissions_running": 1,
        "grader_batch_slots": 2,
        "grader_batch_repeats_total": 1,
        "grader_batch_workers_lost_total": 0,
        "grader_batch_submission_seconds_total": 15,
        "grader_batch_elapsed_seconds": 45,
        "grader_batch_left_seconds": 100,
    }
    assert 'grader_batch_verdicts_total{assignment="inventory",verdict="failed"} 1' in lines


def test_the_dashboard_asks_for_counters_that_there_are(tally):
    text = metrics.text(tally, "inventory")
    board = json.loads((DEPLOY / "grafana.json").read_text())

    asked = {
        name for panel in board["panels"] for t in panel["targets"] for name in re.findall(r"grader_\w+", t["expr"])
    }
    assert asked <= {line.partition("{")[0] for line in text.splitlines()}
    assert [count for count in Counter(panel["id"] for panel in board["panels"]).values() if count > 1] == []


@pytest.mark.parametrize(
    ("seconds", "told"), [(9.6, "10 s"), (150, "2 min"), (7000, "1 h 57 min"), (99 * 60, "99 min")]
)
def test_durations_are_told_as_people_read_them(seconds, told):
    assert minutes(seconds) == told


def compose():
    services = yaml.safe_load((DEPLOY / "compose.yml").read_text())["services"]
    return [(service["command"], service["environment"], service["restart"]) for service in services.values()]


def kubernetes():
    documents = yaml.safe_load_all((DEPLOY / "kubernetes.yml").read_text())
    pods = [document["spec"]["template"]["spec"] for document in documents if document["kind"] == "Deployment"]
    ours = [pod["containers"][0] for pod in pods]
    return [(c["args"], {item["name"]: item["value"] for item in c["env"]}, "always") for c in ours]


@pytest.mark.parametrize("services", [compose(), kubernetes()], ids=["compose", "kubernetes"])
def test_each_service_is_a_command_of_dasks_own_with_certificates_and_comes_back(services):
    for (dask, kind, *arguments), settings, restart in services:
        filled = [re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", argument) for argument in arguments]
        command = {"scheduler": scheduler, "worker": worker}[kind]
        parsed = command.make_context(kind, filled)

        assert (dask, restart, settings["DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION"]) == ("dask", "always", "true")
        assert {"CA_FILE", f"{kind.upper()}__CERT", f"{kind.upper()}__KEY"} <= {
            name.removeprefix("DASK_DISTRIBUTED__COMM__TLS__") for name in settings
        }
        if kind == "worker":
            check_address(parsed.params["scheduler"], is_insecure=False)
            places = dict(part.split("=") for part in shlex.split(parsed.params["resources"]))
            assert int(places["SLOT"]) < parsed.params["nthreads"]
            assert places["QUARANTINE"] == "1"


def test_every_kubernetes_reference_is_met():
    documents = list(yaml.safe_load_all((DEPLOY / "kubernetes.yml").read_text()))

    deployed = {d["metadata"]["name"]: d for d in documents if d["kind"] == "Deployment"}
    for deployment in deployed.values():
        labels = deployment["spec"]["template"]["metadata"]["labels"]
        volumes = {volume["name"] for volume in deployment["spec"]["template"]["spec"]["volumes"]}
        mounted = {m["name"] for c in deployment["spec"]["template"]["spec"]["containers"] for m in c["volumeMounts"]}
        assert deployment["spec"]["selector"]["matchLabels"].items() <= labels.items()
        assert mounted == volumes
    service = next(d for d in documents if d["kind"] == "Service")
    assert service["spec"]["selector"] == deployed["grader-scheduler"]["spec"]["template"]["metadata"]["labels"]
