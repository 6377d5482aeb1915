"""Folders of a run: laid out from a message, emptied, and compared with what they were."""

import base64
import contextlib
import hashlib
import os
import shutil
import stat

_LARGEST = 64 * 1024 * 1024


def lay(packed, folder):
    """Empty a folder, then write these files below it, base64 by path; a path that leads elsewhere is passed over."""
    empty(folder)
    for name, content in packed.items():
        if name.startswith("/") or ".." in name.split("/"):
            continue
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(base64.b64decode(content))


def empty(folder):
    """Leave nothing in a folder, whatever its modes; makes it where it is missing."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        folder.unlink()
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(OSError):
        folder.chmod(0o700)
    for entry in os.scandir(folder):
        with contextlib.suppress(OSError, RecursionError):
            if entry.is_dir(follow_symlinks=False):
                _open_up(entry.path)
                shutil.rmtree(entry.path, ignore_errors=True)
            else:
                os.unlink(entry.path)


def _open_up(folder):
    for path, folders, _ in os.walk(folder):
        for name in [".", *folders]:
            with contextlib.suppress(OSError):
                if not os.path.islink(os.path.join(path, name)):
                    os.chmod(os.path.join(path, name), 0o700)


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
