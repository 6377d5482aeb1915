"""The Docker sandbox: hardened containers, no network, no path of the host; files go in by standard input."""

import contextlib
import copy
import functools
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import docker
import docker.errors
from docker.types import Mount

from grader.errors import NotGraded
from grader.progress import Progress
from grader.results.provenance import Image
from grader.sandbox import base_image, counter, engine, images, packages, sweep
from grader.sandbox.images import RunnerImage
from grader.sandbox.lines import Lines
from grader.sandbox.protocol import Candidate, End, Equipment, Limits, Role, Service, Shared
from grader.sandbox.relay import relay
from grader.sandbox.spares import Spares
from grader.sandbox.stream import Stream
from grader.turns import Turns

_CANDIDATE, _SERVICE = "65534:65534", "65533:65533"
_MIB = 1024 * 1024
_SERVICE_MEMORY = {"examiner": 1024, "quality": 1024}
_SLOT = "size=1m,nr_inodes=64,mode=0755,uid=65533,gid=65533"
_FRAMEWORK_MIB = 96  # pytest, hypothesis and the supervisor, where tests share a container with the submission
_ALLOWED = Path(__file__).with_name("seccomp.json")
_END_S = 0.3  # for a container that has been left: ending by itself costs the engine less than being killed
_KEY_BYTES = 32  # of a relay's seal
# What a kernel in user space takes for itself is counted with the container: gVisor 11 MiB, 44 threads and 5 a process.
_KERNEL_MIB, _KERNEL_THREADS, _KERNEL_THREADS_EACH = 64, 64, 6

Transport = Literal["socket", "relay"]  # a unix socket on a shared volume, or bytes that the host passes on


