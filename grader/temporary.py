"""Folders of one run below the machine's folder for temporary files; what a killed run left goes with the next one.

A folder is locked for as long as its run lives. The kernel lets go of the lock however the run ends, so whatever can be
locked by somebody else belongs to nobody any more.
"""

import contextlib
import fcntl
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

_KINDS = ("git", "slots", "station", "work")
_NEW_S = 60.0  # between a folder's making and its lock there are microseconds


@contextlib.contextmanager
def folder(kind: str) -> Iterator[Path]:
    """A new folder, removed at the end of the block with all that is in it.

    Args:
        kind: one of `git`, `slots`, `station` and `work`; it stands in the name.
    """
    assert kind in _KINDS
    with tempfile.TemporaryDirectory(prefix=f"grader-{kind}-", ignore_cleanup_errors=True) as name:
        descriptor = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
            yield Path(name)
        finally:
            os.close(descriptor)


def sweep() -> int:
    """Remove the folders of runs that live no more, and that are this user's; returns how many there were."""
    place = Path(tempfile.gettempdir())
    return sum(_is_removed(path) for kind in _KINDS for path in place.glob(f"grader-{kind}-*"))


def _is_removed(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:  # gone by now, or not ours to look at
        return False
    try:
        if not _is_old(os.fstat(descriptor)):
            return False
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(path, ignore_errors=True)
        return not path.exists()
    except OSError:
        return False
    finally:
        os.close(descriptor)


def _is_old(found: os.stat_result) -> bool:
    """Whether it is a folder that this user may remove, and that its run has had the time to lock."""
    is_ours = os.getuid() in (0, found.st_uid)
    return is_ours and stat.S_ISDIR(found.st_mode) and time.time() - found.st_mtime > _NEW_S
