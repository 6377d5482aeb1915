"""What a user reads when an engine, an image or a process can't be had: every line of it."""

import io
import os
import tarfile

import pytest

from grader import bundled
from grader.errors import GraderError, NotGraded, UsageError
from grader.progress import Silent
from grader.sandbox import base_image, engine, images, packages
from grader.sandbox.docker import DockerSandbox
from grader.sandbox.process import ProcessSandbox

BASE = os.environ.get("GRADER_BASE_IMAGE", "python:3.12-slim")


def whole(error: GraderError) -> tuple[str, str, str, str]:
    return error.code, error.what, error.why, error.do


@pytest.fixture
def empty_image():
    """The name of an image with nothing in it."""
    client, name = engine.connect(), "grader-test-empty:0"
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        tar.addfile(tarfile.TarInfo("nothing"))
    client.api.import_image_from_data(stream.getvalue(), repository="grader-test-empty", tag="0")
    yield name
    client.images.remove(name, force=True)


@pytest.mark.docker
def test_an_image_that_was_removed():
    with pytest.raises(NotGraded) as caught, engine.failures("making a container"):
        engine.connect().api.create_container("grader-no-such-image:0")

    assert whole(caught.value) == (
        "G402",
        "making a container: the image is not on this engine (No such image: grader-no-such-image:0)",
        "Runner images are built from GRADER_BASE_IMAGE on first use; this one was removed since.",
        "Run: grader image build. Then repeat the command.",
    )


@pytest.mark.docker
def test_a_base_image_without_python(empty_image):
    with pytest.raises(UsageError) as caught:
        images.build(empty_image, Silent())

    script = bundled.path("runners") / "base-image.sh"
    assert whole(caught.value) == (
        "G407",
        "the base image grader-test-empty:0 has no python3 that starts",
        "Tests, analysers and submissions all need it.",
        f"Choose an image such as python:3.12-slim, or make one: bash {script} grader-base:debian",
    )


@pytest.mark.docker
def test_a_build_that_the_engine_refuses(monkeypatch):
    client = engine.connect()
    base = base_image.read(client, BASE, Silent())
    mark = f"a-test-{os.getpid()}"
    steps = [f"LABEL of={mark}", "RUN exit 3"]
    monkeypatch.setattr(images, "_recipe", lambda *_: steps)

    with pytest.raises(NotGraded) as caught:
        images.ensured(client, base, "python", (), Silent())

    code, what, why, do = whole(caught.value)
    assert code == "G408"
    assert what.startswith("the image grader-python:")
    assert what.endswith(" can't be built: The command '/bin/sh -c exit 3' returned a non-zero code: 3")
    assert (why, do) == (
        "The engine refused a build that copies files and compiles them.",
        "See that the engine has room and works (grader doctor), then: grader image build",
    )
    assert client.api.containers(all=True, filters={"label": f"of={mark}"}) == []


@pytest.mark.docker
def test_packages_of_an_image_that_can_not_be_had(monkeypatch):
    client = engine.connect()
    base = base_image.read(client, BASE, Silent())
    monkeypatch.setattr(images, "_tag", lambda *_: "grader-examiner:not-built")
    monkeypatch.setattr(packages, "lay_out", lambda *_: "ERROR: no index answers")

    with pytest.raises(NotGraded) as caught:
        images.ensured(client, base, "examiner", (), Silent())

    assert whole(caught.value) == (
        "G409",
        "the packages of the examiner image can't be collected: ERROR: no index answers",
        f"They are installed by hash from requirements.lock, for Python {'.'.join(base.python.split('.')[:2])}.",
        "See that this machine reaches a package index, then: grader image build",
    )


def test_a_process_that_can_not_be_started(monkeypatch, tmp_path):
    monkeypatch.setattr("sys.executable", str(tmp_path / "no-python"))

    with pytest.raises(NotGraded) as caught, ProcessSandbox().service("quality"):
        pass

    assert whole(caught.value) == (
        "G410",
        "the process sandbox can't start a process: No such file or directory",
        "Without a process nothing can be said about a submission.",
        "See what is missing: grader doctor. No submission got a zero.",
    )


@pytest.mark.docker
def test_pruning_without_the_base_image_removes_nothing():
    before = images.installed()

    with pytest.raises(UsageError) as caught:
        images.prune("no-such-image:0")

    assert whole(caught.value) == (
        "G411",
        "the base image no-such-image:0 is not on this engine",
        "Which runner images are in use follows from the base image; without it all would look unused.",
        "Set GRADER_BASE_IMAGE to the base in use. Nothing was removed.",
    )
    assert set(before) <= set(images.installed())


@pytest.mark.docker
def test_a_runtime_that_the_engine_does_not_offer():
    offered = ", ".join(sorted(engine.connect().info()["Runtimes"]))

    with pytest.raises(UsageError) as caught:
        DockerSandbox(BASE, Silent(), "nosuch")

    assert whole(caught.value) == (
        "G420",
        "the container engine has no runtime nosuch",
        f"It offers: {offered}. GRADER_RUNTIME names the one that containers get.",
        "Unset GRADER_RUNTIME for the engine's default, or add the runtime to the engine. Nothing was run.",
    )
