"""What stages tell about their progress; how it looks is decided in `cli/progress.py`."""

from typing import Protocol


class Progress(Protocol):
    """Receives what happens, in order; never raises, never decides anything."""

    def stage(self, name: str, detail: str = "") -> None:
        """A stage began: `intake`, `images`, `examine`, `quality`, `speed`, `render`."""

    def step(self, done: int, total: int, detail: str = "") -> None:
        """Within the stage, `done` of `total` steps are finished."""

    def note(self, message: str) -> None:
        """One line that the user should see, such as a fallback; already escaped."""


class Silent:
    """Progress for those who don't look."""

    def stage(self, name: str, detail: str = "") -> None:
        """Ignore it."""

    def step(self, done: int, total: int, detail: str = "") -> None:
        """Ignore it."""

    def note(self, message: str) -> None:
        """Ignore it."""
