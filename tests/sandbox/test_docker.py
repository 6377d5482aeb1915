"""Containers are hardened, and nothing of them is left: after success, failure, Ctrl-C, or a kill."""

import json
import os
import signal
import subprocess
import sys

import pytest

from grader.progress import Silent
from grader.sandbox import archive, base_image, engine, images, sweep
from grader.sandbox.protocol import Limits

pytestmark = pytest.mark.docker

BASE = os.environ.get("GRADER_BASE_IMAGE", "python:3.12-slim")
HOLDS = """
import signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # also where this run itself was started without one
from grader.progress import Silent
from grader.sandbox import archive
from grader.sandbox.docker import DockerSandbox
from grader.sandbox.protocol import Limits
with DockerSandbox(sys.argv[1], Silent()).service("examiner", 1) as examiner:
    sandbox = DockerSandbox(sys.argv[1], Silent())
    with sandbox.candidate(examiner, 0, archive.pack({"a.py": b""}), Limits(64, 32, 16, 1, 60)):
        print("up", flush=True)
        time.sleep(600)
"""


@pytest.fixture
def holder():
    """A process of its own that holds an examiner and a candidate."""
    with subprocess.Popen([sys.executable, "-c", HOLDS, BASE], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "up\n"
        yield process
        process.kill()


def left(pid):
    client = engine.connect()
    mine = {"label": f"{engine.LABEL}.owner"}
    owned = [c["Labels"] for c in client.api.containers(all=True, filters=mine)]
    owned += [v["Labels"] or {} for v in client.api.volumes(filters=mine)["Volumes"] or []]
    return [labels for labels in owned if labels[f"{engine.LABEL}.owner"].startswith(f"{pid}-")]


def test_ctrl_c_leaves_nothing(holder):
    assert len(left(holder.pid)) == 3

    holder.send_signal(signal.SIGINT)
    holder.wait(60)

    assert left(holder.pid) == []


def test_what_a_killed_run_left_is_removed_by_the_next(holder):
    holder.kill()
    holder.wait(60)
    assert len(left(holder.pid)) == 3

    removed = sweep.sweep(engine.connect())

    assert (removed >= 3, left(holder.pid)) == (True, [])


def test_a_candidates_container_has_no_rights(services):
    client = engine.connect()
    with services.sandbox.candidate(services.examiner, 1, archive.pack({"a.py": b""}), Limits(64, 32, 16, 1, 60)):
        mine = {"label": f"{engine.LABEL}.owner={engine.owner(os.getpid())}"}
        newest = client.api.containers(filters=mine)[0]["Id"]
        facts = client.api.inspect_container(newest)

    host = facts["HostConfig"]
    assert facts["Config"]["NetworkDisabled"] is True
    assert facts["Config"]["User"] == "65534:65534"
    assert (host["NetworkMode"], host["ReadonlyRootfs"], host["CapDrop"]) == ("none", True, ["ALL"])
    assert (host["Memory"], host["MemorySwap"], host["PidsLimit"]) == (64 * 2**20, 64 * 2**20, 32)
    privileges, system_calls = host["SecurityOpt"]
    assert privileges == "no-new-privileges:true"
    assert json.loads(system_calls.removeprefix("seccomp="))["defaultAction"] == "SCMP_ACT_ERRNO"
    assert host["LogConfig"]["Type"] == "none"
    assert [(m["Type"], m["Destination"], m["RW"]) for m in facts["Mounts"]] == [("volume", "/slot", False)]
    assert not [name for name in facts["Config"]["Env"] if name.startswith(("GRADER", "CI", "HOME", "USER"))]


def test_a_missing_base_image_says_what_to_set():
    from grader.errors import UsageError
    from grader.progress import Silent
    from grader.sandbox import images

    with pytest.raises(UsageError) as caught:
        images.build("no-such-image-anywhere:0", Silent())

    assert caught.value.code == "G406"
    assert "GRADER_BASE_IMAGE" in caught.value.do


class Notes(Silent):
    """Progress that keeps its notes."""

    def __init__(self):
        self.notes = []

    def note(self, message):
        self.notes.append(message)


def test_where_the_default_image_cannot_be_pulled_the_one_that_make_engine_made_stands_in(monkeypatch):
    monkeypatch.setattr(base_image, "DEFAULT", "no-such-image-anywhere:0")
    monkeypatch.setattr(base_image, "MADE_HERE", BASE)
    client, told = engine.connect(), Notes()

    taken = base_image.take(client, "no-such-image-anywhere:0", told)

    assert taken == engine.digest(client, BASE)
    assert told.notes == [
        f"no-such-image-anywhere:0 can't be pulled: using {BASE}, which is here (GRADER_BASE_IMAGE chooses)"
    ]


def test_what_a_base_image_is_asked_once_its_images_say_from_then_on(monkeypatch):
    client = engine.connect()
    asked = base_image._asked(client, BASE, base_image.take(client, BASE, Silent()), "runc")
    monkeypatch.setattr(base_image, "_known", {})
    monkeypatch.setattr(base_image, "_asked", None)  # so that nobody can ask again

    base = base_image.read(client, BASE, Silent(), "runc")

    assert (base.python, base.machine, base.kernel) == asked


def test_no_variable_of_a_base_image_reaches_pythons_start(tmp_path):
    client = engine.connect()
    recipe = f'FROM {BASE}\nENV PYTHONPATH=/elsewhere PYTHONHASHSEED=7 PYTHON_VERSION=3\nLABEL of="a test"\n'
    (tmp_path / "Dockerfile").write_text(recipe)
    image, _ = client.images.build(path=str(tmp_path), tag="grader-test-variables:0", network_mode="none")
    try:
        made = images.ensured(
            client, base_image.read(client, "grader-test-variables:0", Silent()), "python", (), Silent()
        )
        variables = client.api.inspect_image(made.tag)["Config"]["Env"]
        client.images.remove(made.tag)
    finally:
        client.images.remove(image.id, force=True)

    assert {"PYTHONPATH=", "PYTHONHASHSEED=0", "PYTHON_VERSION="} <= set(variables)
