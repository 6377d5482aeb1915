"""A run's tests in forked workers: one that ends early, or is stuck where no signal reaches it, costs one test.

The driver holds the slot's connection to the supervisor; a worker has its own zygote, and tells line by line how far it is.
"""

import json
import os
import select
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import glass
import run

_STUCK_S = 5.0  # beyond a test's limit and grace: a loop in C that no signal interrupts
_BUSY_S = 120.0  # for an import, a collection, a fresh container

Told = Mapping[str, Any]
Tell = Callable[[Told], None]
Work = Callable[[Sequence[str], Tell], None]


def drive(graded: run.Run, ids: Sequence[str], work: Work, test_s: float) -> None:
    """One worker after another until every expected test has an outcome, then `done`.

    Args:
        graded: the run, whose candidate has been let in.
        ids: the expected tests, in order.
        work: runs the tests that it is given, in a fork with the modules imported, and tells `count`.
        test_s: a test's limit in seconds.

    Raises:
        RuntimeError: a worker failed for a reason of ours.
    """
    position = 0
    while position < len(ids):
        if graded.is_replaced:
            graded.accept()
        rest = ids[position:]
        patience_s = test_s * (1 + run.PATIENCE) + _STUCK_S
        finished, told = in_worker(_loaded(graded, work, rest), graded, patience_s)
        if told.get("unimportable"):
            return
        if "fault" in told:
            raise RuntimeError(told["fault"])
        if told:
            graded.resume(told)
        else:
            graded.deaths += 1
            graded.without(rest[finished : finished + 1], run.Ruling("timeout", f"over the limit of {test_s:g} s"))
        position += told.get("count", finished + 1)
    graded.done()


def _loaded(graded: run.Run, work: Work, rest: Sequence[str]) -> Callable[[Tell], None]:
    def action(tell: Tell) -> None:
        if graded.load():
            work(rest, tell)
        else:
            tell({"unimportable": True})

    return action


def in_worker(
    action: Callable[[Tell], None], graded: run.Run | None = None, patience_s: float = _BUSY_S
) -> tuple[int, Told]:
    """Do something in a fork; returns how many tests it finished, and what it told at its end: nothing if it was ended."""
    ours, theirs = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(ours)
        _act(action, theirs, graded)
    os.close(theirs)
    try:
        return _listen(ours, patience_s)
    finally:
        os.close(ours)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _act(action: Callable[[Tell], None], out: int, graded: run.Run | None) -> None:
    """In the fork: never returns."""

    def tell(told: Told) -> None:
        line = json.dumps(told).encode("ascii") + b"\n"
        while line:
            line = line[os.write(out, line) :]

    if graded is not None:
        graded.progress = lambda what: tell({"progress": what})
    glass.limit_memory()
    try:
        action(tell)
    except BaseException as fault:
        tell({"fault": f"{type(fault).__name__}: {fault}"})
    os._exit(0)


def _listen(descriptor: int, patience_s: float) -> tuple[int, Told]:
    finished, rest, patience = 0, b"", _BUSY_S
    while True:
        line, rest = _line(descriptor, rest, time.monotonic() + patience)
        if not line:
            return finished, {}
        told = json.loads(line)
        if "progress" not in told:
            return finished, told
        finished += told["progress"] == "finished"
        patience = _BUSY_S if told["progress"] == "busy" else patience_s


def _line(descriptor: int, rest: bytes, deadline: float) -> tuple[bytes, bytes]:
    """The next line; empty where none comes in time, or ever."""
    while b"\n" not in rest:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([descriptor], [], [], left)[0]:
            return b"", rest
        part = os.read(descriptor, 1 << 16)
        if not part:
            return b"", rest
        rest += part
    line, _, rest = rest.partition(b"\n")
    return line, rest
