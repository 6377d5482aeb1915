"""The engine's figure for a container's CPU time: its cgroup file where this machine has it, else the engine's own word."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

_GROUPS = Path("/sys/fs/cgroup")
_V1 = ("cpuacct/docker/{}/cpuacct.usage", "cpuacct/system.slice/docker-{}.scope/cpuacct.usage")
_V2 = ("docker/{}/cpu.stat", "system.slice/docker-{}.scope/cpu.stat")


def from_files(container: str, groups: Path = _GROUPS) -> int | None:
    """Nanoseconds by the container's cgroup on this machine; None where there is no such file.

    Args:
        container: the engine's full id, so that no other container is meant.
        groups: where control groups are mounted.
    """
    for number, names in enumerate((_V2, _V1)):
        text = _first(names, container, groups)
        if text is not None:
            return _v2(text) if number == 0 else int(text)
    return None


def from_stats(stats: Mapping[str, Any]) -> int | None:
    """Nanoseconds by an answer of the engine's stats; None where it says nothing."""
    used = stats.get("cpu_stats", {}).get("cpu_usage", {}).get("total_usage")
    return used if isinstance(used, int) and used > 0 else None


def _first(names: Sequence[str], container: str, groups: Path) -> str | None:
    for name in names:
        path = groups / name.format(container)
        if path.is_file():
            return path.read_text()
    return None


def _v2(text: str) -> int:
    return int(dict(line.split() for line in text.splitlines())["usage_usec"]) * 1000
