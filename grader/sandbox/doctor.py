"""What this machine offers for grading, how strong its walls are, and what it lacks: as values, each with one remedy."""

import os
import platform
import shlex
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import docker
import docker.errors
import requests.exceptions

from grader import bundled
from grader.errors import GraderError
from grader.quote import quote
from grader.sandbox import base_image, engine, process

_ROOM_GIB = 2
_FAULTS = (
    GraderError,
    OSError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    docker.errors.DockerException,
    requests.exceptions.RequestException,
)

Facts = Mapping[str, Any]  # what an engine says of itself


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at; `required` ones make the machine unfit for strangers' code.

    The remedy of what is ok is what would make the wall stronger; empty where nothing would.
    """

    name: str
    ok: bool
    detail: str
    remedy: str
    required: bool = False

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return asdict(self)


def examine(image: str, runtime: str = "") -> tuple[Check, ...]:
    """Look at everything; never raises, whatever answers.

    Args:
        image: the base image of the containers.
        runtime: their OCI runtime; empty for the engine's default.
    """
    return (
        *_looked("python", _python),
        *_looked("disk", _disk),
        *_looked("container engine", lambda: _engine(image, runtime)),
        *_looked("process sandbox", _bubblewrap),
    )


def _looked(name: str, look: Callable[[], tuple[Check, ...]]) -> tuple[Check, ...]:
    try:
        return look()
    except _FAULTS as fault:
        told = f"can't be looked at: {type(fault).__name__}: {quote(str(fault), 200)}"
        return (Check(name, False, told, "See what it says by itself: docker info", name == "container engine"),)


def _python() -> tuple[Check, ...]:
    is_new = sys.version_info >= (3, 11)
    return (Check("python", is_new, platform.python_version(), _if(is_new, "Use Python 3.11 or newer."), True),)


def _disk() -> tuple[Check, ...]:
    free = shutil.disk_usage(os.sep).free / 1024**3
    remedy = f"grader image prune   (images and containers need {_ROOM_GIB} GiB)"
    return (Check("disk", free > _ROOM_GIB, f"{free:.0f} GiB free", "" if free > _ROOM_GIB else remedy, True),)


def _engine(image: str, runtime: str) -> tuple[Check, ...]:
    try:
        client = engine.connect()
        with engine.failures("asking the engine"):
            info, version = client.info(), client.version()
    except GraderError as error:
        remedy = error.do if "group" in error.do else _install()
        return (Check("container engine", False, error.what, remedy, True),)
    name = "Podman" if engine.is_podman(version) else "Docker"
    told = (
        f"{name} {version.get('Version', '')} on {info.get('OperatingSystem', '')}, kernel {info.get('KernelVersion')}"
    )
    return (
        Check("container engine", True, told, "", True),
        *_limits(info),
        *_walls(info),
        _runtimes(info, runtime),
        _base(client, image),
    )


def _limits(info: Facts) -> tuple[Check, ...]:
    version = f"cgroup v{info.get('CgroupVersion') or '1'}, {info.get('CgroupDriver') or 'no driver'}"
    missing = [name for name in ("MemoryLimit", "SwapLimit") if not info.get(name)]
    memory = "Boot with cgroup_enable=memory swapaccount=1 on the kernel's command line."
    return (
        Check("memory limits", "MemoryLimit" not in missing, version, memory if missing else "", True),
        Check("process limits", bool(info.get("PidsLimit")), "pids cgroup", _if(info.get("PidsLimit"), _PIDS), True),
    )


_PIDS = "Use a kernel with the pids cgroup; rootless engines need cgroup v2: systemd.unified_cgroup_hierarchy=1"


def _walls(info: Facts) -> tuple[Check, ...]:
    """What stands between a container and the host; one that isn't needed says what it would add."""
    options = {option.split(",")[0].removeprefix("name=") for option in info.get("SecurityOptions") or ()}
    rootless, remapped = "rootless" in options, "userns" in options
    profile = sorted(options & {"apparmor", "selinux"})
    return (
        Check(
            "seccomp",
            "seccomp" in options,
            "system calls are filtered" if "seccomp" in options else "none",
            _if(
                "seccomp" in options, "Use a kernel and an engine with seccomp: sudo apt install --reinstall docker.io"
            ),
            True,
        ),
        Check(
            "users",
            True,
            "rootless"
            if rootless
            else "root is remapped"
            if remapped
            else "root of the engine is root of this machine",
            _if(rootless or remapped, "dockerd-rootless-setuptool.sh install   (or: dockerd --userns-remap=default)"),
        ),
        Check(
            "profile", True, ", ".join(profile) or "no apparmor, no selinux", _if(profile, "sudo apt install apparmor")
        ),
    )


def _runtimes(info: Facts, runtime: str) -> Check:
    offered = sorted(info.get("Runtimes") or ())
    used = runtime or str(info.get("DefaultRuntime") or "the default")
    told = f"{used} is used; offered: {', '.join(offered) or 'none by name'}"
    if runtime and runtime not in offered:
        return Check("runtimes", False, told, "unset GRADER_RUNTIME", True)
    if used == "runsc":
        return Check("runtimes", True, told, "")
    if "runsc" in offered:
        return Check("runtimes", True, told, "export GRADER_RUNTIME=runsc")
    return Check(
        "runtimes", True, told, "sudo apt install runsc && sudo runsc install && sudo systemctl restart docker"
    )


def _base(client: docker.DockerClient, image: str) -> Check:
    with engine.failures("reading the base image"):
        if engine.digest(client, image) is not None:
            return Check("base image", True, f"{image} is local", "")
        if base_image.local(client, image) is not None:
            return Check("base image", True, f"{image} is not local; {base_image.MADE_HERE} stands in", "")
    return Check("base image", False, f"{image} is not local: it is pulled on first use", engine.make_base())


def _bubblewrap() -> tuple[Check, ...]:
    runtime = process.ProcessSandbox().runtime
    if runtime != "none":
        return (Check("process sandbox", True, f"{runtime}: for one's own code", ""),)
    found = shutil.which("bwrap")
    told = "bubblewrap is here, and this kernel doesn't let it work" if found else "resource limits alone"
    remedy = "sudo sysctl -w kernel.unprivileged_userns_clone=1" if found else "sudo apt install bubblewrap"
    return (Check("process sandbox", False, told, remedy),)


def _install() -> str:
    script = bundled.path("runners") / "engine.sh"
    return (
        f"sudo bash {shlex.quote(str(script))}"
        if shutil.which("apt-get")
        else "Install Docker or Podman, and start it."
    )


def _if(is_there: object, remedy: str) -> str:
    return "" if is_there else remedy
