"""Sandboxes with stand-ins for our programs, so that these tests show the walls and nothing else.

The stand-in supervisor runs `submission.py` as the candidate's first process and gives it `say(text)`; the stand-in
examiner repeats what arrives on a slot's socket, and does what it is told.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from grader import bundled
from grader.progress import Silent
from grader.sandbox import archive
from grader.sandbox.docker import DockerSandbox
from grader.sandbox.process import ProcessSandbox
from grader.sandbox.protocol import Limits, Sandbox, Service

BASE = os.environ.get("GRADER_BASE_IMAGE", "python:3.12-slim")
LIMITS = Limits(memory_mib=64, processes=16, scratch_mib=8, output_mib=1, deadline_s=30)

SERVICE = """\
import argparse, json, os, socket, sys

parser = argparse.ArgumentParser()
parser.add_argument("--lib")
parser.add_argument("--slots")
parser.add_argument("--slot-root", default="/slots")
options, _ = parser.parse_known_args()


def tell(**message):
    sys.stdout.write(json.dumps(message) + "\\n")
    sys.stdout.flush()


def listen(slot):
    path = os.path.join(options.slot_root, str(slot), "socket")
    if os.path.exists(path):
        os.unlink(path)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        os.chmod(path, 0o666)
        listener.listen()
        tell(listening=slot)
        with listener.accept()[0] as far:
            said = b"".join(iter(lambda: far.recv(65536), b""))
    tell(said=said.decode())


for line in sys.stdin:
    order = json.loads(line)
    if "listen" in order:
        listen(order["listen"])
    elif "print" in order:
        sys.stdout.write(order["print"] * order.get("times", 1) + "\\n")
        sys.stdout.flush()
    elif "leave" in order:
        sys.exit(order["leave"])
    elif "environment" in order:
        tell(environment=dict(os.environ))
    else:
        tell(echo=order)
"""

SUPERVISOR = """\
import argparse, io, os, socket, sys, tarfile, time

parser = argparse.ArgumentParser()
parser.add_argument("--slot")
parser.add_argument("--work")
parser.add_argument("--deadline")
options = parser.parse_args()
length = int.from_bytes(sys.stdin.buffer.read(8), "big")
os.mkdir(options.work + "/submission")
with tarfile.open(fileobj=io.BytesIO(sys.stdin.buffer.read(length))) as files:
    files.extractall(options.work + "/submission")
wire = socket.socket(socket.AF_UNIX)
wire.connect(options.slot + "/socket")
names = {"say": lambda text: wire.sendall(str(text).encode()), "work": options.work, "slot": options.slot}
exec(open(options.work + "/submission/submission.py").read(), names)
"""


@pytest.fixture(scope="session")
def stand_ins(tmp_path_factory) -> Iterator[None]:
    """A runners/ folder of stand-ins, in place of ours."""
    root = tmp_path_factory.mktemp("stand-ins")
    root.chmod(0o755)
    programs = {
        "examiner/main.py": SERVICE,
        "shared/main.py": SERVICE,
        "quality/main.py": SERVICE,
        "python/supervisor.py": SUPERVISOR,
    }
    for name, text in {**programs, "wire/codec.py": ""}.items():
        (root / "runners" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "runners" / name).write_text(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bundled, "path", lambda name: Path(root, name))
        yield


@pytest.fixture(scope="session")
def docker_sandbox(stand_ins) -> DockerSandbox:
    """Docker, with images of the stand-ins."""
    return DockerSandbox(BASE, Silent())


@pytest.fixture(params=[pytest.param("docker", marks=pytest.mark.docker), "process"])
def sandbox(request, stand_ins) -> Sandbox:
    """Each sandbox in turn."""
    return request.getfixturevalue("docker_sandbox") if request.param == "docker" else ProcessSandbox()


def ask(service: Service, **order: object) -> Mapping[str, object] | None:
    """Send one order to a stand-in, and return its answer."""
    service.send(order)
    return service.receive(30)


@pytest.fixture
def order() -> Callable[..., Mapping[str, object] | None]:
    """`order(service, print="x")` gives the stand-in's answer."""
    return ask


@pytest.fixture
def inside() -> Callable[..., str]:
    """`inside(sandbox, code)` runs the code as a submission, and gives what it said."""

    def run(sandbox: Sandbox, code: str, limits: Limits = LIMITS, more: Mapping[str, bytes] | None = None) -> str:
        files = archive.pack({"submission.py": code.encode(), **(more or {})})
        with sandbox.service("examiner", 1) as examiner:
            assert ask(examiner, listen=0) == {"listening": 0}
            with sandbox.candidate(examiner, 0, files, limits):
                answer = examiner.receive(30)
        assert answer is not None
        return str(answer["said"])

    return run
