"""The doctor says how strong the walls are here, names one command where one would be stronger, and never raises."""

import os
import shlex
import shutil
from pathlib import Path

import pytest

from grader import bundled
from grader.sandbox import doctor

BASE = os.environ.get("GRADER_BASE_IMAGE", "python:3.12-slim")


def checks(image=BASE, runtime=""):
    return {check.name: check for check in doctor.examine(image, runtime)}


@pytest.fixture
def without_engine(monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")


@pytest.fixture
def bwrap(monkeypatch, tmp_path):
    """Put a program in bubblewrap's place."""

    def put(text):
        (tmp_path / "bwrap").write_bytes(text)
        (tmp_path / "bwrap").chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path))

    return put


@pytest.mark.docker
def test_it_names_the_engine_its_walls_and_its_runtimes():
    found = checks()

    assert list(found) == [
        "python",
        "disk",
        "container engine",
        "memory limits",
        "process limits",
        "seccomp",
        "users",
        "profile",
        "runtimes",
        "base image",
        "process sandbox",
    ]
    assert found["container engine"].detail.startswith("Docker ")
    assert found["memory limits"].detail.startswith("cgroup v")
    assert found["seccomp"].detail == "system calls are filtered"
    assert "is used; offered: " in found["runtimes"].detail
    assert [check.name for check in found.values() if check.required and not check.ok] == []


@pytest.mark.docker
def test_a_runtime_that_the_engine_does_not_offer_is_a_lack():
    found = checks(runtime="nosuch")["runtimes"]

    assert (found.ok, found.required, found.remedy) == (False, True, "unset GRADER_RUNTIME")
    assert found.detail.startswith("nosuch is used; offered: ")


@pytest.mark.gvisor
def test_gvisor_that_is_offered_is_named_as_the_stronger_wall(gvisor_engine, monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", gvisor_engine)

    plain, chosen = checks()["runtimes"], checks(runtime="runsc")["runtimes"]

    assert (plain.ok, plain.remedy) == (True, "export GRADER_RUNTIME=runsc")
    assert (chosen.ok, chosen.remedy, chosen.detail.partition(";")[0]) == (True, "", "runsc is used")


@pytest.mark.podman
def test_podman_is_named(podman_engine, monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", podman_engine)

    assert checks()["container engine"].detail.startswith("Podman ")


@pytest.mark.docker
def test_a_base_image_that_is_missing_can_be_made_by_the_script_of_this_installation():
    found = checks(image="no-such-image:0")["base image"]

    assert (found.ok, found.required) == (False, False)
    assert found.detail == "no-such-image:0 is not local: it is pulled on first use"
    program, script, name = shlex.split(found.remedy)
    assert (program, name, Path(script)) == ("bash", "grader-base:debian", bundled.path("runners") / "base-image.sh")
    assert Path(script).is_file()


def test_without_an_engine_the_script_that_starts_one_is_named(without_engine):
    found = checks()["container engine"]

    assert (found.ok, found.required, found.detail) == (False, True, "no container engine answers")
    if shutil.which("apt-get"):
        assert Path(shlex.split(found.remedy)[2]) == bundled.path("runners") / "engine.sh"


@pytest.mark.parametrize(
    ("program", "told"),
    [
        pytest.param(b"\x7fnot a program", "bubblewrap is here, and this kernel doesn't let it work", id="no program"),
        pytest.param(b"#!/bin/sh\nexit 1\n", "bubblewrap is here, and this kernel doesn't let it work", id="refused"),
        pytest.param(b"#!/nowhere\n", "bubblewrap is here, and this kernel doesn't let it work", id="broken"),
    ],
)
def test_a_bubblewrap_that_does_not_work_is_told_and_nothing_is_raised(without_engine, bwrap, program, told):
    bwrap(program)

    found = checks()["process sandbox"]

    assert (found.ok, found.required, found.detail) == (False, False, told)
    assert found.remedy == "sudo sysctl -w kernel.unprivileged_userns_clone=1"


def test_without_bubblewrap_its_package_is_named(without_engine, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))

    found = checks()["process sandbox"]

    assert (found.ok, found.detail, found.remedy) == (False, "resource limits alone", "sudo apt install bubblewrap")


@pytest.mark.parametrize("answer", [{}, {"Runtimes": None, "SecurityOptions": None}, None, [], "no"])
def test_an_engine_that_answers_anything_is_no_reason_to_raise(monkeypatch, answer):
    class Engine:
        api = images = None

        def info(self):
            return answer

        version = info

    monkeypatch.setattr(doctor.engine, "connect", Engine)

    found = checks()

    assert found["container engine"].ok in (True, False)
    assert {"python", "disk", "process sandbox"} <= set(found)
