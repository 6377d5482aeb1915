"""A suite that needs the candidate while it is collected: a star import, a subclass, parameters made of its objects.

Its list of tests comes from the reference, once, before any submission. Each submission is collected for itself then, in
a worker that is forked before anything was collected; of what it collects, only the expected tests count. The
candidate's zygote answers the collection, so every child that it forks for a test holds the same objects.
"""

import os
import signal
import socket
import time
from collections.abc import Sequence
from functools import partial

import door_import
import listing
import pytest
import run
import suite
import voice
import workers
from glass import GlassBroken, Peer, Slot, TimedOut
from loaded import Loaded
from serving import Serving

_COLLECT_S = 60.0


def live(loaded: Loaded, requests: socket.socket, slots: Sequence[Slot], lines: run.Lines, slot: int) -> None:
    """Collect against the reference on a slot, tell the host, then serve `grade` and `race` until the socket closes."""
    _, told = workers.in_worker(lambda tell: _of_reference(loaded, slots[slot], tell))
    if "tests" not in told:
        voice.say(
            "broken", assignment=loaded.digest, message=told.get("message") or told.get("fault") or "it ended early"
        )
        return
    voice.say("collected", assignment=loaded.digest, tests=told["tests"])
    door_import.stars["allowed"] = told["stars"]
    ids = [test["id"] for test in told["tests"]]
    Serving(loaded, requests, slots, lines).serve(ids, partial(_of_submission, loaded))


# ---------------------------------------------------------------- in a worker
def _of_reference(loaded: Loaded, slot: Slot, tell: workers.Tell) -> None:
    try:
        slot.accept(run.CONNECT_S)
        report = slot.load(loaded.modules, loaded.test_s)
        if not report.ok:
            tell({"message": f"the reference can't be imported: {report.message}"})
            return
        said = suite.enter(_Listing(loaded, slot.collect(time.monotonic() + _COLLECT_S, loaded.eq), tell))
        tell({"message": voice.clip(said)})
    except GlassBroken as broken:
        tell({"message": f"the reference: {broken}"})


def _of_submission(loaded: Loaded, graded: run.Run, ids: Sequence[str], tell: workers.Tell) -> None:
    try:
        said = suite.enter(_Worker(loaded, graded, ids, tell))
        _give_up(graded, ids, tell, "error", said.strip().splitlines()[-1])
    except (GlassBroken, SystemExit) as broken:
        _give_up(graded, ids, tell, _outcome(broken), str(broken) or type(broken).__name__)


def _outcome(broken: BaseException) -> str:
    return "timeout" if isinstance(broken, TimedOut) else "crashed"


def _give_up(graded: run.Run, ids: Sequence[str], tell: workers.Tell, outcome: str, cause: str) -> None:
    """The collection itself came to nothing: no test can be run."""
    why = voice.clip(f"while the tests were collected: {cause}", 300, 0)
    graded.without(ids, run.Ruling(outcome, why))
    _end(graded, len(ids), tell)


def _end(graded: run.Run, count: int, tell: workers.Tell) -> None:
    """Tell how many tests have an outcome now, and what the next worker has to know."""
    tell({"count": count, **graded.state()})
    os._exit(0)


class _Collecting(suite.Plugin):
    """A collection with a candidate behind the names."""

    def __init__(self, loaded: Loaded, peer: Peer, tell: workers.Tell) -> None:
        super().__init__(loaded)
        self.peer, self._tell, self._collected = peer, tell, peer


class _Listing(_Collecting):
    """The reference's collection: what every submission has to pass."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Tell the tests, or why there are none."""
        items = [item for item in listing.expected(session.items) if suite.is_own(item)]
        if self.faults or not items:
            self._tell({"message": listing.broken(self.faults)})
        else:
            stars = door_import.stars["seen"]
            self._tell({"tests": [listing.describe(item) for item in items], "stars": stars})
        os._exit(0)


class _Worker(_Collecting):
    """A submission's collection, and the expected tests of it."""

    def __init__(self, loaded: Loaded, graded: run.Run, ids: Sequence[str], tell: workers.Tell) -> None:
        super().__init__(loaded, graded.collect(), tell)
        self.run: run.Run = graded
        self._ids = ids
        signal.signal(signal.SIGALRM, _out_of_time)
        signal.setitimer(signal.ITIMER_REAL, _COLLECT_S)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Keep the expected tests; what the submission kept from being collected is an error of that test."""
        signal.setitimer(signal.ITIMER_REAL, 0)
        if (broken := self._collected.dead) is not None:
            _give_up(self.run, self._ids, self._tell, _outcome(broken), str(broken))
        self._collected.leave()
        self.peer = None
        found = {item.nodeid: item for item in session.items if suite.is_own(item)}
        session.items[:] = [found[id_] for id_ in self._ids if id_ in found]
        for id_ in self._ids:
            if id_ not in found:
                self.run.without([id_], run.Ruling("error", *listing.missing(id_, self.faults)))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run them, and tell how many tests have an outcome now."""
        count = self.run.tests(session.items, self.at)
        ran_all = count == len(session.items)
        position = len(self._ids) if ran_all else self._ids.index(session.items[count].nodeid)
        _end(self.run, position, self._tell)
        return True


def _out_of_time(_signal: int, _frame: object) -> None:
    raise TimedOut(f"not collected within {_COLLECT_S:g} s")
