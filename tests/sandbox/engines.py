"""Second engines for the tests, each with a socket and a store of its own: the engine that is up is left alone."""

import contextlib
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import docker
import docker.errors

BASE = os.environ.get("GRADER_BASE_IMAGE", "python:3.12-slim")


@contextlib.contextmanager
def _store() -> Iterator[Path]:
    """A folder that is gone afterwards, with what an engine left mounted in it."""
    folder = Path(tempfile.mkdtemp(prefix="grader-engine-"))
    try:
        yield folder
    finally:
        for _ in range(3):  # Podman cleans up after its containers in processes of their own, which mount it once more
            mounted = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
            for place in sorted((place for place in mounted if place.startswith(f"{folder}/")), reverse=True):
                subprocess.run(["umount", "--lazy", place], check=False)
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def gvisor() -> Iterator[str]:
    """A dockerd that offers gVisor as `runsc`; gives its DOCKER_HOST."""
    with _store() as folder:
        (folder / "daemon.json").write_text(json.dumps(_settings(folder)))
        with _running(["dockerd", f"--config-file={folder}/daemon.json"], folder / "docker.sock") as host:
            yield host


def _settings(folder: Path) -> dict[str, object]:
    return {
        "hosts": [f"unix://{folder}/docker.sock"],
        "data-root": f"{folder}/data",
        "exec-root": f"{folder}/exec",
        "pidfile": f"{folder}/pid",
        "iptables": False,
        "ip6tables": False,
        "ip-masq": False,
        "bridge": "none",
        # ptrace needs no virtualisation of the machine that it runs on.
        "runtimes": {"runsc": {"path": shutil.which("runsc"), "runtimeArgs": ["--platform=ptrace", "--network=none"]}},
    }


@contextlib.contextmanager
def podman() -> Iterator[str]:
    """Podman's service with the API of Docker; gives its DOCKER_HOST."""
    with _store() as folder:
        # crun refuses a hybrid of both cgroup versions
        (folder / "containers.conf").write_text('[engine]\nruntime = "runc"\ncgroup_manager = "cgroupfs"\n')
        command = ["podman", "--root", f"{folder}/data", "--runroot", f"{folder}/run", "--storage-driver", "overlay"]
        command += ["system", "service", "--time", "0", f"unix://{folder}/podman.sock"]
        with _running(command, folder / "podman.sock", CONTAINERS_CONF=f"{folder}/containers.conf") as host:
            yield host


@contextlib.contextmanager
def _running(command: list[str], socket: Path, **environment: str) -> Iterator[str]:
    log = socket.with_suffix(".log")
    with log.open("wb") as out:
        # Podman's monitor leaves a file `oom` in the folder that its engine was started from.
        process = subprocess.Popen(command, stdout=out, stderr=out, env={**os.environ, **environment}, cwd=log.parent)
    host = f"unix://{socket}"
    try:
        client = _answering(host, process, log)
        _copy_base(client)
        yield host
        for container in client.api.containers(all=True):
            client.api.remove_container(container["Id"], force=True)
    finally:
        process.terminate()
        process.wait(60)


def _answering(host: str, process: "subprocess.Popen[bytes]", log: Path) -> docker.DockerClient:
    for _ in range(600):
        with contextlib.suppress(docker.errors.DockerException):
            return docker.DockerClient(host, timeout=120)
        assert process.poll() is None, log.read_text()[-2000:]
        time.sleep(0.1)
    raise AssertionError(log.read_text()[-2000:])


def _copy_base(client: docker.DockerClient) -> None:
    """The base image comes from the engine that is up: nothing is pulled."""
    image = docker.from_env().images.get(BASE)
    client.images.load(b"".join(image.save(named=True)))
