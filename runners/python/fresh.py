"""A candidate's container as it was when it came: the submission's files anew, and nothing that it left; standard library alone.

Files are kept in the supervisor's memory, where the submission cannot reach them. They are compiled once, by a process of
ours that imports none of them, so that what an import costs is what the submission's own code does.
"""

import contextlib
import os
import stat
import sys

_COMPILE_S = 3.0
_SHARED = ("/tmp", "/dev/shm", "/dev/mqueue")  # noqa: S108  (the container's own; the rest of it is read-only)
_RMID = 0
_COMPILE = """
import pathlib, py_compile, sys
for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.py")):
    try:
        py_compile.compile(str(path), doraise=True, invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH)
    except Exception:
        pass
"""


def put(files, folder):
    """Write files below a folder."""
    os.makedirs(folder, exist_ok=True)
    for name, content in files.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)


def compiled(folder):
    """Compile the modules below a folder beside themselves, in a process of its own; returns what that made, by path."""
    import subprocess  # here, since few containers are raced, and each would pay for it

    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        subprocess.run(
            [sys.executable, "-I", "-S", "-B", "-c", _COMPILE, folder],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_COMPILE_S,
            check=False,
        )
    return dict(_compiled(folder))


def _compiled(folder):
    for below, _, names in os.walk(folder):
        for name in names if os.path.basename(below) == "__pycache__" else ():
            if name.endswith(".pyc"):
                path = os.path.join(below, name)
                with open(path, "rb") as file:
                    yield os.path.relpath(path, folder), file.read()


def wipe(work):
    """Remove what a submission can have left: files wherever it may write, and memory that outlives its process.

    Raises:
        OSError: something could not be removed.
    """
    emptied(work)
    if os.getpid() == 1:
        for folder in _SHARED:
            if os.path.isdir(folder):
                emptied(folder)
        _forget_shared_memory()


def emptied(folder):
    """Remove everything below a folder, however deep: what lies in a folder is moved up first, so that no path grows long.

    Raises:
        OSError: something could not be removed.
    """
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
    import ctypes  # here: it would make each fork of the zygote dearer

    libc = ctypes.CDLL(None)
    controls = {"shm": libc.shmctl, "msg": libc.msgctl, "sem": lambda id_, _, __: libc.semctl(id_, 0, _RMID)}
    for kind, control in controls.items():
        with contextlib.suppress(OSError), open(f"/proc/sysvipc/{kind}") as file:
            for line in file.readlines()[1:]:
                control(int(line.split()[1]), _RMID, None)
