"""Sandboxes with stand-ins for our programs, so that these tests show the walls and nothing else.

The stand-in supervisor runs `submission.py` as the candidate's first process and gives it `say(text)`; the stand-in
examiner repeats what arrives on a slot's socket, and does what it is told.
"""

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from grader import bundled
from grader.progress import Silent
from grader.sandbox import archive
from grader.sandbox.docker import DockerSandbox
from grader.sandbox.process import ProcessSandbox
from grader.sandbox.protocol import Limits, Sandbox, Service

sys.path.append(str(Path(__file__).parent))
import engines

Standing = Callable[..., contextlib.AbstractContextManager[None]]
BASE = os.environ.get("GRADER_BASE_IMAGE", "python:3.12-slim")
LIMITS = Limits(memory_mib=64, processes=16, scratch_mib=8, output_mib=1, deadline_s=30)

SERVICE = """\
import argparse, contextlib, json, os, socket, sys

parser = argparse.ArgumentParser()
parser.add_argument("--lib")
parser.add_argument("--slots")
parser.add_argument("--slot-root", default="/slots")
options, _ = parser.parse_known_args()


def tell(**message):
    sys.stdout.write(json.dumps(message) + "\\n")
    sys.stdout.flush()


def listen(slot, write=0):
    path = os.path.join(options.slot_root, str(slot), "socket")
    if os.path.exists(path):
        os.unlink(path)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        os.chmod(path, 0o666)
        listener.listen()
        tell(listening=slot)
        with listener.accept()[0] as far:
            with contextlib.suppress(OSError):
                far.sendall(bytes(write))
            said = b"".join(iter(lambda: far.recv(65536), b""))
    tell(said=said.decode())


for line in sys.stdin:
    order = json.loads(line)
    if "listen" in order:
        listen(order["listen"], order.get("write", 0))
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
import argparse, json, os, socket, sys, threading, time

parser = argparse.ArgumentParser()
for name in ("--slot", "--work", "--deadline", "--output", "--site"):
    parser.add_argument(name)
options = parser.parse_args()


def take(count):
    taken = b""
    while len(taken) < count:
        taken += os.read(0, count - len(taken))
    return taken


key = b"" if options.slot else take(32)
os.mkdir(options.work + "/submission")
for name, size in json.loads(take(int.from_bytes(take(8), "big"))):
    os.makedirs(os.path.dirname(options.work + "/submission/" + name), exist_ok=True)
    with open(options.work + "/submission/" + name, "wb") as file:
        file.write(take(size))
if not options.slot:
    sys.path.append(os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + "/wire")
    import relay

    wire, far = socket.socketpair()
    carrying = threading.Thread(target=relay.Relay(0, 1, key, 1, far).run, daemon=True)
    carrying.start()
else:
    wire = socket.socket(socket.AF_UNIX)
    wire.connect(options.slot + "/socket")
names = {"say": lambda text: wire.sendall(str(text).encode()), "work": options.work, "slot": options.slot}
exec(open(options.work + "/submission/submission.py").read(), names)
if not options.slot:
    wire.close()
    carrying.join(5)
"""


@pytest.fixture(scope="session")
def standing_in() -> Iterator[Standing]:
    """`with standing_in():` has a runners/ folder of stand-ins in place of ours, and DOCKER_HOST where one is given."""
    root = Path(tempfile.mkdtemp(prefix="grader-stand-ins-"))  # where every user may look
    root.chmod(0o755)
    texts = dict.fromkeys(("examiner/main.py", "shared/main.py", "quality/main.py"), SERVICE)
    texts["python/supervisor.py"] = SUPERVISOR
    for name in ("wire/relay.py", "init/processes.py", "examiner/bridge.py"):
        texts[name] = (bundled.path("runners") / name).read_text()
    for name, text in texts.items():
        (root / "runners" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "runners" / name).write_text(text)

    @contextlib.contextmanager
    def patched(host: str = "") -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(bundled, "path", lambda name: Path(root, name))
            if host:
                patch.setenv("DOCKER_HOST", host)
            yield

    yield patched
    shutil.rmtree(root)


@pytest.fixture(scope="session")
def docker_sandbox(standing_in) -> DockerSandbox:
    """Docker, with images of the stand-ins."""
    with standing_in():
        return DockerSandbox(BASE, Silent())


@pytest.fixture(scope="session")
def relay_sandbox(standing_in) -> DockerSandbox:
    """Docker, with the host passing on what examiner and candidate say."""
    with standing_in():
        return DockerSandbox(BASE, Silent(), transport="relay")


@pytest.fixture(scope="session")
def gvisor_engine() -> Iterator[str]:
    """DOCKER_HOST of an engine with gVisor."""
    with engines.gvisor() as host:
        yield host


@pytest.fixture(scope="session")
def gvisor_sandbox(standing_in, gvisor_engine) -> DockerSandbox:
    """Docker with gVisor."""
    with standing_in(gvisor_engine):
        return DockerSandbox(BASE, Silent(), "runsc")


@pytest.fixture(scope="session")
def podman_engine() -> Iterator[str]:
    """DOCKER_HOST of Podman's service."""
    with engines.podman() as host:
        yield host


@pytest.fixture(scope="session")
def podman_sandbox(standing_in, podman_engine) -> DockerSandbox:
    """Podman, by the same client."""
    with standing_in(podman_engine):
        return DockerSandbox(BASE, Silent())


@pytest.fixture
def process_sandbox(standing_in) -> Iterator[ProcessSandbox]:
    """Processes of this machine, which run the stand-ins' files."""
    with standing_in():
        yield ProcessSandbox()


_EACH = [
    pytest.param("docker", marks=pytest.mark.docker),
    pytest.param("relay", marks=pytest.mark.docker),
    pytest.param("gvisor", marks=pytest.mark.gvisor),
    pytest.param("podman", marks=pytest.mark.podman),
    "process",
]


@pytest.fixture(params=_EACH)
def sandbox(request) -> Sandbox:
    """Each sandbox in turn."""
    return request.getfixturevalue(f"{request.param}_sandbox")


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
