"""One testing process: started with a key of its own, asked over sockets of its own, ended with all that it left."""

import json
import os
import select
import signal
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path

import processes
import seal

_HERE = Path(__file__).resolve().parent
_ORDER_S = 5.0
CLEAR_S = 2.0  # for everything below PID 1 to end
_LINE = 1024 * 1024
_ENVIRONMENT = {"LANG": "C.UTF-8", "PATH": "/usr/local/bin:/usr/bin:/bin", "PYTHONHASHSEED": "0", "TZ": "UTC"}


class Gone(Exception):
    """A testing process that said nothing (more): `outcome` is `timeout` or `crashed`."""

    def __init__(self, outcome, message):
        super().__init__(message)
        self.outcome = outcome


class Testing:
    """The process that holds pytest, the tests and the submission.

    Args:
        work: the folder with `submission`, `tests` and `scratch`.
        lib: where pytest is.
        told: what it has to know: modules, isolation, seed.
    """

    def __init__(self, work, lib, told):
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._key, self._orders = os.urandom(32), 0
        self._pid = os.fork()
        if self._pid == 0:
            _become(theirs, work, lib)
        theirs.close()
        self._control.settimeout(_ORDER_S)
        self._control.send(json.dumps({"key": self._key.hex(), **told}).encode())

    @property
    def is_alive(self):
        """Whether it still runs."""
        return processes.lives(self._pid)

    def order(self, order):
        """Hand it an order and one end of a fresh pair of sockets; returns the lines from the other, and their seal."""
        self._orders += 1
        ours, theirs = socket.socketpair()
        with theirs:
            text = json.dumps({**order, "order": self._orders}).encode()
            socket.send_fds(self._control, [text], [theirs.fileno()])
        return Lines(ours), seal.Seal(self._key, self._orders)

    def ask(self, order, limit_s, most=_LINE):
        """Its answer to an order, of at most so many bytes.

        Raises:
            Gone: none came in time.
            BrokenSeal: it isn't sealed.
        """
        lines, sealed = self.order(order)
        with lines:
            return sealed.read(lines.take(time.monotonic() + limit_s, most))

    def end_others(self):
        """End everything but this process; returns whether nothing else is left."""
        with suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGCONT)  # a test may have stopped it: that costs no other test
        return processes.end(CLEAR_S, spared=self._pid)

    def end(self):
        """End it, and everything else."""
        processes.end(CLEAR_S)
        self._control.close()


class Lines:
    """Lines from a process that can't be trusted to send any, or to stop."""

    def __init__(self, channel):
        self._channel, self._rest = channel, b""
        channel.setblocking(False)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self._channel.close()

    def take(self, deadline, most=_LINE):
        """The next line, without its end.

        Raises:
            Gone: none comes in time, or ever.
        """
        while b"\n" not in self._rest:
            wait = deadline - time.monotonic()
            if wait <= 0 or not select.select([self._channel], [], [], wait)[0]:
                raise Gone("timeout", "no answer in time")
            part = self._part()
            if not part or len(self._rest) > most:
                raise Gone("crashed", "its process ended early")
            self._rest += part
        line, _, self._rest = self._rest.partition(b"\n")
        return line

    def more(self, wait_s):
        """Whether anything else comes until the writer has ended, or the time is up."""
        if not self._rest and select.select([self._channel], [], [], wait_s)[0]:
            self._rest = self._part()
        return bool(self._rest)

    def _part(self):
        try:
            return self._channel.recv(1 << 16)
        except OSError:
            return b""


def _become(control, work, lib):
    """In the fork: leave everything of the supervisor behind and become the testing process; never returns."""
    try:
        os.set_inheritable(control.fileno(), True)
        os.closerange(3, control.fileno())
        os.closerange(control.fileno() + 1, 1024)
        os.chdir(work / "scratch")
        os.setsid()
        environment = {**_ENVIRONMENT, "HOME": str(work / "scratch"), "TMPDIR": str(work / "scratch")}
        flags = ["-s", "-S", "-P", "-B"]  # -I, but for the hash seed
        folders = [lib, str(work / "submission"), str(work / "tests")]
        program = [sys.executable, *flags, str(_HERE / "tester.py"), str(control.fileno()), *folders]
        os.execve(sys.executable, program, environment)
    finally:
        os._exit(1)
