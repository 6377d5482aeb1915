"""The container engine: how it is reached, and its failures in a user's words."""

import contextlib
import hashlib
import itertools
import os
import shlex
import socket as sockets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docker
import docker.errors
import requests.exceptions
from docker.types import Ulimit

from grader import bundled
from grader.errors import NotGraded, UsageError
from grader.quote import quote

LABEL = "grader"
_TIMEOUT_S = 120


def connect() -> docker.DockerClient:
    """Return a client of the engine that DOCKER_HOST or the default socket names.

    Raises:
        NotGraded: G401, no engine answers.
    """
    try:
        client = docker.from_env(timeout=_TIMEOUT_S)
        client.ping()
        return client
    except (docker.errors.DockerException, requests.exceptions.RequestException, OSError) as cause:
        raise _unreachable(cause) from cause


def connect_again(client: docker.DockerClient) -> docker.DockerClient:
    """Return another client of the same engine, which is known to answer."""
    return docker.from_env(timeout=_TIMEOUT_S, version=client.api.api_version)


@contextlib.contextmanager
def failures(doing: str) -> Iterator[None]:
    """Turn what goes wrong with the engine into our own error; `doing` names the step, such as `starting a candidate`."""
    try:
        yield
    except docker.errors.ImageNotFound as cause:
        raise NotGraded(
            "G402",
            f"{doing}: the image is not on this engine ({quote(str(cause.explanation), 200)})",
            "Runner images are built from GRADER_BASE_IMAGE on first use; this one was removed since.",
            "Run: grader image build. Then repeat the command.",
        ) from cause
    except (docker.errors.DockerException, requests.exceptions.RequestException, OSError) as cause:
        raise _failed(doing, cause) from cause


def digest(client: docker.DockerClient, image: str) -> str | None:
    """The digest of an image that is on the engine, by any name of it; None: it isn't there."""
    try:
        return str(client.api.inspect_image(image)["Id"])
    except docker.errors.ImageNotFound:
        return None


@dataclass(frozen=True, slots=True)
class Facts:
    """What an engine says of itself: the OCI runtime in use, the kernel that it runs on, and whose it is."""

    runtime: str
    kernel: str
    is_podman: bool


def facts(client: docker.DockerClient, runtime: str) -> Facts:
    """Return what matters of an engine, for a runtime asked for by name; empty for the engine's default.

    Raises:
        NotGraded: the engine failed.
        UsageError: G420, it has no such runtime.
    """
    with failures("asking the engine"):
        info, version = client.info(), client.version()
    offered = sorted(info.get("Runtimes") or ())
    if runtime and runtime not in offered:
        raise UsageError(
            "G420",
            f"the container engine has no runtime {quote(runtime)}",
            f"It offers: {', '.join(offered) or 'none by name'}. GRADER_RUNTIME names the one that containers get.",
            "Unset GRADER_RUNTIME for the engine's default, or add the runtime to the engine. Nothing was run.",
        )
    default = str(info.get("DefaultRuntime") or "runc")
    return Facts(runtime or default, str(info.get("KernelVersion", "")), is_podman(version))


def is_podman(version: Mapping[str, Any]) -> bool:
    """Whether an engine's own word on its version is Podman's."""
    return any("podman" in str(part.get("Name", "")).lower() for part in version.get("Components") or ())


def ulimits() -> list[Ulimit]:
    """Limits that every container of ours gets; each is said, since an engine's defaults may be above what it may give.

    `nproc` counts all processes of a user, of all containers together: a container's own bound is its pids cgroup.
    """
    wanted = {"nofile": 1024, "nproc": 4096, "core": 0}
    return [Ulimit(name=name, soft=most, hard=most) for name, most in wanted.items()]


def make_base() -> str:
    """The command that makes a base image where there is no registry, from wherever this installation has the script."""
    return f"bash {shlex.quote(str(bundled.path('runners') / 'base-image.sh'))} grader-base:debian"


def labels(kind: str) -> Mapping[str, str]:
    """What every container and volume of ours carries: whose it is, so that a later run can remove what was left."""
    return {LABEL: kind, f"{LABEL}.host": sockets.gethostname(), f"{LABEL}.owner": owner(os.getpid())}


def unique_name() -> str:
    """A name that no other run on any host gives to a container or volume of the same engine."""
    mine = f"{sockets.gethostname()} {owner(os.getpid())} {next(_count)}"
    return f"grader-{hashlib.sha256(mine.encode()).hexdigest()[:12]}"


_count = itertools.count()


def owner(pid: int) -> str:
    """A process as `pid-starttime`, so that a pid used again is another owner; empty where it doesn't live."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return f"{pid}-" if not Path("/proc").is_dir() and _lives(pid) else ""
    return f"{pid}-{stat.rpartition(')')[2].split()[19]}"


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError as cause:
        return isinstance(cause, PermissionError)
    return True


def _unreachable(cause: Exception) -> NotGraded:
    denied = isinstance(cause.__context__, PermissionError) or "ermission denied" in str(cause)
    why = (
        "The engine's socket refuses this user, so nothing could be started."
        if denied
        else "Strangers' code runs in a container only, and neither DOCKER_HOST nor the default socket answers."
    )
    do = (
        "Add yourself to the group that owns the socket (often: docker), or use a rootless engine. Nothing was graded."
        if denied
        else "Start Docker or Podman, then repeat the command; what is missing: grader doctor. Nothing was graded."
    )
    return NotGraded("G401", "no container engine answers", why, do)


def _failed(doing: str, cause: Exception) -> NotGraded:
    text = quote(str(getattr(cause, "explanation", None) or cause), 300)
    if "no space left" in text.lower():
        return NotGraded(
            "G404",
            f"{doing}: the engine's disk is full",
            "Containers need a little room for their file systems.",
            "Free some space (docker system df shows where it went), then repeat the command. No submission got a zero.",
        )
    return NotGraded(
        "G403",
        f"{doing}: the container engine failed ({text})",
        "The engine stopped or refused, so nothing can be said about the submission.",
        "See that the engine runs (grader doctor), then repeat the command. No submission got a zero.",
    )
