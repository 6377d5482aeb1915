"""A folder as a submission: each file opened below its folder's descriptor, no link followed."""

import os
import stat
import time

from grader.intake.rules import Basket, Caps, is_left_out_folder
from grader.quote import quote

_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def collect(path: str, basket: Basket, caps: Caps) -> None:
    """Put a folder's regular files into the basket; links and devices are left out with a note.

    Raises:
        NotGradable: a rule is broken.
        OSError: the folder can't be opened.
    """
    root = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        _walk(root, "", basket, time.monotonic() + caps.seconds)
    finally:
        os.close(root)


def _walk(folder: int, prefix: str, basket: Basket, deadline: float) -> None:
    for name in sorted(os.listdir(folder)):
        if time.monotonic() > deadline:
            raise basket.refusal("G202", "reading it takes too long", "Hand in fewer files.")
        path = basket.check(prefix + name)
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
    below = os.open(name, _READ | os.O_DIRECTORY, dir_fd=folder)
    try:
        if "pyvenv.cfg" in os.listdir(below):
            basket.leave(f"{path}/", "a virtual environment")
        else:
            _walk(below, f"{path}/", basket, deadline)
    finally:
        os.close(below)


def _read(folder: int, name: str, path: str, basket: Basket) -> bytes:
    """Read a file that was regular a moment ago; what it has become since is checked on the open descriptor."""
    try:
        descriptor = os.open(name, _READ, dir_fd=folder)
    except OSError as cause:
        raise basket.refusal("G205", f"{quote(path)} can't be read ({cause.strerror})", "Make it readable.") from cause
    with open(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise basket.refusal("G205", f"{quote(path)} changed while it was read", "Hand in again.")
        content = file.read(basket.room() + 1)
    if len(content) > basket.room():
        raise basket.too_large(path)
    return content
