"""What this machine offers for grading, and what it lacks, as values."""

import os
import platform
import shutil
import sys
from dataclasses import asdict, dataclass

from grader.errors import GraderError
from grader.sandbox import engine, process

_ROOM_GIB = 2


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at; `required` ones make the machine unfit for strangers' code."""

    name: str
    ok: bool
    detail: str
    remedy: str
    required: bool = False

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return asdict(self)


def examine(base_image: str) -> tuple[Check, ...]:
    """Look at everything; never raises."""
    return (_python(), _disk(), *_engine(base_image), _bubblewrap())


def _python() -> Check:
    version = platform.python_version()
    return Check("python", sys.version_info >= (3, 11), version, "Use Python 3.11 or newer.", True)


def _disk() -> Check:
    free = shutil.disk_usage(os.sep).free / 1024**3
    return Check("disk", free > _ROOM_GIB, f"{free:.0f} GiB free", f"Images and containers need {_ROOM_GIB} GiB.", True)


def _engine(base_image: str) -> tuple[Check, ...]:
    try:
        client = engine.connect()
        with engine.failures("asking the engine"):
            info, version = client.info(), client.version()
    except GraderError as error:
        return (Check("container engine", False, error.what, error.do, True),)
    runtimes = ", ".join(sorted(info.get("Runtimes", {})))
    security = ", ".join(option.split(",")[0].removeprefix("name=") for option in info.get("SecurityOptions", []))
    return (
        Check("container engine", True, f"{version['Version']} ({info.get('OperatingSystem', '')})", "", True),
        Check(
            "memory limits",
            bool(info.get("MemoryLimit")),
            f"cgroup v{info.get('CgroupVersion', '1')}",
            "Enable the memory cgroup.",
            True,
        ),
        Check("process limits", bool(info.get("PidsLimit")), "pids cgroup", "Enable the pids cgroup.", True),
        Check("seccomp", "seccomp" in security, security or "none", "Use an engine with seccomp.", True),
        Check("runtimes", True, f"{runtimes}; a stronger wall: runsc", ""),
        _base(client, base_image),
    )


def _base(client: object, base_image: str) -> Check:
    from docker.errors import DockerException

    try:
        client.images.get(base_image)  # type: ignore[attr-defined]
    except DockerException:
        remedy = (
            "It is pulled on first use; without a registry: bash runners/base-image.sh NAME, and set GRADER_BASE_IMAGE."
        )
        return Check("base image", False, f"{base_image} is not local", remedy)
    return Check("base image", True, f"{base_image} is local", "")


def _bubblewrap() -> Check:
    runtime = process.ProcessSandbox().runtime
    return Check(
        "process sandbox", runtime != "none", runtime, "Install bubblewrap, for one's own code without an engine."
    )
