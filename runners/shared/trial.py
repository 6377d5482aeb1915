"""A submission's own tests against one solution after another: the supervisor's part.

Nothing of one trial reaches the next: its processes are ended, its files, shared memory and queues removed, and all trials use
one path. What a trial says of itself comes from the side that is on trial, and is believed only as far as that.
"""

import json
import os
import socket
import sys
import time
from pathlib import Path

import files
import processes
import space
from testing import CLEAR_S, Gone, Lines

_HERE = Path(__file__).resolve().parent
_START_S = 20.0
_ANSWER = 64 * 1024
_OUTPUT = 4000
_ENVIRONMENT = {"LANG": "C.UTF-8", "PATH": "/usr/local/bin:/usr/bin:/bin", "PYTHONHASHSEED": "0", "TZ": "UTC"}
_COUNTS = ("passed", "failed", "foreign")


class Trials:
    """Trials in one container, each in a fork of a process that holds pytest and nothing else.

    Args:
        work: a folder of its own.
        lib: where pytest is.
    """

    def __init__(self, work, lib):
        self._work, self._lib = work, lib
        self._zygote, self._control = 0, None

    def run(self, message):
        """Run the tests of a message against its code, within `limit_s` seconds; measures coverage where `cover` is set."""
        if not self._clear():
            return {"end": "crashed", "seconds": 0.0, "output": "an earlier run left what can't be removed"}
        folder, scratch = self._work / "submission", self._work / "scratch"
        files.lay(message["files"], folder)
        space.empty(scratch)
        began = time.monotonic()
        try:
            self._see_zygote()
            began = time.monotonic()
            said = self._ask(message["cover"], message["limit_s"])
        except (Gone, OSError, ValueError) as cause:
            said = {"end": getattr(cause, "outcome", "crashed")}
        output = _tail(scratch / "output")
        seconds = time.monotonic() - began
        self._clear()
        return {"end": "done", **said, "seconds": round(seconds, 3), "output": output}

    def _ask(self, cover, limit_s):
        """Have the zygote fork a trial, and hear what that says; its shape alone is checked."""
        ours, theirs = socket.socketpair()
        with theirs:
            socket.send_fds(self._control, [b"c" if cover else b"-"], [theirs.fileno()])
        with Lines(ours) as lines:
            said = json.loads(lines.take(time.monotonic() + limit_s, _ANSWER))
        counts = {name: said[name] for name in _COUNTS if type(said.get(name)) is int}
        share = said.get("coverage")
        covered = float(share) if type(share) in (int, float) and 0 <= share <= 1 else None
        return {**counts, "coverage": covered, "lines": said.get("lines") if cover else None}

    def _see_zygote(self):
        if self._zygote and processes.lives(self._zygote):
            return
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._zygote = os.fork()
        if self._zygote == 0:
            _become(theirs, self._work, self._lib)
        theirs.close()
        self._control.settimeout(_START_S)
        if self._control.recv(16) != b"ready":
            raise Gone("crashed", "pytest can't be started")

    def _clear(self):
        """Leave nothing of a trial: not a process, a file, or a thing that only the kernel knows; tells whether that is so."""
        if not processes.end(CLEAR_S, spared=self._zygote) or not processes.lives(self._zygote):
            processes.end(CLEAR_S)
            self._zygote = 0
        return space.wipe(self._work)


def _tail(path):
    """The end of what a trial printed; of a plain file only."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with open(descriptor, "rb") as file:
            size = os.fstat(descriptor).st_size
            file.seek(max(0, size - _OUTPUT))
            return file.read(_OUTPUT).decode("utf-8", "replace")
    except OSError:
        return ""


def _become(control, work, lib):
    """In the fork: leave everything of the supervisor behind, the solutions in its memory too; never returns."""
    try:
        os.set_inheritable(control.fileno(), True)
        os.closerange(3, control.fileno())
        os.closerange(control.fileno() + 1, 1024)
        os.chdir(work)
        os.setsid()
        environment = {**_ENVIRONMENT, "HOME": str(work / "scratch"), "TMPDIR": str(work / "scratch")}
        flags = ["-s", "-S", "-P", "-B"]  # -I, but for the hash seed
        program = [sys.executable, *flags, str(_HERE / "trier.py"), str(control.fileno()), lib, str(work)]
        os.execve(sys.executable, program, environment)
    finally:
        os._exit(1)
