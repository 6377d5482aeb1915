"""One suite in a process of its own: collect the hidden tests once, then fork a run for each submission.

pytest is entered once, by `live`, and never left: its run loop is where requests are served, so that every fork starts
with the tests collected. The modules' names stay lazy while nothing touches them (see door_import), so the collection
asks no candidate anything and serves every submission.
"""

import contextlib
import io
import os
import socket
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import ambient
import doctests
import door_import
import listing
import pytest
import run
import source
import voice
from glass import Peer, Slot
from handles import body, far_of
from loaded import Loaded
from serving import Serving
from workers import Tell

_WANTED = ("--doctest-modules",)  # of an author's own pytest.ini; other options would change what is reported, and how
_OPTIONS = ("-q", "-p", "no:cacheprovider", "--capture=sys", "--tb=short", "-o", "addopts=")


def live(loaded: Loaded, requests: socket.socket, slots: Sequence[Slot], lines: run.Lines) -> None:
    """Collect, tell the host, then serve `grade` and `race` until the socket closes.

    Args:
        loaded: the assignment's files and limits.
        requests: one JSON message a packet, from the main process.
        slots: all slots of this examiner.
        lines: the pairs on which runs hear of their slot.
    """
    said = enter(_Once(loaded, Serving(loaded, requests, slots, lines)))
    voice.say("eager", assignment=loaded.digest, message=voice.clip(said))


def enter(plugin: "Plugin") -> str:
    """Hand this process over to pytest; the plugin decides what becomes of the tests that it collects.

    Returns only where pytest gave up before there were any, such as over a conftest file: what it said.
    """
    hidden = plugin.loaded.root / "hidden"
    door_import.install(plugin.loaded.modules, plugin.candidate)
    doctests.guard()
    ambient.forward_seeds(lambda: plugin.candidate().ask)
    source.refuse()
    sys.dont_write_bytecode = True
    sys.path.insert(0, str(hidden))
    sys.path.insert(1, str(plugin.loaded.library))  # its versions count, whatever else is installed
    os.chdir(hidden)
    ambient.remember()
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    configuration = hidden / "pytest.ini"
    if not configuration.exists():
        configuration.write_text("[pytest]\n")
    wanted = [option for option in _WANTED if option in configuration.read_text()]
    options = [*_OPTIONS, *wanted, f"--rootdir={hidden}", f"--config-file={configuration}", str(hidden)]
    with contextlib.redirect_stderr(io.StringIO()) as said:
        pytest.main(options, [plugin, *_extras()])
    return said.getvalue() or "pytest ended before it had collected the tests"


def _extras() -> list[object]:
    with contextlib.suppress(ImportError):
        import _hypothesis_pytestplugin

        return [_hypothesis_pytestplugin]
    return []


class Plugin:
    """What every collection of a suite has in common: where its names come from, why a file failed, its reports."""

    def __init__(self, loaded: Loaded) -> None:
        self.loaded = loaded
        self.peer: Peer | None = None
        self.faults: dict[str, str] = {}  # why a file can't be collected
        self.run: run.Run | None = None
        self._spots: list[door_import.Spot] = []  # where the suite's modules have names that nobody has asked for yet

    def candidate(self) -> Peer:
        """Whoever the tests' names mean now.

        Raises:
            AskedTooEarlyError: nobody is there yet.
        """
        if self.peer is None:
            raise door_import.AskedTooEarlyError
        return self.peer

    def pytest_configure(self, config: pytest.Config) -> None:
        """Our one marker."""
        config.addinivalue_line("markers", "points(n): weight within its group")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Remember why a file can't be collected."""
        if report.failed:
            self.faults[report.nodeid] = voice.clip(report.longreprtext, 0, 2000)

    def at(self, peer: Peer | None, item: pytest.Item) -> None:
        """From now on the tests' names mean this peer's objects."""
        if peer is None:
            door_import.unsettle()
            self._leave(item)
        self.peer = peer
        if peer is not None:
            if "tmp_path_factory" in item.fixturenames:  # type: ignore[attr-defined]
                peer.surroundings.share(item.config._tmp_path_factory.getbasetemp())
            callspec = getattr(item, "callspec", None)
            door_import.settle([*self._spots, *(door_import.lazies(callspec.params) if callspec else ())])

    def _leave(self, item: pytest.Item) -> None:
        """What a test changed around it is no business of the next one's."""
        if self.loaded.isolation == "test" and "tmp_path_factory" in getattr(item, "fixturenames", ()):
            ambient.emptied(item.config._tmp_path_factory.getbasetemp())  # type: ignore[attr-defined]

    @pytest.fixture
    def tmp_path(self, tmp_path_factory: pytest.TempPathFactory) -> Path:
        """Pytest's own, but for the name: the candidate sees the path, and a test's name is none of its business."""
        return tmp_path_factory.mktemp("t")

    def find(self) -> None:
        """Once all is collected: where lazy names stand."""
        self._spots = [spot for place in self._places() for spot in door_import.lazies(place)]

    def _places(self) -> Iterator[dict[Any, Any]]:
        """The globals of the suite's modules: tests, conftest files and what they import from their own folder."""
        for module in list(sys.modules.values()):
            if str(getattr(module, "__file__", None) or "").startswith(str(self.loaded.root)):
                yield vars(module)

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_makereport(self, call: pytest.CallInfo[None]):  # type: ignore[no-untyped-def]
        """Hand each phase's report to the run that is on."""
        report = yield
        if self.run is not None:
            self.run.report(report, call)
        return report


class _Once(Plugin):
    """A suite that asks no candidate anything while it is collected: collected once, for every submission."""

    def __init__(self, loaded: Loaded, serving: Serving) -> None:
        super().__init__(loaded)
        self._serving = serving

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Say what was collected; what can't be may need a candidate to be there (`eager`)."""
        items = [item for item in listing.expected(session.items) if is_own(item)]
        if self.faults or not items:
            voice.say("eager", assignment=self.loaded.digest, message=listing.broken(self.faults))
            os._exit(0)
        session.items[:] = items
        for item in items:
            item.location  # noqa: B018  (kept once asked for: here it is, for every run)
        self.find()
        voice.say("collected", assignment=self.loaded.digest, tests=[listing.describe(item) for item in items])

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Serve requests, each in a fork that has the tests collected."""

        def work(graded: run.Run, rest: Sequence[str], tell: Tell) -> None:
            self.run = graded
            tell({"count": graded.tests(session.items[-len(rest) :], self.at), **graded.state()})

        self._serving.serve([item.nodeid for item in session.items], work)
        os._exit(0)


def is_own(item: pytest.Item) -> bool:
    """Whether this is the suite's: a function or class of the candidate's that is named like a test would judge itself."""
    if far_of(vars(item).get("_obj")) is not None:
        return False
    cls = getattr(item, "cls", None)
    return cls is None or far_of(cls) is None or "_heir" in body(cls)
