"""Turns on one machine, for threads and processes alike: much work at a time, or one who takes the time, alone.

Two locks of the kernel's on two files. Work holds `machine` shared, timing holds it alone. Everybody passes `door` first, and
who wants to take the time keeps the door shut while the last workers finish, so that it comes to its turn.
"""

import contextlib
import fcntl
import os
import stat
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

_PATIENCE_S = 10.0
_NAMES = 9  # of the folder that are tried: anybody may make a file or a link of such a name


class Quiet:
    """Turns by files in a folder that all graders of a machine share.

    Args:
        folder: default: one of this user's in the folder for temporary files.
        waits: called, from a thread of its own, where work has waited for long; a race takes a minute or two.
    """

    def __init__(self, folder: Path | None = None, waits: Callable[[], None] | None = None) -> None:
        self._folder, self._waits = folder or _shared(), waits

    @contextlib.contextmanager
    def working(self) -> Iterator[None]:
        """Hold a share of the machine."""
        with self._held("machine", fcntl.LOCK_SH, self._waits):
            yield

    @contextlib.contextmanager
    def timing(self) -> Iterator[None]:
        """Hold the machine alone."""
        with self._held("machine", fcntl.LOCK_EX):
            yield

    @contextlib.contextmanager
    def _held(self, name: str, how: int, waits: Callable[[], None] | None = None) -> Iterator[None]:
        with self._file("door") as door, self._file(name) as lock:
            with _told(waits):
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


@contextlib.contextmanager
def _told(waits: Callable[[], None] | None) -> Iterator[None]:
    """Call it where the block takes long."""
    if waits is None:
        yield
        return
    timer = threading.Timer(_PATIENCE_S, waits)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _shared() -> Path:
    """The folder that all graders of this user find; where others took all its names, one for this grader alone."""
    name = f"grader-turns-{os.getuid()}"
    for end in ("", *(f"-{number}" for number in range(2, _NAMES + 1))):
        path = Path(tempfile.gettempdir(), name + end)
        if _is_ours(path):
            return path
    return Path(tempfile.mkdtemp(prefix="grader-turns-"))


def _is_ours(path: Path) -> bool:
    """Whether a folder of this user's is there, made if need be: whoever holds the locks in another's could stop us for ever."""
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=0o700)
    found = path.lstat()
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()
