"""The trusted side's end of a slot: the supervisor's connection, the zygote's, and a peer for each test.

A `Slot` is where one candidate sits; a `Peer` is the conversation of one test with its own child of the zygote. Whatever
the far side does ends as one of three: `TimedOut`, `CandidateGone`, `Breach`; all of them `GlassBroken`, which no
`except Exception` of a test or of a candidate swallows, and which leaves the peer dead.
"""

import contextlib
import os
import resource
import select
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import frames
from frames import Breach, CandidateGone, CannotCross, GlassBroken, TimedOut
from peer import PRINTED, Peer

__all__ = ["Breach", "CandidateGone", "CannotCross", "Ended", "GlassBroken", "ImportReport", "Peer", "Slot", "TimedOut"]

_ANSWER_S = 5.0  # for the supervisor, which is ours and idle
_MEMORY = 384 * 1024 * 1024  # what the values of one run may take on this side
_STACK = 1024 * 1024  # of a test's thread: reserved at its start, so the usual 8 MiB would soon use that up


def limit_memory() -> None:
    """From now on this process takes little more: what a candidate sends beyond that is a breach, and nobody else's loss."""
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (used + _MEMORY, hard))
    threading.stack_size(_STACK)


@dataclass(frozen=True)
class ImportReport:
    """Whether the submission's modules could be imported, else why: kind is `syntax`, `missing` or `raised`."""

    ok: bool
    kind: str = ""
    message: str = ""
    path: str | None = None
    line: int | None = None


@dataclass(frozen=True)
class Ended:
    """How a test's processes ended: `memory` is the kernel's word, `confirmed` the supervisor's that nothing is left.

    `cpu_s` are the seconds of CPU time that the candidate's container used since the last reading, without the clearing up.
    """

    confirmed: bool
    memory: bool
    cpu_s: float = 0.0


@dataclass(frozen=True)
class Meter:
    """What a candidate's container has used: CPU by the clock that is named, and a count that grows with each new task."""

    cpu_ns: int
    tasks: int
    clock: str


