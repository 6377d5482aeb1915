"""The zygote: imports the submission once, then forks a child a test; the standard library alone.

Our modules are loaded under names that are taken away again, so that no file of the submission can stand in for them and
none of theirs finds ours.
"""

import importlib
import io
import os
import random
import signal
import socket
import sys
import types

_HERE = os.path.dirname(os.path.realpath(__file__))
_RUNNERS = os.path.dirname(_HERE)
_MIB = 1024 * 1024


def _ours(*names):
    """Import our own modules, then forget their names, and the way to them."""
    folders = [_HERE, os.path.join(_RUNNERS, "wire")]
    sys.path[:0] = folders
    loaded = [importlib.import_module(name) for name in names]
    sys.path[:] = [folder for folder in sys.path if not folder.startswith(_RUNNERS)]
    for name, module in list(sys.modules.items()):
        if name != __name__ and str(getattr(module, "__file__", "")).startswith(_RUNNERS):
            del sys.modules[name]
    return loaded


agent, frames = _ours("agent", "frames")


class Zygote:
    """Imports the submission, then forks a child a test; spoken to by the examiner over an inherited socket."""

    def __init__(self, control, submission, output):
        self._control, self._submission = control, submission
        self._out, self._err = agent.Output(output), agent.Output(output)
        self._collected = self._ready = None

    def serve(self):
        """Take orders until the control socket closes."""
        sys.stdout = io.TextIOWrapper(self._out, "utf-8", write_through=True)
        sys.stderr = io.TextIOWrapper(self._err, "utf-8", write_through=True)
        sys.path.insert(0, self._submission)
        sys.argv = [""]
        sys.dont_write_bytecode = True
        wire = frames.Wire(self._control)
        try:
            wire.send(self._load(wire.receive()[1]))
            self._ready = self._conversation(self._control)  # made once: what a child makes costs it memory
            while True:
                self._obey()
        except (frames.GlassBroken, EOFError):
            os._exit(0)

    def _conversation(self, sock):
        made = agent.Child(sock, self._out, self._err)
        made.take_over()
        return made

    def _load(self, modules):
        for name in modules:
            try:
                importlib.import_module(name)
            except Exception as raised:
                return ["loaded", False, *_why(raised, name, self._submission), False]
        return ["loaded", True, "", "", None, None, len(os.listdir("/proc/self/task")) > 1]

    def _obey(self):
        """Serve a collection here, or fork a child for a test, which knows all that the collection made."""
        self._control.setblocking(True)
        order, descriptors, _, _ = socket.recv_fds(self._control, 64, 1)
        if not order:
            raise EOFError
        if int(order) == frames.COLLECT:
            with socket.socket(fileno=descriptors[0]) as sock:
                self._collected = self._conversation(sock)
                self._collected.serve()
            return
        if os.fork() == 0:
            self._control.close()
            self._child(socket.socket(fileno=descriptors[0]), int(order))
        os.close(descriptors[0])

    def _child(self, sock, seed):
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        try:
            score = os.open("/proc/self/oom_score_adj", os.O_WRONLY)
            os.write(score, b"1000")  # where memory runs out, the test's child goes first
            os.close(score)
        except OSError:
            pass
        random.seed(seed if seed >= 0 else None)
        try:
            child = self._collected or self._ready
            child.move(sock)
            child.serve()
        finally:
            os._exit(0)


def _why(raised, module, submission):
    """What an import failed with: kind, message, path below the submission, line."""
    path, line = None, None
    if isinstance(raised, SyntaxError):
        kind, path, line = "syntax", raised.filename, raised.lineno
    elif isinstance(raised, ModuleNotFoundError) and raised.name == module:
        kind = "missing"
    else:
        kind = "raised"
        trace = raised.__traceback__
        while trace is not None:
            if trace.tb_frame.f_code.co_filename.startswith(submission):
                path, line = trace.tb_frame.f_code.co_filename, trace.tb_lineno
            trace = trace.tb_next
    if type(path) is str:
        path = path.removeprefix(submission).lstrip("/")
    return kind, f"{type(raised).__name__}: {raised}"[:400], path, line


def start(arguments):
    """Start as the zygote: CONTROL_DESCRIPTOR SUBMISSION_FOLDER OUTPUT_MIB PACKAGES_FOLDER."""
    sys.modules.pop(__name__, None)
    sys.modules["__main__"] = types.ModuleType("__main__")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel reaps the tests' children
    control = socket.socket(fileno=int(arguments[0]))
    control.set_inheritable(False)
    _, submission, output, library = arguments
    if library:
        sys.path.append(library)
    Zygote(control, submission, int(output) * _MIB + 1).serve()  # the examiner cuts, and says so
