"""An engine on another machine: reached by an address, and no path of this machine is of any use to it."""

import contextlib
import os
import socket
import threading
from collections.abc import Iterator

import pytest

from grader.progress import Silent
from grader.sandbox.docker import DockerSandbox

pytestmark = pytest.mark.docker

BASE = os.environ.get("GRADER_BASE_IMAGE", "python:3.12-slim")


def pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while part := source.recv(65536):
            sink.sendall(part)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


@pytest.fixture(scope="module")
def far_engine() -> Iterator[str]:
    """DOCKER_HOST of the engine that is up, as seen over TCP."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    near, _ = listener.accept()
                    far = socket.socket(socket.AF_UNIX)
                    far.connect("/var/run/docker.sock")
                    for way in ((near, far), (far, near)):
                        threading.Thread(target=pump, args=way, daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        yield f"tcp://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("transport", ["socket", "relay"])
def test_a_candidate_gets_its_files_and_is_heard(standing_in, far_engine, inside, transport):
    with standing_in(far_engine):
        sandbox = DockerSandbox(BASE, Silent(), transport=transport)

    said = inside(sandbox, "say(open(work + '/submission/data.txt').read())", more={"data.txt": b"content"})

    assert said == "content"
