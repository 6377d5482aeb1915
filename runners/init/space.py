"""Where a submission may write: filled, emptied, and rid of what outlives its processes; standard library alone.

The submission owns these folders, so a folder may be a link by now, or be so deep that no path names its end.
"""

import contextlib
import os
import stat

_SHARED = ("/tmp", "/dev/shm", "/dev/mqueue")  # noqa: S108  (the container's own; the rest of it is read-only)
_RMID = 0


def put(files, folder):
    """Write files below a folder, content by path; a path that leads elsewhere is passed over."""
    os.makedirs(folder, exist_ok=True)
    for name, content in files.items():
        if name[:1] == "/" or ".." in name.split("/"):
            continue
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)


def wipe(work):
    """Remove what a submission can have left, wherever it may write; returns whether nothing is left."""
    folders = [work]
    if os.getpid() == 1:
        folders += [folder for folder in _SHARED if os.path.isdir(folder)]
        _forget_shared_memory()
    left = [folder for folder in folders if not empty(folder)]  # each has its turn, whatever became of another
    return not left


def empty(folder):
    """Leave nothing in a folder, which is made where it is missing; returns whether nothing is left."""
    try:
        if os.path.islink(folder) or not os.path.isdir(folder):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(folder)
            os.makedirs(folder)
        elif next(os.scandir(folder), None) is not None:
            _remove_below(folder)
    except OSError:
        return False
    return True


def _remove_below(folder):
    """However deep it is: what lies in a folder is moved up first, so that no path grows long."""
    token, number = os.urandom(8).hex(), 0
    names = os.listdir(folder)
    while names:
        path = os.path.join(folder, names.pop())
        if not stat.S_ISDIR(os.lstat(path).st_mode):
            os.unlink(path)
            continue
        os.chmod(path, 0o700)
        for name in os.listdir(path):
            number += 1
            names.append(f"{token}-{number}")
            inner = os.path.join(path, name)
            if stat.S_ISDIR(os.lstat(inner).st_mode):
                os.chmod(inner, 0o700)  # a folder that may not be written can't be moved
            os.rename(inner, os.path.join(folder, names[-1]))
        os.rmdir(path)


def _forget_shared_memory():
    """System V segments, queues and semaphores have no file; the kernel lists them."""
    left = [(kind, id_) for kind in ("shm", "msg", "sem") for id_ in _ids(kind)]
    if not left:
        return
    import ctypes  # here: it would make each fork of the zygote dearer

    libc = ctypes.CDLL(None)
    remove = {"shm": libc.shmctl, "msg": libc.msgctl, "sem": lambda id_, what, _: libc.semctl(id_, 0, what)}
    for kind, id_ in left:
        remove[kind](id_, _RMID, None)


def _ids(kind):
    with contextlib.suppress(OSError, ValueError, IndexError), open(f"/proc/sysvipc/{kind}") as file:
        return [int(line.split()[1]) for line in file.readlines()[1:]]
    return []
