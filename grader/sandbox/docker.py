"""The Docker sandbox: hardened containers, no network, no path of the host; files go in by standard input."""

import contextlib
import functools
import json
import socket
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import docker
import docker.errors
from docker.types import Mount, Ulimit

from grader.progress import Progress
from grader.results.provenance import Image
from grader.sandbox import engine, images, sweep
from grader.sandbox.lines import Lines
from grader.sandbox.protocol import Candidate, End, Limits, Role, Service, Shared

_CANDIDATE, _SERVICE = "65534:65534", "65533:65533"
_MIB = 1024 * 1024
_SERVICE_MEMORY = {"examiner": 1024, "quality": 1024}
_SLOT = "size=1m,nr_inodes=64,mode=0755,uid=65533,gid=65533"
_FRAMEWORK_MIB = 96  # pytest, hypothesis and the supervisor, where tests share a container with the submission
_COMPLAINT = 8192
_WRITE_S = 60  # for a piece that fits no buffer; a program that reads takes milliseconds


class DockerSandbox:
    """Containers of the engine that answers; removes at its start what an earlier run left.

    Args:
        base: the base image of all runner images.
        runtime: the engine's OCI runtime, such as `runsc`; empty for its default.
        progress: told when images are built.
    """

    name: Literal["docker", "process"] = "docker"

    def __init__(self, base: str, progress: Progress, runtime: str = "") -> None:
        self._client = engine.connect()
        self.runtime = runtime or str(self._client.info().get("DefaultRuntime", "runc"))
        sweep.sweep(self._client)
        self._images = {image.role: image for image in images.ensure(self._client, base, progress)}

    def images(self) -> tuple[Image, ...]:
        """The runner images, by name and digest."""
        return tuple(Image(image.tag, image.digest) for image in self._images.values())

    def python(self) -> str:
        """The version of the candidate's Python."""
        return self._images["python"].python

    @contextlib.contextmanager
    def service(self, role: Role, slots: int = 0) -> Iterator[Service]:
        """Start a warm service; its slots are small volumes in memory that candidates mount read-only."""
        with contextlib.ExitStack() as stack:
            volumes = [stack.enter_context(self._volume()) for _ in range(slots)]
            command = images.command(role, slots)
            options: dict[str, Any] = {
                "user": _SERVICE,
                "mounts": [Mount(f"/slots/{n}", name, no_copy=True) for n, name in enumerate(volumes)],
                "tmpfs": {"/tmp": f"size=256m,{_owned(_SERVICE)},exec"},  # noqa: S108  (inside the container)
                "memory_mib": _SERVICE_MEMORY[role],
                "processes": 256,
            }
            container = stack.enter_context(self._container(self._images[role].tag, command, options))
            stream = stack.enter_context(contextlib.closing(_Stream(self._client, container)))
            with engine.failures(f"starting the {role}"):
                self._client.api.start(container)
            yield _Service(stream, volumes)

    @contextlib.contextmanager
    def candidate(self, examiner: Service, slot: int, files: bytes, limits: Limits) -> Iterator[Candidate]:
        """Start a candidate's container on a slot, and give it its files."""
        assert isinstance(examiner, _Service)
        options = {
            **_untrusted(limits),
            "mounts": [Mount("/slot", examiner.volumes[slot], read_only=True, no_copy=True)],
        }
        command = [*images.CANDIDATE, "--deadline", str(limits.deadline_s)]
        with (
            self._container(self._images["python"].tag, command, options) as container,
            contextlib.closing(_Stream(self._client, container)) as stream,
        ):
            with engine.failures("starting a candidate"):
                self._client.api.start(container)
                stream.write(struct.pack(">Q", len(files)) + files)
            yield _Candidate(self._client, container)

    @contextlib.contextmanager
    def shared(self, limits: Limits) -> Iterator[Shared]:
        """Start a container from the examiner's image, which has pytest, behind a candidate's walls."""
        options = {**_untrusted(limits), "mounts": [], "memory_mib": limits.memory_mib + _FRAMEWORK_MIB}
        command = [*images.SHARED, "--deadline", str(limits.deadline_s)]
        with (
            self._container(self._images["examiner"].tag, command, options) as container,
            contextlib.closing(_Stream(self._client, container)) as stream,
        ):
            with engine.failures("starting a shared container"):
                self._client.api.start(container)
            yield _Shared(stream, _Candidate(self._client, container))

    @contextlib.contextmanager
    def _volume(self) -> Iterator[str]:
        name = engine.unique_name()
        options = {"type": "tmpfs", "device": "tmpfs", "o": _SLOT}
        try:
            with engine.failures("making a slot"):
                self._client.api.create_volume(name, "local", options, dict(engine.labels("slot")))
            yield name
        finally:
            with contextlib.suppress(docker.errors.APIError, OSError):
                self._client.api.remove_volume(name, force=True)

    @contextlib.contextmanager
    def _container(self, image: str, command: list[str], options: Mapping[str, Any]) -> Iterator[str]:
        name = engine.unique_name()
        try:
            with engine.failures("making a container"):
                self._client.api.create_container(
                    image,
                    command,
                    name=name,
                    user=options["user"],
                    stdin_open=True,
                    network_disabled=True,  # with network_mode none: loopback alone, and a quicker start
                    labels=dict(engine.labels("container")),
                    working_dir="/",
                    hostname="sandbox",
                    host_config=self._host_config(options),
                )
            yield name
        finally:
            # By name, and also when Ctrl-C came between the engine's work and its answer.
            with contextlib.suppress(docker.errors.APIError, OSError):
                self._client.api.remove_container(name, force=True, v=True)

    def _host_config(self, options: Mapping[str, Any]) -> dict[str, Any]:
        memory = options["memory_mib"] * _MIB
        config: dict[str, Any] = self._client.api.create_host_config(
            network_mode="none",
            read_only=True,
            cap_drop=["ALL"],
            security_opt=["no-new-privileges:true", *options.get("security", ())],
            mem_limit=memory,
            memswap_limit=memory,
            pids_limit=options["processes"],
            nano_cpus=1_000_000_000,
            shm_size=16 * _MIB,
            ulimits=[Ulimit(name="nofile", soft=1024, hard=1024), Ulimit(name="core", soft=0, hard=0)],
            tmpfs=options["tmpfs"],
            mounts=options["mounts"],
            log_config=docker.types.LogConfig(type="none"),
            ipc_mode="private",
            runtime=self.runtime,
        )
        return config


