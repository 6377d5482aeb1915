"""Containers made before anybody needs them: while a submission runs, the container of the next one starts.

A spare holds nothing of any submission and reads its standard input until it gets one; it serves once, like every other.
Whoever has used one need not wait until it is gone, either; the next one is taken afterwards, so that nothing of one
submission is there when another one's turn comes.
"""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager, ExitStack
from typing import Any, Generic, TypeVar

from grader.errors import NotGraded
from grader.turns import Turns

_FRESH_S = 600.0  # a container that waits longer than this plus some ends by itself

T = TypeVar("T")
Kind = tuple[Any, ...]  # hashable
Make = Callable[[], AbstractContextManager[T]]


class Spares(Generic[T]):
    """One spare a kind; used by one thread, which need not wait for what is being made.

    Args:
        turns: spares are made in turns of work, so that none starts while somebody takes the time.
        is_wanted: asked before each whether anybody will come for it.
    """

    def __init__(self, turns: Turns, is_wanted: Callable[[], bool]) -> None:
        self._turns, self._is_wanted = turns, is_wanted
        self._made: dict[Kind, tuple[float, Future[tuple[ExitStack, T]]]] = {}
        self._ending: list[threading.Thread] = []

    @contextlib.contextmanager
    def taken(self, kind: Kind, make: Make[T]) -> Iterator[T]:
        """Use a spare of a kind, or a new one where there is none; the next is begun at once, where one is wanted."""
        self.settle()
        stack, thing = self._found(kind) or _opened(make)
        try:
            self._begin(kind, make)
            yield thing
        finally:
            self._end(stack)

    def drop(self, is_gone: Callable[[Kind], bool]) -> None:
        """Remove the spares of these kinds: nobody will need them. What was used is gone afterwards, too."""
        self.settle()
        for kind in [kind for kind in self._made if is_gone(kind)]:
            future = self._made.pop(kind)[1]
            with contextlib.suppress(NotGraded):
                if not future.cancel():
                    future.result()[0].close()

    def settle(self) -> None:
        """Wait until everything that was used is gone: within a turn, so that none ends while somebody takes the time."""
        for thread in self._ending:
            thread.join()
        self._ending.clear()

    def _found(self, kind: Kind) -> tuple[ExitStack, T] | None:
        since, future = self._made.pop(kind, (0.0, None))
        if future is None or future.cancel():  # not begun: it waits for a turn that may only come when ours is over
            return None
        try:
            stack, thing = future.result()
        except NotGraded:
            return None  # the attempt that counts is made in the foreground, and tells what is wrong
        if time.monotonic() - since < _FRESH_S:
            return stack, thing
        stack.close()
        return None

    def _begin(self, kind: Kind, make: Make[T]) -> None:
        if not self._is_wanted():
            return
        future: Future[tuple[ExitStack, T]] = Future()
        self._made[kind] = (time.monotonic(), future)

        def work() -> None:
            try:
                with self._turns.working():
                    if future.set_running_or_notify_cancel():
                        future.set_result(_opened(make))
            except BaseException as cause:
                future.set_exception(cause)

        threading.Thread(target=work, daemon=True).start()

    def _end(self, stack: ExitStack) -> None:
        def work() -> None:
            with contextlib.suppress(NotGraded):
                stack.close()

        self._ending.append(threading.Thread(target=work, daemon=True))
        self._ending[-1].start()


def _opened(make: Make[T]) -> tuple[ExitStack, T]:
    with ExitStack() as stack:
        thing = stack.enter_context(make())
        return stack.pop_all(), thing