class DockerSandbox:
    """Containers of the engine that answers; removes at its start what an earlier run left.

    Args:
        base: the base image of all runner images.
        runtime: the engine's OCI runtime, such as `runsc`; empty for its default.
        progress: told when images are built.
        transport: how candidates reach their slot; None for what this runtime can do, which is looked at.

    Raises:
        NotGraded: no engine answers, or it failed.
        UsageError: it has no such runtime, or the base image can't be had.
    """

    name: Literal["docker", "process"] = "docker"

    def __init__(self, base: str, progress: Progress, runtime: str = "", transport: Transport | None = None) -> None:
        self._client, self._progress = engine.connect(), progress
        facts = engine.facts(self._client, runtime)
        self.runtime, self._is_podman = facts.runtime, facts.is_podman
        sweep.sweep(self._client)
        self._base = base_image.read(self._client, base, progress, facts.runtime)
        self._images = {image.role: image for image in images.ensure(self._client, self._base, progress)}
        self._spares: Spares[tuple[str, Stream]] | None = None
        self._for_both: Callable[[], RunnerImage] | None = None  # an image of its own, built where it is needed
        self._has_own_kernel = self._base.kernel not in ("", facts.kernel)
        self.transport: Transport = transport or ("socket" if self._shares_sockets() else "relay")

    def twin(self, progress: Progress) -> "DockerSandbox":
        """This sandbox with a connection of its own: one is no thread's business but its own."""
        other = copy.copy(self)
        other._client, other._progress = engine.connect_again(self._client), progress
        return other

    def make_ahead(self, turns: Turns, is_wanted: Callable[[], bool]) -> None:
        """From now on, start the next candidate's container while one runs, in turns of work, where one is wanted."""
        self._spares = Spares(turns, is_wanted)

    def settle(self) -> None:
        """Wait until the containers of candidates that have left are gone."""
        if self._spares:
            self._spares.settle()

    def images(self) -> tuple[Image, ...]:
        """The runner images, by name and digest."""
        return tuple(Image(image.tag, image.digest) for image in self._images.values())

    def python(self) -> str:
        """The version of the candidate's Python."""
        return self._images["python"].python

    def equipped(self, equipment: Equipment) -> "DockerSandbox":
        """This sandbox, but for the image of its candidates."""
        image, client = equipment.image, self._client
        base = base_image.read(client, image, self._progress, self.runtime) if image else self._base
        other = copy.copy(self)
        candidates = images.ensured(client, base, "python", equipment.packages, self._progress)
        other._images = {**self._images, "python": candidates}
        pins = (*equipment.packages, *equipment.test_packages)
        if pins or image:
            other._for_both = functools.partial(images.ensured, client, base, "examiner", pins, self._progress)
        return other

    def library(self, pins: Sequence[str]) -> Mapping[str, bytes]:
        """Packages for the examiner's Python, as files."""
        return packages.files(packages.collect(pins, self._base.python, self._base.machine)) if pins else {}

    @contextlib.contextmanager
    def service(self, role: Role, slots: int = 0) -> Iterator[Service]:
        """Start a warm service; its slots are small volumes in memory that candidates mount read-only."""
        with contextlib.ExitStack() as stack:
            shared = slots if self.transport == "socket" else 0
            volumes = [stack.enter_context(self._volume()) for _ in range(shared)]
            own = {f"/slots/{n}": _SLOT for n in range(shared, slots)}  # a volume would be of no use to anyone
            options: dict[str, Any] = {
                "user": _SERVICE,
                "mounts": [Mount(f"/slots/{n}", name, no_copy=True) for n, name in enumerate(volumes)],
                "tmpfs": {"/tmp": f"size=256m,{_owned(_SERVICE)},exec", **own},  # noqa: S108  (inside the container)
                "memory_mib": _SERVICE_MEMORY[role],
                "processes": 256,
            }
            container = stack.enter_context(
                self._container(self._images[role].tag, images.command(role, slots), options)
            )
            stream = stack.enter_context(contextlib.closing(self._attached(container)))
            with engine.failures(f"starting the {role}"):
                self._client.api.start(container)
            try:
                yield _Service(stream, container, volumes)
            finally:
                if self._spares:
                    self._spares.drop(lambda kind: kind[0] == container)
            stream.await_end(_END_S)

    @contextlib.contextmanager
    def candidate(self, examiner: Service, slot: int, files: bytes, limits: Limits) -> Iterator[Candidate]:
        """Start a candidate's container on a slot, or take the one that was made ahead, and give it its files."""
        assert isinstance(examiner, _Service)
        made = functools.partial(self._waiting, examiner, slot, limits)
        kind = (examiner.container, slot, limits, self._images["python"].tag)
        key = b"" if self.transport == "socket" else os.urandom(_KEY_BYTES)
        with (
            self._spares.taken(kind, made) if self._spares else made() as (container, stream),
            contextlib.ExitStack() as stack,
        ):
            with engine.failures("starting a candidate"):
                stream.write(key + files)
            if key:
                bridge = stack.enter_context(contextlib.closing(self._bridge(examiner.container, slot, key)))
                stack.enter_context(relay(bridge, stream, limits.deadline_s))
            yield _Candidate(self._client, container)

    @contextlib.contextmanager
    def _waiting(self, examiner: "_Service", slot: int, limits: Limits) -> Iterator[tuple[str, Stream]]:
        """A candidate's container that runs and waits for its files."""
        shares = self.transport == "socket"
        command = [*images.CANDIDATE, "--deadline", str(limits.deadline_s), "--output", str(limits.output_mib)]
        command += ["--slot", "/slot"] * shares
        mounts = [Mount("/slot", examiner.volumes[slot], read_only=True, no_copy=True)] if shares else []
        with (
            self._container(self._images["python"].tag, command, {**_untrusted(limits), "mounts": mounts}) as container,
            contextlib.closing(self._attached(container)) as stream,
        ):
            with engine.failures("starting a candidate"):
                self._client.api.start(container)
            yield container, stream
            stream.await_end(_END_S)

    @contextlib.contextmanager
    def shared(self, limits: Limits) -> Iterator[Shared]:
        """Start a container from the examiner's image, which has pytest, behind a candidate's walls."""
        options = {**_untrusted(limits), "mounts": [], "memory_mib": limits.memory_mib + _FRAMEWORK_MIB}
        image = self._for_both() if self._for_both else self._images["examiner"]
        with (
            self._container(image.tag, [*images.SHARED, "--deadline", str(limits.deadline_s)], options) as container,
            contextlib.closing(self._attached(container)) as stream,
        ):
            with engine.failures("starting a shared container"):
                self._client.api.start(container)
            yield _Shared(stream, container, _Candidate(self._client, container))

    def _attached(self, container: str) -> Stream:
        with engine.failures("attaching to a container"):
            params = {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}
            return Stream(self._client.api.attach_socket(container, params))

    def _bridge(self, container: str, slot: int, key: bytes) -> Stream:
        """Start the program that takes the candidate's place on the slot, in the examiner's container."""
        with engine.failures("starting a relay"):
            command = [*images.BRIDGE, "--slot", f"/slots/{slot}"]
            started = self._client.api.exec_create(container, command, stdin=True, user=_SERVICE)
            stream = Stream(self._client.api.exec_start(started["Id"], socket=True))
            stream.write(key)
            return stream

    def _shares_sockets(self) -> bool:
        """Whether two containers can meet at a socket: one kernel for both, and an engine that makes small volumes."""
        if self._has_own_kernel:
            return False
        try:
            with self._volume():
                return True
        except NotGraded:
            return False  # Podman wants project quotas of the file system for a volume of a given size

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

    def _system_calls(self) -> list[str]:
        """The candidates' list of system calls, as this engine takes it: Podman opens a file, where it can see ours."""
        if not self._is_podman:
            return [f"seccomp={_allowed()}"]
        return [f"seccomp={_ALLOWED}"] if self._client.api.base_url.startswith("http+docker://") else []

    def _room(self, wanted: str) -> str:
        """A tmpfs' options, as far as the engine knows them; whoever is alone in a container may own it all."""
        if not self._is_podman:
            return wanted
        kept = [option for option in wanted.split(",") if option.partition("=")[0] in ("size", "exec")]
        return ",".join([*kept, "mode=1777"])

    def _host_config(self, options: Mapping[str, Any]) -> dict[str, Any]:
        memory, processes = options["memory_mib"] * _MIB, options["processes"]
        if self._has_own_kernel:
            memory, processes = memory + _KERNEL_MIB * _MIB, _KERNEL_THREADS + processes * _KERNEL_THREADS_EACH
        config: dict[str, Any] = self._client.api.create_host_config(
            network_mode="none",
            read_only=True,
            cap_drop=["ALL"],
            security_opt=["no-new-privileges:true", *(self._system_calls() if options.get("is_candidate") else ())],
            mem_limit=memory,
            memswap_limit=memory,
            pids_limit=processes,
            nano_cpus=1_000_000_000,
            shm_size=16 * _MIB,
            ulimits=engine.ulimits(),
            tmpfs={place: self._room(wanted) for place, wanted in options["tmpfs"].items()},
            mounts=options["mounts"],
            log_config=docker.types.LogConfig(type="none"),
            ipc_mode="private",
            runtime=self.runtime,
        )
        return config


