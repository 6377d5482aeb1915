"""Takes the host's requests and hands each to the process that it is for.

A suite process is forked per assignment; it collects the hidden tests once and forks workers for each submission.
"""

import base64
import json
import os
import shutil
import socket
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

import eager
import pytest  # noqa: F401  (imported once here, so that every fork has it warm)
import suite
import voice
from glass import Slot
from loaded import Loaded

Message = Mapping[str, object]


class Router:
    """The main process: never touches a candidate, never runs a test."""

    def __init__(self, slots: int, slot_root: str, work: Path) -> None:
        self._slots = [Slot(f"{slot_root}/{n}") for n in range(slots)]
        # One pair a slot, made before any fork: the main process holds [0], the run that uses the slot reads [1].
        self._lines = [socket.socketpair() for _ in range(slots)]
        self._work = work
        self._loaded: dict[str, Loaded] = {}
        self._suites: dict[str, socket.socket] = {}
        self._actions: Mapping[str, Callable[[Message], None]] = {
            "load": self._load,
            "collect": self._collect,
            "grade": self._pass_to_suite,
            "race": self._pass_to_suite,
            "forget": self._forget,
            "slot": self._pass_to_run,
            "dead": self._pass_to_run,
            "enough": self._pass_to_run,
            "next": self._pass_to_run,
        }

    def serve(self, requests: IO[bytes]) -> None:
        """Handle requests until there are no more; a fault of ours is said and ends no other run."""
        for line in requests:
            self._reap()
            try:
                message = json.loads(line)
                self._actions[message["type"]](message)
            except Exception as fault:
                voice.say("fault", message=f"{type(fault).__name__}: {fault}")

    def _load(self, message: Message) -> None:
        limits = message["limits"]
        assert isinstance(limits, dict)
        digest = str(message["assignment"])
        root = Path(self._work, digest.removeprefix("sha256:")[:16])
        _unpack(message["tree"], root)  # type: ignore[arg-type]  # JSON of the host's
        library = root.with_name(f"{root.name}-packages")
        _unpack(message["library"], library)  # type: ignore[arg-type]
        modules = tuple(str(name) for name in message["modules"])  # type: ignore[attr-defined]
        self._loaded[digest] = Loaded(
            digest=digest,
            root=root,
            library=library,
            modules=modules,
            eq=str(message["eq"]),
            isolation=str(message["isolation"]),
            test_s=limits["test_s"],
            suite_s=limits["suite_s"],
            output=limits["output"] * 1024 * 1024,
        )
        voice.say("loaded", assignment=digest)

    def _collect(self, message: Message) -> None:
        loaded, slot = self._loaded[str(message["assignment"])], message.get("slot")
        here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        if os.fork() == 0:
            here.close()
            if slot is None:
                _end_with(lambda: suite.live(loaded, there, self._slots, self._lines))
            _end_with(lambda: eager.live(loaded, there, self._slots, self._lines, int(str(slot))))
        there.close()
        self._suites[loaded.digest] = here

    def _pass_to_suite(self, message: Message) -> None:
        self._suites[str(message["assignment"])].send(json.dumps(message).encode("ascii"))

    def _pass_to_run(self, message: Message) -> None:
        self._lines[int(str(message["slot"]))][0].sendall(json.dumps(message).encode("ascii") + b"\n")

    def _forget(self, message: Message) -> None:
        """Drop an assignment: its suite process ends with its socket, its files go."""
        loaded = self._loaded.pop(str(message["assignment"]))
        if loaded.digest in self._suites:
            self._suites.pop(loaded.digest).close()
        for folder in (loaded.root, loaded.library):
            shutil.rmtree(folder, ignore_errors=True)

    def _reap(self) -> None:
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            pass


def _end_with(action: Callable[[], None]) -> None:
    """Run the rest of this forked process, and never return into the parent's code."""
    try:
        action()
        os._exit(0)
    except BaseException as fault:
        voice.say("fault", message=f"{type(fault).__name__}: {fault}")
        os._exit(1)


def _unpack(packed: Mapping[str, str], root: Path) -> None:
    """The assignment is trusted, yet only files below `root` are taken."""
    shutil.rmtree(root, ignore_errors=True)
    for name, content in packed.items():
        target = (root / name).resolve()
        if not target.is_relative_to(root.resolve()):
            raise ValueError(f"{name!r} is no file below the assignment")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(base64.b64decode(content))
