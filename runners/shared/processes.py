"""Everything that runs below PID 1: what there is, how it is ended, what it used."""

import contextlib
import os
import signal
import time
from pathlib import Path

_CLEAR_S = 2.0
_OOMS = ("/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control")  # version 2, then 1


def below():
    """All processes below this one; in a container's own process namespace, all but it."""
    parents = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError, ValueError, IndexError):
            state, parent = Path("/proc", name, "stat").read_text().rpartition(")")[2].split()[:2]
            parents[int(name)] = (int(parent), state)
    me, found, grew = os.getpid(), set(), True
    while grew:
        more = {pid for pid, (parent, _) in parents.items() if pid not in found and (parent == me or parent in found)}
        found |= more
        grew = bool(more)
    return [pid for pid in found if parents[pid][1] != "Z" or parents[pid][0] == me]


def end(spared=0):
    """End all of them but one; returns whether nothing else is left."""
    deadline = time.monotonic() + _CLEAR_S
    while others := [pid for pid in below() if pid != spared]:
        if time.monotonic() > deadline:
            return False
        if not spared and os.getpid() == 1:
            with contextlib.suppress(ProcessLookupError):
                os.kill(-1, signal.SIGKILL)  # one sweep of the kernel's: a fork bomb loses against it
        for pid in others:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        reap()
    return True


def reap():
    """Take leave of children that have ended."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def lives(pid):
    """Whether a child still runs."""
    reap()
    return bool(pid) and os.path.exists(f"/proc/{pid}")


def cpu_s():
    """Seconds of CPU time of the container, by its own counter (cgroup v2, then v1); 0 where none is visible."""
    if os.getpid() == 1:
        with contextlib.suppress(OSError, ValueError):
            for line in Path("/sys/fs/cgroup/cpu.stat").read_text().splitlines():
                if line.startswith("usage_usec "):
                    return int(line.split()[1]) / 1e6
        with contextlib.suppress(OSError, ValueError):
            return int(Path("/sys/fs/cgroup/cpuacct/cpuacct.usage").read_text()) / 1e9
    return 0.0


def ooms():
    """How many processes the kernel has killed in this container for want of memory."""
    counts = (line.split()[1] for path in _OOMS for line in _lines(path) if line.startswith("oom_kill "))
    return int(next(counts, 0)) if os.getpid() == 1 else 0


def _lines(path):
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []
