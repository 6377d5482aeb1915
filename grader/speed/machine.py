"""The machine that submissions run and are timed on."""

import os
import platform
import re
from functools import cache
from pathlib import Path

from grader.results.provenance import Host

_CPUINFO = Path("/proc/cpuinfo")


def host(noise: float | None) -> Host:
    """Return what this machine is; `noise` is the share by which equal code differed on it, None where it wasn't measured."""
    return Host(os.cpu_count() or 1, _memory_mib(), noise, _model(_CPUINFO))


@cache
def _model(cpuinfo: Path) -> str:
    """The processor's name by proc_cpuinfo(5), or as far as the system tells; read once, not for each record."""
    try:
        named = re.search(r"^model name\s*:\s*(.*\S)", cpuinfo.read_text(), re.MULTILINE)
    except OSError:
        named = None
    return named[1] if named else platform.processor() or platform.machine()


def _memory_mib() -> int:
    if platform.system() == "Windows":
        return 0
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 1024**2
