"""Warm analysers that workers of one machine share: an analysis takes a tenth of a grading, and one starts for several.

They start in the background, beside whatever else has to start. A question and its answer are one turn: who comes while it
is another's waits for a while, then moves to other analysers, so a submission that takes long is nobody else's business.
The time of a question begins with its turn.
"""

import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, wait
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from grader.errors import NotGraded
from grader.sandbox.protocol import Sandbox, Service

_EACH = 4  # workers
_PATIENCE_S = 5.0  # fifty ordinary analyses


class Analysers:
    """The analysers of all workers of this process; begun by who needs one first, ended with the last who has it.

    Args:
        patience_s: how long to wait for another's turn to end.
    """

    def __init__(self, patience_s: float = _PATIENCE_S) -> None:
        self.patience_s = patience_s
        self._lock = threading.Lock()
        self._shared: list[Shared] = []

    @contextmanager
    def lent(self, sandbox: Sandbox) -> "Iterator[Lent]":
        """Have one that isn't broken, for a `with` block; it may still be starting."""
        lent = Lent(self, sandbox)
        try:
            yield lent
        finally:
            lent.end_turn()
            self.give_back(lent.shared)

    def take(self, sandbox: Sandbox, is_idle: bool = False) -> "Shared":
        """One that isn't broken and has few users, or a new one; where asked, one that nobody has a turn at."""
        with self._lock:
            found = next((each for each in self._shared if each.is_open and not (is_idle and each.turn.locked())), None)
            if found is None:
                found = Shared()
                self._shared.append(found)
                threading.Thread(target=found.begin, args=(sandbox,), daemon=True).start()
            found.users += 1
            return found

    def give_back(self, shared: "Shared") -> None:
        """Use it no more."""
        with self._lock:
            shared.users -= 1
            if shared.users:
                return
            self._shared.remove(shared)
        wait([shared.service])
        shared.stack.close()


@dataclass(slots=True)
class Shared:
    """One of them; `stack` ends it."""

    service: "Future[Service]" = field(default_factory=Future)
    stack: ExitStack = field(default_factory=ExitStack)
    users: int = 0
    is_broken: bool = False
    turn: threading.Lock = field(default_factory=threading.Lock)

    @property
    def is_open(self) -> bool:
        """Whether one more may use it."""
        return self.users < _EACH and not self.is_broken

    def begin(self, sandbox: Sandbox) -> None:
        """Start it, in a thread of its own."""
        try:
            self.service.set_result(self.stack.enter_context(sandbox.service("quality")))
        except BaseException as cause:
            self.service.set_exception(cause)


class Lent:
    """One user's way to a shared service: from its question to the answer nobody else asks."""

    def __init__(self, analysers: Analysers, sandbox: Sandbox) -> None:
        self._analysers, self._sandbox = analysers, sandbox
        self.shared, self._run, self._has_turn = analysers.take(sandbox), "", False

    def await_start(self) -> None:
        """Wait until it has started.

        Raises:
            NotGraded: it can't.
        """
        self.shared.service.result()

    def send(self, message: Mapping[str, object]) -> None:
        """Ask, when it is our turn; who waits for long moves to analysers that are idle."""
        while not self.shared.turn.acquire(timeout=self._analysers.patience_s):
            busy, self.shared = self.shared, self._analysers.take(self._sandbox, is_idle=True)
            self._analysers.give_back(busy)
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