class _Stream:
    """A container's standard streams, attached before it starts; the engine multiplexes what comes out."""

    def __init__(self, client: docker.DockerClient, container: str) -> None:
        with engine.failures("attaching to a container"):
            params = {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}
            self._attached = client.api.attach_socket(container, params)
        self._socket: socket.socket = getattr(self._attached, "_sock", self._attached)
        self._socket.settimeout(None)
        # A container that stops reading must not stop us; Python then raises an OSError like any other.
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", _WRITE_S, 0))
        self.complaint = b""

    def write(self, data: bytes) -> None:
        """Write to the container's standard input."""
        self._socket.sendall(data)

    def chunks(self) -> Iterator[bytes]:
        """What the container prints to standard output, until it ends."""
        while header := self._exactly(8):
            kind, length = struct.unpack(">BxxxL", header)
            while length:
                part = self._socket.recv(min(length, 65536))
                if not part:
                    return
                length -= len(part)
                if kind == 1:
                    yield part
                else:
                    self.complaint = (self.complaint + part)[-_COMPLAINT:]

    def close(self) -> None:
        """Let go of the streams."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._attached.close()

    def _exactly(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            part = self._socket.recv(count - len(data))
            if not part:
                return b""
            data += part
        return data


class _Service(Lines):
    """A warm service in its container, and the volumes of its slots."""

    def __init__(self, stream: _Stream, volumes: list[str]) -> None:
        super().__init__(stream.write, stream.chunks(), lambda: stream.complaint.decode("utf-8", "replace"))
        self.volumes = volumes


class _Shared(_Service):
    """A container that tests and submission share: spoken to like a service, ended like a candidate."""

    def __init__(self, stream: _Stream, candidate: Candidate) -> None:
        super().__init__(stream, [])
        self.end, self.kill = candidate.end, candidate.kill


class _Candidate:
    """A candidate's container, by the engine's word."""

    def __init__(self, client: docker.DockerClient, container: str) -> None:
        self._client, self._container = client, container
        self._killed = False

    def end(self) -> End | None:
        """How the container ended, or None while it runs."""
        with engine.failures("asking how a candidate ended"):
            state = self._client.api.inspect_container(self._container)["State"]
        if state["Running"]:
            return None
        if state["OOMKilled"]:
            return End("memory", state["ExitCode"])
        return End("killed" if self._killed else "crashed", state["ExitCode"])

    def kill(self) -> None:
        """End everything in the container."""
        self._killed = self.end() is None
        with engine.failures("ending a candidate"), contextlib.suppress(docker.errors.APIError):  # it may end first
            self._client.api.kill(self._container)


def _untrusted(limits: Limits) -> dict[str, Any]:
    """The walls around a submission's code."""
    return {
        "user": _CANDIDATE,
        "tmpfs": {
            "/work": f"size={limits.scratch_mib}m,nr_inodes=16384,{_owned(_CANDIDATE)},exec",
            "/tmp": f"size=16m,nr_inodes=1024,{_owned(_CANDIDATE)}",  # noqa: S108  (inside the container)
        },
        "memory_mib": limits.memory_mib,
        "processes": limits.processes,
        "security": [f"seccomp={_system_calls()}"],
    }


@functools.cache
def _system_calls() -> str:
    """What a candidate may ask of the kernel: less than the engine's default; no tracing, no namespaces, no raw sockets."""
    return json.dumps(json.loads(Path(__file__).with_name("seccomp.json").read_text("utf-8")))


def _owned(user: str) -> str:
    uid, _, gid = user.partition(":")
    return f"uid={uid},gid={gid},mode=0700"
