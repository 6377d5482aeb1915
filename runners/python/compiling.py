"""The modules of a submission, compiled once, so that what an import costs is what the submission's own code does.

It is done by a process of ours that imports none of them; standard library alone.
"""

import contextlib
import os
import sys

_COMPILE_S = 3.0
_COMPILE = """
import pathlib, py_compile, sys
for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.py")):
    try:
        py_compile.compile(str(path), doraise=True, invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH)
    except Exception:
        pass
"""


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
        is_cache = os.path.basename(below) == "__pycache__"
        for path in (os.path.join(below, name) for name in names if is_cache and name.endswith(".pyc")):
            with open(path, "rb") as file:
                yield os.path.relpath(path, folder), file.read()
