"""What a suite's process does once it is collected: it answers the requests of the main process, one run after another."""

import contextlib
import gc
import json
import os
import socket
from collections.abc import Callable, Iterator, Sequence

import glass
import race
import run
import voice
import workers
from glass import Slot
from loaded import Loaded

Request = dict[str, object]
Work = Callable[[run.Run, Sequence[str], workers.Tell], None]


class Serving:
    """The requests for one suite.

    Args:
        loaded: the assignment's files and limits.
        requests: one JSON message a packet, from the main process.
        slots: all slots of this examiner.
        lines: the pairs on which runs hear of their slot.
    """

    def __init__(self, loaded: Loaded, requests: socket.socket, slots: Sequence[Slot], lines: run.Lines) -> None:
        self._loaded, self._requests, self._slots, self._lines = loaded, requests, slots, lines

    def serve(self, ids: Sequence[str], work: Work) -> None:
        """Answer `grade` and `race` until the socket closes; returns in this process alone.

        Whatever touches a candidate's objects is a fork: a worker of `grade`, a race as a whole.

        Args:
            ids: the expected tests, in order.
            work: runs some of them in a worker, against a candidate whose modules are imported (see `workers.drive`).
        """
        gc.freeze()  # a fork that looked through all that is here for garbage would copy it
        while packet := self._requests.recv(1 << 20):
            _reap()
            request = json.loads(packet)
            if request["type"] == "grade":
                with _faults_said(request):
                    self._grade(request, ids, work)
            elif os.fork() == 0:
                self._requests.close()
                glass.limit_memory()
                with _faults_said(request):
                    self._race(request)
                os._exit(0)

    def _grade(self, request: Request, ids: Sequence[str], work: Work) -> None:
        graded = run.Run(self._loaded, request, self._slots, self._lines)
        try:
            graded.accept()
            workers.drive(graded, ids, lambda rest, tell: work(graded, rest, tell), self._loaded.test_s)
        finally:
            graded.leave()

    def _race(self, request: Request) -> None:
        inbox = run.Inbox(self._lines[int(str(request["candidate"]))][1])
        for message in race.race(request, self._loaded, self._slots, inbox):
            voice.say(message.pop("type"), **message)


@contextlib.contextmanager
def _faults_said(request: Request) -> Iterator[None]:
    """A fault costs the run that it came up in."""
    try:
        yield
    except BaseException as fault:
        voice.say("fault", run=request.get("run"), message=f"{type(fault).__name__}: {fault}")


def _reap() -> None:
    """Take leave of children that have ended."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
