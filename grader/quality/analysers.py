"""Warm analysers that workers of one machine share: an analysis takes a tenth of a grading, and one starts for several.

They start in the background, beside whatever else has to start. A question and its answer are one turn:
whoever waits for the turn of another waits, and its own time begins afterwards.
"""

import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, wait
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from grader.errors import NotGraded
from grader.sandbox.protocol import Sandbox, Service

_EACH = 4  # workers


class Analysers:
    """The analysers of all workers of this process; begun by who needs one first, ended with the last who has it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._shared: list[_Shared] = []

    @contextmanager
    def lent(self, sandbox: Sandbox) -> "Iterator[Lent]":
        """Have one that isn't broken, for a `with` block; it may still be starting."""
        lent = Lent(self._taken(sandbox))
        try:
            yield lent
        finally:
            lent.end_turn()
            self._given_back(lent.shared)

    def _taken(self, sandbox: Sandbox) -> "_Shared":
        with self._lock:
            found = next((each for each in self._shared if each.users < _EACH and not each.is_broken), None)
            if found is None:
                found = _Shared()
                self._shared.append(found)
                threading.Thread(target=found.begin, args=(sandbox,), daemon=True).start()
            found.users += 1
            return found

    def _given_back(self, shared: "_Shared") -> None:
        with self._lock:
            shared.users -= 1
            if shared.users:
                return
            self._shared.remove(shared)
        wait([shared.service])
        shared.stack.close()


@dataclass(slots=True)
class _Shared:
    """One of them; `stack` ends it."""

    service: "Future[Service]" = field(default_factory=Future)
    stack: ExitStack = field(default_factory=ExitStack)
    users: int = 0
    is_broken: bool = False
    turn: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, sandbox: Sandbox) -> None:
        """Start it, in a thread of its own."""
        try:
            self.service.set_result(self.stack.enter_context(sandbox.service("quality")))
        except BaseException as cause:
            self.service.set_exception(cause)


class Lent:
    """One user's way to a shared service: from its question to the answer nobody else asks."""

    def __init__(self, shared: _Shared) -> None:
        self.shared, self._run, self._has_turn = shared, "", False

    def await_start(self) -> None:
        """Wait until it has started.

        Raises:
            NotGraded: it can't.
        """
        self.shared.service.result()

    def send(self, message: Mapping[str, object]) -> None:
        """Ask, when it is our turn."""
        self.shared.turn.acquire()
        self._run, self._has_turn = str(message.get("run")), True
        with self._ending():
            self.shared.service.result().send(message)

    def receive(self, timeout_s: float) -> Mapping[str, object] | None:
        """Return what it says; with the answer, or without any, the turn is over."""
        with self._ending():
            said = self.shared.service.result().receive(timeout_s)
        if said is None or said.get("run") == self._run:
            self.end_turn()
        return said

    def end_turn(self) -> None:
        """Let the next one ask."""
        if self._has_turn:
            self._has_turn = False
            self.shared.turn.release()

    @contextmanager
    def _ending(self) -> Iterator[None]:
        """Where the service fails, the turn is over, too, and nobody else gets it."""
        try:
            yield
        except NotGraded:
            self.shared.is_broken = True
            self.end_turn()
            raise
