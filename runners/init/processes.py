"""What runs below the first process of a container: what there is, how it is ended; standard library alone."""

import contextlib
import os
import signal
import time

_NAP_S, _LONGEST_NAP_S = 0.0002, 0.005


def below(spared=0):
    """The processes below this one but one, without those that only wait for another than this to look after them.

    In a container's own process namespace, those are all that there are.
    """
    me = os.getpid()
    apart = {me, spared} if me == 1 else {me}
    found = {int(name) for name in os.listdir("/proc") if name.isdigit()} - apart
    states = {pid: state for pid in found if (state := _state(pid))}
    mine = set(states) if me == 1 else _descended(states, me) - {spared}
    return [pid for pid in mine if states[pid][1] != "Z" or states[pid][0] == me]


def _descended(states, me):
    found, grew = set(), True
    while grew:
        more = {pid for pid, (parent, _) in states.items() if pid not in found and (parent == me or parent in found)}
        found |= more
        grew = bool(more)
    return found


def _state(pid):
    """The parent and the state of a process; None where it is gone."""
    with contextlib.suppress(OSError, ValueError):
        state, parent = text(f"/proc/{pid}/stat").rpartition(")")[2].split()[:2]
        return int(parent), state
    return None


def end(within_s, spared=0):
    """End all of them but one; returns whether nothing else is left after so many seconds at most."""
    deadline, nap_s = time.monotonic() + within_s, _NAP_S
    while others := below(spared):
        if time.monotonic() > deadline:
            return False
        if not spared and os.getpid() == 1:
            with contextlib.suppress(ProcessLookupError):
                os.kill(-1, signal.SIGKILL)  # one sweep of the kernel's: a fork bomb loses against it
        _each(others, lambda pid: os.kill(pid, signal.SIGKILL))
        time.sleep(nap_s)  # whoever was killed needs a core to end on
        nap_s = min(2 * nap_s, _LONGEST_NAP_S)
        _each(others, lambda pid: os.waitpid(pid, os.WNOHANG))
    return True


def _each(pids, act):
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError, ChildProcessError):
            act(pid)


def lives(pid):
    """Whether a child still runs. One that has ended isn't reaped: so its number, which may be spared, is nobody else's."""
    try:
        return pid > 0 and os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
    except ChildProcessError:
        return False


def text(path):
    """What stands in a file of /proc."""
    with open(path) as file:
        return file.read()
