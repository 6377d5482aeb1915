"""Turns on one machine, for threads and processes alike: much work at a time, or one who takes the time, alone.

Two locks of the kernel's on two files. Work holds `machine` shared, timing holds it alone. Everybody passes `door` first, and
who wants to take the time keeps the door shut while the last workers finish, so that it comes to its turn.
"""

import contextlib
import fcntl
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path


class Quiet:
    """Turns by files in a folder that all graders of a machine share.

    Args:
        folder: default: one of this user's in the folder for temporary files.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or Path(tempfile.gettempdir(), f"grader-turns-{os.getuid()}")
        self._folder.mkdir(mode=0o700, exist_ok=True)
        if self._folder.is_symlink() or self._folder.stat().st_uid != os.getuid():
            # Somebody else's of that name: whoever holds its locks could stop us for ever, so these turns are our own alone.
            self._folder = Path(tempfile.mkdtemp(prefix="grader-turns-"))

    @contextlib.contextmanager
    def working(self) -> Iterator[None]:
        """Hold a share of the machine."""
        with self._held("machine", fcntl.LOCK_SH):
            yield

    @contextlib.contextmanager
    def timing(self) -> Iterator[None]:
        """Hold the machine alone."""
        with self._held("machine", fcntl.LOCK_EX):
            yield

    @contextlib.contextmanager
    def _held(self, name: str, how: int) -> Iterator[None]:
        with self._file("door") as door, self._file(name) as lock:
            fcntl.flock(door, fcntl.LOCK_EX)
            fcntl.flock(lock, how)
            fcntl.flock(door, fcntl.LOCK_UN)
            yield

    @contextlib.contextmanager
    def _file(self, name: str) -> Iterator[int]:
        """A file opened anew each time: the kernel's locks belong to the opening, not to the process."""
        opened = os.open(self._folder / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            yield opened
        finally:
            os.close(opened)
