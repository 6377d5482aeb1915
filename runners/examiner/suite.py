"""One suite in a process of its own: collect the hidden tests once, then fork a run for each submission.

pytest is entered once, by `live`, and never left: its run loop is where requests are served, so that every fork starts
with the tests collected. The modules' names stay lazy while nothing touches them (see door_import), so the collection
asks no candidate anything and serves every submission.
"""

import contextlib
import inspect
import json
import os
import socket
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import door_import
import glass
import pytest
import race
import run
import voice
from glass import Peer, Slot
from loaded import Loaded

_OPTIONS = ("-q", "-p", "no:cacheprovider", "--capture=sys", "--tb=short", "-o", "addopts=")


class AskedTooEarlyError(LookupError):
    """A test module asked the candidate something while being collected."""


def live(loaded: Loaded, requests: socket.socket, slots: Sequence[Slot], lines: run.Lines) -> None:
    """Collect, tell the host, then serve `grade` and `race` until the socket closes.

    Args:
        loaded: the assignment's files and limits.
        requests: one JSON message a packet, from the main process.
        slots: all slots of this examiner.
        lines: the pairs on which runs hear of their slot.
    """
    hidden = loaded.root / "hidden"
    plugin = _Plugin(loaded, requests, slots, lines)
    door_import.install(loaded.modules, plugin.candidate)
    sys.dont_write_bytecode = True
    sys.path.insert(0, str(hidden))
    os.chdir(hidden)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    configuration = hidden / "pytest.ini"
    configuration.write_text("[pytest]\nmarkers =\n    points(n): weight within its group\n")
    pytest.main([*_OPTIONS, f"--rootdir={hidden}", f"--config-file={configuration}", str(hidden)], [plugin, *_extras()])


def _extras() -> list[object]:
    with contextlib.suppress(ImportError):
        import _hypothesis_pytestplugin

        return [_hypothesis_pytestplugin]
    return []


class _Plugin:
    """Hooks of pytest, in the order in which pytest comes to them."""

    def __init__(self, loaded: Loaded, requests: socket.socket, slots: Sequence[Slot], lines: run.Lines) -> None:
        self._peer: Peer | None = None
        self._loaded, self._requests, self._slots, self._lines = loaded, requests, slots, lines
        self._faults: list[str] = []
        self._run: run.Run | None = None

    def candidate(self) -> Peer:
        """Whoever the tests' names mean now; at collection that is nobody."""
        if self._peer is None:
            raise AskedTooEarlyError(
                "this file uses the candidate's objects while it is collected (at module level, in a decorator or in "
                "parametrize arguments); use them in a test or a fixture, where a submission is behind the glass"
            )
        return self._peer

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Remember why a file can't be collected."""
        if report.failed:
            self._faults.append(f"{report.nodeid}: {voice.clip(report.longreprtext, 0, 2000)}")

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Say what was collected; a suite that can't be is its author's fault."""
        items = [item for item in session.items if not _is_skipped(item)]
        if self._faults or not items:
            why = "\n".join(self._faults) or "no test was found below tests/hidden"
            voice.say("broken", assignment=self._loaded.digest, message=voice.clip(why))
            os._exit(0)
        session.items[:] = items
        voice.say("collected", assignment=self._loaded.digest, tests=[_describe(item) for item in items])

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Serve requests: each forks, and the fork runs the tests or a race."""
        while packet := self._requests.recv(1 << 20):
            _reap()
            if os.fork() == 0:
                self._requests.close()
                self._answer(session, json.loads(packet))
                os._exit(0)
        os._exit(0)

    def _answer(self, session: pytest.Session, request: dict[str, object]) -> None:
        glass.limit_memory()
        try:
            if request["type"] == "race":
                self._race(request)
            else:
                self._run = run.Run(self._loaded, request, self._slots, self._lines)
                self._run.all(session, self._at)
        except BaseException as fault:
            voice.say("fault", run=request.get("run"), message=f"{type(fault).__name__}: {fault}")

    def _at(self, peer: Peer | None, item: pytest.Item) -> None:
        """From now on the tests' names mean this peer's objects."""
        if peer is None:
            door_import.unsettle()
        self._peer = peer
        if peer is not None:
            callspec = getattr(item, "callspec", None)
            door_import.settle([*self._places(), *([callspec.params] if callspec else [])])

    def _places(self) -> Iterator[dict[Any, Any]]:
        """The globals of the suite's modules: tests, conftest files and what they import from their own folder."""
        for module in list(sys.modules.values()):
            if str(getattr(module, "__file__", None) or "").startswith(str(self._loaded.root)):
                yield vars(module)

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_makereport(self, call: pytest.CallInfo[None]):  # type: ignore[no-untyped-def]
        """Hand each phase's report to the run that is on."""
        report = yield
        if self._run is not None:
            self._run.report(report, call)
        return report

    def _race(self, request: dict[str, object]) -> None:
        slot = int(str(request["candidate"]))
        inbox = run.Inbox(self._lines[slot][1])
        for message in race.race(request, self._loaded, self._slots, inbox):
            voice.say(message.pop("type"), **message)


def _describe(item: pytest.Item) -> dict[str, object]:
    function = getattr(item, "function", None)
    doc = inspect.getdoc(function) if function else None
    marker = item.get_closest_marker("points")
    try:
        source = inspect.getsource(function) if function else ""
    except (OSError, TypeError):
        source = ""
    return {
        "id": item.nodeid,
        "title": _with_case(doc.strip().splitlines()[0] if doc and doc.strip() else _words(item), item),
        "weight": float(marker.args[0]) if marker and marker.args else 1.0,
        "source": voice.clip(source),
    }


def _words(item: pytest.Item) -> str:
    name = getattr(item, "originalname", None) or item.name.partition("[")[0]
    return name.removeprefix("test_").replace("_", " ").strip().capitalize() or item.name


def _with_case(title: str, item: pytest.Item) -> str:
    case = item.name.partition("[")[2].removesuffix("]")
    return f"{title} [{case}]" if case else title


def _is_skipped(item: pytest.Item) -> bool:
    """A test that the trusted side already skips is not expected."""
    if item.get_closest_marker("skip"):
        return True
    return any(mark.args and mark.args[0] is True for mark in item.iter_markers("skipif"))


def _reap() -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