class Slot:
    """A place for one candidate at a time, at `path`/socket."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._supervisor: frames.Wire | None = None
        self._zygote: frames.Wire | None = None
        self._modules: tuple[str, ...] = ()
        self._timeout_s = 10.0
        self._threaded = False
        self._peer: Peer | None = None
        self._read_ns: int | None = None  # the container's CPU time when the last test ended
        self.printed = PRINTED  # bytes that the candidate may print in a test

    def accept(self, timeout_s: float) -> None:
        """Wait for a candidate: bind a fresh socket, take its supervisor's connection, listen no longer.

        Raises:
            CandidateGone: nobody came within `timeout_s` seconds.
        """
        self.close()
        address = f"{self._path}/socket"
        with contextlib.suppress(FileNotFoundError):
            os.unlink(address)
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            listener.bind(address)
            os.chmod(address, 0o666)  # noqa: S103  (the candidate has another uid; only its container sees this volume)
            listener.listen(1)
            listener.settimeout(timeout_s)
            try:
                connection, _ = listener.accept()
            except OSError as nobody:
                raise CandidateGone(f"no candidate came within {timeout_s:g} s") from nobody
            finally:
                os.unlink(address)
        self._supervisor = frames.Wire(connection, time.monotonic() + timeout_s)
        self._supervisor.receive()

    def load(self, modules: Sequence[str], timeout_s: float) -> ImportReport:
        """Start a zygote and have it import the modules.

        Raises:
            TimedOut: the import took longer than `timeout_s` seconds.
            CandidateGone: it ended the process.
        """
        self._modules, self._timeout_s = tuple(modules), timeout_s
        reply = self._start(time.monotonic() + timeout_s)
        if len(reply) != 7 or reply[0] != "loaded" or type(reply[1]) is not bool:
            raise Breach("an answer to an import that is none")
        _, ok, kind, message, path, line, self._threaded = reply
        if ok:
            return ImportReport(True)
        kind = kind if kind in ("syntax", "missing", "raised") else "raised"
        return ImportReport(False, kind, _text(message), _text(path) or None, line if type(line) is int else None)

    def begin(
        self,
        deadline: float,
        seed: int | None = None,
        eq: str = "used",
        collected: "Peer | None" = None,
        late: Callable[[], float] | None = None,
    ) -> "Peer":
        """Fork a fresh child for one test.

        Args:
            deadline: in seconds of `time.monotonic()`.
            seed: of the child's `random`; None for one of its own.
            eq: whose opinion of equality counts (`used` or `values`).
            collected: the conversation that the test goes on from, where the suite needed one to be collected.
            late: asked at the deadline for how many more seconds there are.
        """
        if self._zygote is None or (self._threaded and collected is None):
            # Threads don't survive a fork: where the import started some, each test gets a process of its own.
            reply = self._start(min(deadline, time.monotonic() + self._timeout_s))
            if reply[:2] != ["loaded", True]:
                raise CandidateGone(f"the import failed this time: {_text(reply[3] if len(reply) > 3 else '')}")
        if self._read_ns is None:
            self._read_ns = self.read_meter().cpu_ns
        wire = self._order(deadline, -1 if seed is None else seed % 2**31)
        wire.late = late
        self._peer = Peer(wire, eq, collected, self.printed)
        return self._peer

    def collect(self, deadline: float, eq: str = "used") -> "Peer":
        """Converse with the zygote itself; every child that is forked later knows what came of it."""
        return Peer(self._order(deadline, frames.COLLECT), eq, None, self.printed)

    @property
    def is_alive(self) -> bool:
        """Whether the zygote that was loaded still stands."""
        return self._zygote is not None

    def _order(self, deadline: float, order: int) -> frames.Wire:
        """Hand the zygote one end of a fresh pair of sockets; returns the other."""
        if self._zygote is None:
            raise CandidateGone("the candidate's process ended")
        ours, theirs = socket.socketpair()
        self._zygote.sock.setblocking(True)
        self._zygote.sock.settimeout(max(0.01, deadline - time.monotonic()))
        try:
            socket.send_fds(self._zygote.sock, [b"%-20d" % order], [theirs.fileno()])
        except OSError as gone:
            ours.close()
            self._zygote = None
            raise CandidateGone("the candidate's process ended") from gone
        finally:
            theirs.close()
        return frames.Wire(ours, deadline)

    def finish(self) -> Ended:
        """End the test's processes; the zygote stays.

        Raises:
            CandidateGone: the supervisor doesn't confirm it.
        """
        if self._peer is not None:
            self._peer.close()
            self._peer = None
        reply = self._ask("clean")
        if reply[2] is not True:
            self._zygote = None
        if reply[1] is not True:
            raise CandidateGone("the candidate's container can't be cleared")
        used_ns, now_ns = int(str(reply[4])), int(str(reply[5]))
        before_ns, self._read_ns = self._read_ns or used_ns, now_ns
        return Ended(True, reply[3] is True, max(0, used_ns - before_ns) / 1e9)

    def goes_on(self) -> Ended:
        """What has been used since the last reading, where the test's processes stay for the next one."""
        now_ns = self.read_meter().cpu_ns
        before_ns, self._read_ns = self._read_ns or now_ns, now_ns
        return Ended(True, False, max(0, now_ns - before_ns) / 1e9)

    def read_meter(self) -> Meter:
        """What the candidate's container has used, by its supervisor's word."""
        _, cpu_ns, tasks, clock = self._ask("cpu")
        return Meter(int(str(cpu_ns)), int(str(tasks)), str(clock))

    def held(self) -> tuple[float, float]:
        """Seconds for which the test's processes waited for a core that others had, and seconds of CPU that they got.

        Raises:
            CandidateGone: nobody is there to tell.
        """
        _, held_ns, used_ns = self._ask("held")
        return int(str(held_ns)) / 1e9, max(0, int(str(used_ns)) - (self._read_ns or 0)) / 1e9

    def renew(self, timeout_s: float, core: int) -> Meter:
        """Make the container as it was when it came, then import the modules in a new process; returns the meter in between.

        Args:
            timeout_s: for the import.
            core: any number; slots with the same one run on the same core.

        Raises:
            TimedOut: the import took longer than `timeout_s` seconds.
            CandidateGone: something is left that can't be removed, or the import failed.
        """
        self.rest()
        meter = self.read_meter()
        reply = self._start(time.monotonic() + timeout_s, core)
        if reply[:2] != ["loaded", True]:
            raise CandidateGone(f"the import failed this time: {_text(reply[3] if len(reply) > 3 else '')}")
        self._threaded = False  # this process is used once: nothing needs another
        return meter

    def rest(self) -> None:
        """End all of the candidate's processes and restore its files.

        Raises:
            CandidateGone: something is left that can't be removed.
        """
        if self._peer is not None:
            self._peer.close()
            self._peer = None
        if self._zygote is not None:
            self._zygote.sock.close()
            self._zygote = None
        if self._ask("fresh")[1] is not True:
            raise CandidateGone("the candidate's container can't be cleared")

    def close(self) -> None:
        """Let go of the candidate; its supervisor then ends."""
        for wire in (self._supervisor, self._zygote):
            if wire is not None:
                wire.sock.close()
        self._supervisor = self._zygote = None
        if self._peer is not None:
            self._peer.close()
            self._peer = None

    def _start(self, deadline: float, core: int | None = None) -> list[object]:
        """A new zygote, told to import: its socket comes from the supervisor, so nobody else can be it."""
        supervisor = self._connected()
        self._read_ns = None
        if self._zygote is not None:
            self._zygote.sock.close()
            self._zygote = None
        supervisor.deadline = time.monotonic() + _ANSWER_S
        supervisor.send(["zygote"] if core is None else ["zygote", core])
        select.select([supervisor.sock], [], [], _ANSWER_S)
        try:
            _, descriptors, _, _ = socket.recv_fds(supervisor.sock, 1, 1)
        except OSError as gone:
            raise CandidateGone("the candidate's container is gone") from gone
        if not descriptors:
            raise CandidateGone("the candidate's container is gone")
        supervisor.receive()
        zygote = frames.Wire(socket.socket(fileno=descriptors[0]), deadline)
        zygote.send(["load", list(self._modules)])
        reply: list[object] = zygote.receive()
        if reply[:2] == ["loaded", True]:
            self._zygote = zygote
        return reply

    def _ask(self, request: str) -> list[object]:
        supervisor = self._connected()
        supervisor.deadline = time.monotonic() + _ANSWER_S
        supervisor.budget = frames.TOTAL_BYTES
        try:
            supervisor.send([request])
            reply: list[object] = supervisor.receive()
        except TimedOut as silent:
            raise CandidateGone("the candidate's container doesn't answer") from silent
        return reply

    def _connected(self) -> frames.Wire:
        if self._supervisor is None:
            raise CandidateGone("no candidate sits here")
        return self._supervisor


def _text(value: object) -> str:
    return value[:400] if type(value) is str else ""
