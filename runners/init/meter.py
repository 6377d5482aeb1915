"""What a container has used, read by its first process: CPU time, tasks, memory that ran out; standard library alone.

The clock is the container's own counter (cgroup v1 or v2), which counts every process and thread whatever became of it.
Where none is visible, it is the CPU clocks of what lives plus RUSAGE_CHILDREN of what has been reaped.
"""

import contextlib
import functools
import os
import time

import processes

_V2, _V1 = "/sys/fs/cgroup/cpu.stat", "/sys/fs/cgroup/cpuacct/cpuacct.usage"
_OOMS = ("/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control")  # version 2, then 1
_TICK_NS = 10**9 // os.sysconf("SC_CLK_TCK")
_TASKS = 64  # of a process, to look at
_CHILDREN = slice(13, 15)  # of /proc/PID/stat after the name: user and system ticks of children that were waited for


def clock():
    """The name of the clock that `cpu_ns` reads."""
    if _own_counter(_V1, _v1) is not None:
        return "cgroup v1 cpuacct.usage"
    if _own_counter(_V2, _v2) is not None:
        return "cgroup v2 cpu.stat"
    return "RUSAGE_CHILDREN and the CPU clocks of living processes"


def cpu_ns(living):
    """Nanoseconds of CPU so far, of the container or of the processes of this supervisor.

    Args:
        living: gives the process ids of all descendants that live; asked for only where there is no counter.
    """
    for path, read in ((_V1, _v1), (_V2, _v2)):
        counted = _own_counter(path, read)
        if counted is not None:
            return counted
    import resource  # here, so that the first zygote, a fork of this process, is no different from a later one

    reaped = resource.getrusage(resource.RUSAGE_CHILDREN)
    return int((reaped.ru_utime + reaped.ru_stime) * 1e9) + sum(map(_run_ns, living()))


def tasks(living):
    """A count that grows by one with each process or thread that is started in the container.

    Source: proc(5), the last process id of /proc/loadavg; the kernel numbers tasks one by one in each namespace. Outside of
    one, it is how many tasks live.
    """
    if os.getpid() == 1:
        with contextlib.suppress(OSError, ValueError, IndexError):
            return int(processes.text("/proc/loadavg").split()[-1])
    return sum(map(_threads, living()))


def oom_kills():
    """How many processes the kernel has killed in this container for want of memory; 0 where it doesn't tell."""
    counts = (_own_counter(path, _killed) for path in _OOMS)
    return next((count for count in counts if count is not None), 0)


def held_ns(living):
    """Nanoseconds for which one of these processes, the most unlucky thread of all, could have worked and had no core.

    Source: the kernel's Documentation/scheduler/sched-stats.rst, /proc/PID/schedstat: time spent waiting on a runqueue. 0
    where the kernel doesn't tell.
    """
    return max((_waited(task) for pid in living for task in _tasks(pid)), default=0)


def _tasks(pid):
    with contextlib.suppress(OSError):
        return [f"/proc/{pid}/task/{name}/schedstat" for name in os.listdir(f"/proc/{pid}/task")[:_TASKS]]
    return []


def _waited(path):
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int(processes.text(path).split()[1])
    return 0


def _own_counter(path, read):
    """The counter's value; None where this process is not the first of a container, so that the counter is another's."""
    if os.getpid() != 1:
        return None
    with contextlib.suppress(OSError, ValueError, KeyError):
        return read(os.pread(_opened(path), 4096, 0).decode("ascii"))
    return None


@functools.cache
def _opened(path):
    """A descriptor for good: the counters are read around every test."""
    return os.open(path, os.O_RDONLY | os.O_CLOEXEC)


def _v2(text):
    return int(dict(line.split() for line in text.splitlines())["usage_usec"]) * 1000


def _v1(text):
    return int(text)


def _killed(text):
    return int(dict(line.split() for line in text.splitlines())["oom_kill"])


def _run_ns(pid):
    """A living process' own clock, threads that have ended included, and what it has waited for."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        own = time.clock_gettime_ns((~pid << 3) | 2)  # CPUCLOCK_SCHED of another process: clock_getcpuclockid(3)
        waited = processes.text(f"/proc/{pid}/stat").rpartition(")")[2].split()[_CHILDREN]
        return own + sum(map(int, waited)) * _TICK_NS
    return 0


def _threads(pid):
    with contextlib.suppress(OSError):
        return len(os.listdir(f"/proc/{pid}/task"))
    return 0