class _Service(Lines):
    """A warm service in its container, and the volumes of its slots."""

    def __init__(self, stream: Stream, container: str, volumes: list[str]) -> None:
        super().__init__(stream.write, stream.chunks(), lambda: stream.complaint.decode("utf-8", "replace"))
        self.container, self.volumes = container, volumes


class _Shared(_Service):
    """A container that tests and submission share: spoken to like a service, ended like a candidate."""

    def __init__(self, stream: Stream, container: str, candidate: Candidate) -> None:
        super().__init__(stream, container, [])
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

    def cpu_ns(self) -> int | None:
        """CPU time of the container by its cgroup on this machine, else by the engine's statistics (about a second)."""
        with engine.failures("asking what a candidate has used"):
            found = counter.from_files(self._client.api.inspect_container(self._container)["Id"])
            if found is not None:
                return found
            return counter.from_stats(self._client.api.stats(self._container, stream=False, one_shot=True))

    def kill(self) -> None:
        """End everything in the container."""
        self._killed = self.end() is None
        with engine.failures("ending a candidate"), contextlib.suppress(docker.errors.APIError):  # it may end first
            self._client.api.kill(self._container)


def _untrusted(limits: Limits) -> dict[str, Any]:
    """The walls of a container that a submission runs in."""
    return {
        "user": _CANDIDATE,
        "tmpfs": {
            "/work": f"size={limits.scratch_mib}m,nr_inodes=16384,{_owned(_CANDIDATE)},exec",
            "/tmp": f"size=16m,nr_inodes=1024,{_owned(_CANDIDATE)}",  # noqa: S108  (inside the container)
        },
        "memory_mib": limits.memory_mib,
        "processes": limits.processes,
        "is_candidate": True,
    }


@functools.cache
def _allowed() -> str:
    """What a candidate may ask of the kernel: less than the engine's default; no tracing, no namespaces, no raw sockets."""
    return json.dumps(json.loads(_ALLOWED.read_text("utf-8")))


def _owned(user: str) -> str:
    uid, _, gid = user.partition(":")
    return f"uid={uid},gid={gid},mode=0700"
