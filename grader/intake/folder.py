"""A folder as a submission: each file opened below its folder's descriptor, no link followed."""

import contextlib
import os
import stat
import time
from collections.abc import Iterator

from grader.intake.rules import Basket, Caps, is_left_out_folder
from grader.quote import quote

_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def collect(path: str, basket: Basket, caps: Caps) -> None:
    """Put a folder's regular files into the basket; links and devices are left out with a note.

    Raises:
        NotGradable: a rule is broken, or it can't be read.
    """
    with _told("", basket):
        root = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        _walk(root, "", basket, time.monotonic() + caps.seconds)
    finally:
        os.close(root)


def _walk(folder: int, prefix: str, basket: Basket, deadline: float) -> None:
    with _told(prefix, basket):
        names = sorted(os.listdir(folder))
    for name in names:
        if time.monotonic() > deadline:
            raise basket.refusal("G202", "reading it takes too long", "Hand in fewer files.")
        path = basket.check(prefix + name)
        with _told(path, basket):
            mode = os.lstat(name, dir_fd=folder).st_mode
        if stat.S_ISDIR(mode):
            _enter(folder, name, path, basket, deadline)
        elif not stat.S_ISREG(mode):
            basket.leave(path, "a link" if stat.S_ISLNK(mode) else "no regular file")
        elif not basket.leave(path):
            basket.put(path, _read(folder, name, path, basket))


def _enter(folder: int, name: str, path: str, basket: Basket, deadline: float) -> None:
    if is_left_out_folder(name):
        basket.leave(f"{path}/x")
        return
    with _told(path, basket):
        below = os.open(name, _READ | os.O_DIRECTORY, dir_fd=folder)
    try:
        with _told(path, basket):
            is_environment = "pyvenv.cfg" in os.listdir(below)
        if is_environment:
            basket.leave(f"{path}/", "a virtual environment")
        else:
            _walk(below, f"{path}/", basket, deadline)
    finally:
        os.close(below)


def _read(folder: int, name: str, path: str, basket: Basket) -> bytes:
    """Read a file that was regular a moment ago; what it has become since is checked on the open descriptor."""
    with _told(path, basket):
        descriptor = os.open(name, _READ, dir_fd=folder)
    with _told(path, basket), open(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise basket.refusal("G205", f"{quote(path)} changed while it was read", "Hand in again.")
        content = file.read(basket.room() + 1)
    if len(content) > basket.room():
        raise basket.too_large(path)
    return content


@contextlib.contextmanager
def _told(path: str, basket: Basket) -> Iterator[None]:
    """What the system refuses is a refusal of the submission that names the path; the submission itself where that is empty."""
    try:
        yield
    except OSError as cause:
        what = f"{quote(path.rstrip('/')) or 'it'} can't be read ({cause.strerror})"
        raise basket.refusal("G205", what, "Make it readable.") from cause
