"""Folders of a run: laid out from a message, and compared with what they were."""

import base64
import hashlib
import os
import stat

import space

_LARGEST = 64 * 1024 * 1024


def lay(packed, folder):
    """Empty a folder, then write these files below it, base64 by path."""
    space.empty(folder)
    space.put({name: base64.b64decode(content) for name, content in packed.items()}, folder)


def below(folder):
    """The paths of all files below a folder."""
    return [os.path.join(path, name) for path, _, names in os.walk(folder) for name in sorted(names)]


def marks(paths):
    """A hash of each regular file; a link, a pipe and what can't be read have none."""
    return {path: _mark(path) for path in paths}


def _mark(path):
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with open(descriptor, "rb") as file:
            state = os.fstat(descriptor)
            is_plain = stat.S_ISREG(state.st_mode) and state.st_size <= _LARGEST
            return hashlib.sha256(file.read()).hexdigest() if is_plain else None
    except OSError:
        return None


def changed(before):
    """The files that are gone or differ from their marks; what was added is no concern."""
    return [path for path, mark in marks(before).items() if mark != before[path]]
