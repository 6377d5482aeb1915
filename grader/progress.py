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


class Watch(Protocol):
    """Receives what happens to the submissions of a batch, from any thread; names and details are foreign text."""

    def begin(self, total: int, done: int, slots: int) -> None:
        """The batch begins: so many submissions, so many of them done before."""

    def started(self, id_: str, name: str) -> None:
        """A worker took a submission."""

    def stage(self, id_: str, name: str, detail: str = "") -> None:
        """A stage of a submission began; `id_` is empty where it is nobody's, such as building images."""

    def step(self, id_: str, done: int, total: int) -> None:
        """Within the stage, `done` of `total` steps are finished."""

    def finished(self, id_: str, verdict: str, detail: str = "") -> None:
        """A submission is recorded."""

    def note(self, message: str) -> None:
        """One line that the user should see; already escaped."""
