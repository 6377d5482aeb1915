"""Whose turn it is on a machine: many may work at a time, and nobody works while somebody takes the time."""

from contextlib import AbstractContextManager, nullcontext
from typing import Protocol


class Turns(Protocol):
    """Keeps timing apart from other work; each is held for one `with` block."""

    def working(self) -> AbstractContextManager[object]:
        """Work that may stand beside other work, and never beside timing."""

    def timing(self) -> AbstractContextManager[object]:
        """Timing, alone."""


class Alone:
    """Turns for those who share the machine with nobody of ours."""

    def working(self) -> AbstractContextManager[object]:
        """Always at once."""
        return nullcontext()

    def timing(self) -> AbstractContextManager[object]:
        """Always at once."""
        return nullcontext()
