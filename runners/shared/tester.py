"""The testing process: pytest, the hidden tests and the submission in one; collects once, then forks for each group of tests.

It gets its key before it imports anything of the submission, seals each answer with it, and looks after each test whether
pytest's own functions are still what they were. All of this can be undone by code that shares the process and knows how;
what the outcome then is worth is for the host to find out (contradictions), which alone knows what each test should say.

    tester.py CONTROL LIB SUBMISSION TESTS
"""

import contextlib
import importlib
import io
import json
import os
import random
import signal
import socket
import sys
import traceback
from pathlib import Path

_HERE = Path(__file__).resolve().parent


def _ours(folders, *names):
    """Import our own modules, then forget their names: no file of the submission can stand in for them, nor find them."""
    sys.path[:0] = folders
    loaded = [importlib.import_module(name) for name in names]
    del sys.path[: len(folders)]
    for name in (*names, "voice"):
        sys.modules.pop(name, None)
    return loaded


class Control:
    """Orders from the supervisor, each with a socket for its answers."""

    def __init__(self, sock, seal):
        self._sock, self._seal = sock, seal
        self.told = json.loads(sock.recv(1 << 16))
        self._key = bytes.fromhex(self.told.pop("key"))

    def take(self):
        """The next order, and a function that answers it."""
        text, descriptors, _, _ = socket.recv_fds(self._sock, 1 << 20, 1)
        if not text:
            os._exit(0)
        order = json.loads(text)
        channel = socket.socket(fileno=descriptors[0])
        sealed = self._seal.Seal(self._key, order["order"])
        return order, channel, lambda message: channel.sendall(sealed.line(message))

    def close(self):
        """In a fork: orders are not for it."""
        self._sock.close()


def import_all(modules, submission):
    """Import the door's modules; returns why that can't be, or None."""
    for name in modules:
        try:
            importlib.import_module(name)
        except Exception as raised:
            return _why(raised, name, submission)
    return None


def _why(raised, module, submission):
    path, line, kind = None, None, "raised"
    if isinstance(raised, SyntaxError):
        kind, path, line = "syntax", raised.filename, raised.lineno
    elif isinstance(raised, ModuleNotFoundError) and raised.name == module:
        kind = "missing"
    else:
        for frame in traceback.extract_tb(raised.__traceback__):
            if frame.filename.startswith(submission):
                path, line = frame.filename, frame.lineno
    if type(path) is str:
        path = path.removeprefix(submission).lstrip("/")
    message = f"{type(raised).__name__}: {raised}"[:400]
    return {"kind": kind, "message": message, "path": path, "line": line if type(line) is int else None}


def main(arguments):
    """Take orders until the supervisor leaves."""
    control_descriptor, lib, submission, tests = arguments
    [seal] = _ours([str(_HERE)], "seal")
    control = Control(socket.socket(fileno=int(control_descriptor)), seal)
    sys.dont_write_bytecode = True
    sys.argv = [""]
    first = control.take()
    if first[0]["do"] == "import":
        sys.stdout = sys.stderr = io.StringIO()
        sys.path += [lib, submission]
        first[2]({"fault": import_all(control.told["modules"], submission)})
        os._exit(0)
    sys.path.append(lib)
    import pytest  # noqa: F401  (before the submission can be found)

    with contextlib.suppress(ImportError):
        import _hypothesis_pytestplugin  # noqa: F401  (it changes pytest when it is imported)

    examiner = str(_HERE.parent / "examiner")
    session, listing = _ours([str(_HERE), examiner], "session", "listing")
    sys.path.append(submission)
    plugin = session.Session(control, first, listing)
    said = _enter(plugin, Path(tests) / "hidden")
    plugin.collected([], said)
    plugin.serve()


def _enter(plugin, hidden):
    """Hand this process over to pytest; returns only where it gave up before there were any tests: with what it said."""
    sys.path.insert(0, str(hidden))
    os.chdir(hidden)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    configuration = hidden / "pytest.ini"
    if not configuration.exists():
        configuration.write_text("[pytest]\n")
    options = ["-q", "-p", "no:cacheprovider", "--capture=sys", "--tb=short", "-o", "addopts="]
    options += [f"--rootdir={hidden}", f"--config-file={configuration}", str(hidden)]
    plugins = [plugin]
    with contextlib.suppress(ImportError):
        import _hypothesis_pytestplugin

        plugins.append(_hypothesis_pytestplugin)
    import pytest

    with contextlib.redirect_stderr(io.StringIO()) as said:
        pytest.main(options, plugins)
    return said.getvalue() or "pytest ended before it had collected the tests"


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    random.seed()
    main(sys.argv[1:])
