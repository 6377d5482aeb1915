"""One run: every collected test against one submission, each in a fresh child of the candidate's zygote.

What decides an outcome, in this order: the glass broke (timeout, memory, crashed), then pytest's own report. Nothing
that the candidate says can be an outcome; nothing that it does costs more than the test it did it in.
"""

import contextlib
import json
import select
import signal
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import FrameType
from typing import Any

import phases
import pytest
import voice
from glass import Breach, Ended, GlassBroken, Peer, Slot, TimedOut
from loaded import Loaded

Lines = Sequence[tuple[socket.socket, socket.socket]]
At = Callable[[Peer | None, pytest.Item], None]

CONNECT_S = 20.0  # a container that starts on a busy machine
DEATHS = 3  # in a row: the rest of the suite is not run
_NAMED = 10
PATIENCE = 2  # times the limit, and no more, for a test that a busy machine holds back
_GRACE_S = 1.0  # a test's own code, stuck without touching the glass, is interrupted this long after the limit


@dataclass(frozen=True)
class Ruling:
    """What became of one test."""

    outcome: str
    message: str | None = None
    detail: str | None = None
    output: str | None = None


class Inbox:
    """What the main process passes on: JSON lines about this run's slot."""

    def __init__(self, line: socket.socket) -> None:
        self._line, self._rest = line, b""

    def take(self, timeout_s: float) -> Mapping[str, object] | None:
        """Return the next message, or None when none came within `timeout_s` seconds."""
        deadline = time.monotonic() + timeout_s
        while b"\n" not in self._rest:
            wait = max(0.0, deadline - time.monotonic())
            if not select.select([self._line], [], [], wait)[0]:
                return None
            self._rest += self._line.recv(65536)
        line, _, self._rest = self._rest.partition(b"\n")
        message = json.loads(line)
        assert isinstance(message, dict)
        return message


class Run:
    """The tests of one suite against the submission on one slot."""

    def __init__(self, loaded: Loaded, request: Mapping[str, object], slots: Sequence[Slot], lines: Lines) -> None:
        self._loaded = loaded
        self._id, self._number, self._seed = request["run"], int(str(request["slot"])), int(str(request["seed"]))
        self._slot, self._inbox = slots[self._number], Inbox(lines[self._number][1])
        self._reports: list[pytest.TestReport] = []
        self._broken: GlassBroken | None = None
        self._failed = ""
        self._calls: list[str] = []
        self._swallowed: BaseException | None = None  # an assertion in a callback, whatever the candidate made of it
        self._shared: Peer | None = None  # lives on to the next test, where the suite asks for that
        self._started = self._end = 0.0  # of the test that is on; of the suite's time
        self.deaths = 0  # in a row
        self.opinions: dict[str, int] = {}  # comparisons that the candidate's code decided, by test
        self.collected: Peer | None = None  # what the suite was collected with, where it needed a candidate
        self.is_replaced = False  # a fresh candidate comes to the slot, and nobody has let it in yet
        self.progress: Callable[[str], None] = lambda _: None  # told `testing`, `finished` and `busy`

    def accept(self) -> None:
        """Let a candidate onto the slot; from the first one on the suite's clock runs."""
        self._slot.printed = self._loaded.output
        self._slot.accept(CONNECT_S)
        self._end = self._end or time.monotonic() + self._loaded.suite_s
        self.is_replaced = False

    def leave(self) -> None:
        """Let go of the candidate; its container then ends."""
        self._slot.close()

    def load(self) -> bool:
        """Import the modules of the candidate that has come; False where Python itself says that they can't be."""
        fault = self._import_fault()
        if fault is not None:
            self.done(fault)
        return fault is None

    def collect(self) -> Peer:
        """Have the zygote itself answer, while the suite is collected."""
        self.collected = self._slot.collect(self._end, self._loaded.eq)
        return self.collected

    def tests(self, items: Sequence[pytest.Item], at: At) -> int:
        """Run tests in turn and say each outcome; returns how many: fewer than all where a collection was lost."""
        signal.signal(signal.SIGALRM, self._out_of_time)
        for number, item in enumerate(items):
            following = items[number + 1] if number + 1 < len(items) else None
            self.progress("testing")
            self._one(item, at, following)
            self.progress("finished")
            if self.is_replaced or (self.collected is not None and not self._slot.is_alive):
                return number + 1
        return len(items)

    def state(self) -> dict[str, object]:
        """What the next worker of this run has to know."""
        return {"deaths": self.deaths, "is_replaced": self.is_replaced, "opinions": self.opinions}

    def resume(self, state: Mapping[str, Any]) -> None:
        """Go on where a worker ended."""
        self.deaths, self.is_replaced = state["deaths"], state["is_replaced"]
        self.opinions.update(state["opinions"])

    def without(self, ids: Sequence[str], ruling: Ruling) -> None:
        """Say one outcome for tests that can't be run."""
        for id_ in ids:
            self._say(id_, ruling, 0.0, 0.0)

    def done(self, unimportable: Mapping[str, object] | None = None) -> None:
        """Say that this was all."""
        voice.say("done", run=self._id, unimportable=unimportable, notes=_notes(self.opinions))

    def report(self, report: pytest.TestReport, call: pytest.CallInfo[None]) -> None:
        """Take one phase's report of the test that is on."""
        report.sections[:] = [(name, voice.clip(text)) for name, text in report.sections]  # pytest keeps every report
        self._reports.append(report)
        if call.excinfo is not None and isinstance(call.excinfo.value, GlassBroken):
            self._broken = call.excinfo.value

    def _import_fault(self) -> Mapping[str, object] | None:
        """Why the modules can't be imported, where Python itself says so; a hang or a crash is left to the tests."""
        try:
            report = self._slot.load(self._loaded.modules, self._loaded.test_s)
        except GlassBroken as broken:
            self._clear(broken)
            return None
        if report.ok:
            return None
        return {"kind": report.kind, "message": report.message, "path": report.path, "line": report.line}

    def _one(self, item: pytest.Item, at: At, following: pytest.Item | None) -> None:
        self._started = started = time.monotonic()
        before = 0.0
        if self.deaths >= DEATHS:
            ruling = Ruling("not_run", f"the candidate's process died {DEATHS} times in a row")
        elif started >= self._end:
            ruling = Ruling("not_run", f"the suite's time limit ({self._loaded.suite_s:g} s) was used up")
        else:
            sharing = following if following is not None and self._life(following) == self._life(item) else None
            ruling, before = self._judge(item, at, min(started + self._loaded.test_s, self._end), sharing)
        self._say(item.nodeid, ruling, before, time.monotonic() - started)

    def _say(self, id_: str, ruling: Ruling, cpu_s: float, wall_s: float) -> None:
        told = {"outcome": ruling.outcome, "message": ruling.message, "detail": ruling.detail, "output": ruling.output}
        told["calls"] = [] if ruling.outcome in ("passed", "not_run") else self._calls
        voice.say("outcome", run=self._id, id=id_, **told, cpu_s=round(cpu_s, 6), wall_s=round(wall_s, 6))

    def _life(self, item: pytest.Item) -> str:
        """Tests that share the candidate's objects have the same."""
        if self._loaded.isolation == "test":
            return item.nodeid
        return item.nodeid.partition("::")[0] if self._loaded.isolation == "module" else ""

    def _judge(self, item: pytest.Item, at: At, deadline: float, sharing: pytest.Item | None) -> tuple[Ruling, float]:
        """Run one test; returns its ruling and the CPU seconds of the candidate's container."""
        self._reports.clear()
        self._broken, self._swallowed, self._failed, self._calls = None, None, "", []
        try:
            peer = self._peer(deadline)
            self._protocol(item, at, deadline, sharing)
            if peer.opinions:
                self.opinions[item.nodeid], peer.opinions = peer.opinions, 0
            ended = self._slot.goes_on() if self._goes_on(item, peer, sharing) else self._slot.finish()
            self.deaths = 0
        except GlassBroken as gone:
            self.deaths += 1
            self._shared = None
            self._broken, ended = self._broken or gone, self._clear(gone)
        return self._ruling(self._broken, ended), ended.cpu_s

    def _peer(self, deadline: float) -> Peer:
        """The child that the test before left to this one, else a fresh one."""
        if self._shared is None:
            self._shared = self._slot.begin(deadline, self._seed, self._loaded.eq, self.collected, self._late)
        self._shared.extend(deadline)
        return self._shared

    def _late(self) -> float:
        """How many more seconds the test has: as many as it was held back by others on a busy machine, within reason.

        Whoever got as much of a core as the limit says has had its time, however busy the machine is.
        """
        limit, now = self._loaded.test_s, time.monotonic()
        try:
            held, used = self._slot.held()
        except GlassBroken:
            return 0.0
        if used >= limit:
            return 0.0
        more = min(self._started + limit + min(held, PATIENCE * limit), self._end) - now
        if more > 0:
            signal.setitimer(signal.ITIMER_REAL, more + _GRACE_S)
        return more

    def _out_of_time(self, _signal: int, _frame: FrameType | None) -> None:
        if self._late() <= 0:
            raise TimedOut("the test ran past its limit")

    def _goes_on(self, item: pytest.Item, peer: Peer, sharing: pytest.Item | None) -> bool:
        """Whether the child stays for the next test; where it broke, no fixture may keep objects of it either."""
        if sharing is not None and peer.dead is None:
            return True
        self._shared = None
        _torn_down(item.session)
        return False

    def _protocol(self, item: pytest.Item, at: At, deadline: float, sharing: pytest.Item | None) -> None:
        peer = self._shared
        assert peer is not None
        signal.setitimer(signal.ITIMER_REAL, max(0.01, deadline - time.monotonic() + _GRACE_S))
        try:
            at(peer, item)
            # Every fixture ends with the last test that shares its child, since the candidate's objects do.
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=sharing)
        except GlassBroken as broken:
            self._broken = broken
        except MemoryError:  # even pytest's report of the test found none
            self._reports.clear()
            self._broken = Breach("more values than there is memory for")
        except (Exception, SystemExit) as fault:  # a name that can't be had, or pytest itself: that costs no other test
            self._reports.clear()
            self._failed = f"{type(fault).__name__}: {fault}"
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            at(None, item)
        # A test that swallowed the break (`except BaseException`) is broken all the same.
        self._broken = peer.dead or self._broken
        if sharing is None:
            _torn_down(item.session)
        self._swallowed = peer.sticky
        self._calls = peer.calls.texts() if peer.calls is not None else []

    def _clear(self, broken: GlassBroken) -> Ended:
        """Make the slot fit for the next test: by its supervisor if it can, else by a fresh container."""
        try:
            return self._slot.finish()
        except GlassBroken:
            return self._recover(broken)

    def _recover(self, broken: GlassBroken) -> Ended:
        """Have the host put a fresh candidate on the slot; returns how the lost one ended, by the host's word."""
        self.progress("busy")
        voice.say("replace", run=self._id, slot=self._number, why=type(broken).__name__)
        cause = "killed"
        while (message := self._inbox.take(CONNECT_S * 3)) is not None and message["type"] != "slot":
            if message["type"] == "dead":
                cause = str(message["cause"])
        if message is None:
            raise RuntimeError("the host gave no new candidate")
        self.is_replaced = True
        return Ended(confirmed=True, memory=cause == "memory")

    def _ruling(self, broken: BaseException | None, ended: Ended) -> Ruling:
        worst = phases.worst(self._reports)
        if broken is not None:
            outcome = "timeout" if isinstance(broken, TimedOut) else "memory" if ended.memory else "crashed"
            return Ruling(
                outcome,
                voice.clip(_why(outcome, broken, self._loaded), 300, 0),
                phases.detail(worst),
                phases.output(self._reports),
            )
        if worst is None:
            return Ruling("error", voice.clip(self._failed or "pytest gave no report for this test", 300, 0))
        if worst.outcome == "passed" and self._swallowed is not None:
            return Ruling(
                "failed", voice.clip(f"in a callback: {self._swallowed}", 300, 0), output=phases.output(self._reports)
            )
        said = phases.outcome(worst)
        if said == "passed":
            return Ruling("passed", output=phases.output(self._reports))
        outcome = "memory" if ended.memory else said
        return Ruling(outcome, phases.message(worst), phases.detail(worst), phases.output(self._reports))


def _notes(opinions: Mapping[str, int]) -> list[str]:
    """What a reviewer should know: where the candidate's word was taken for it."""
    if not opinions:
        return []
    named = ", ".join(list(opinions)[:_NAMED])
    more = f" and {len(opinions) - _NAMED} more" if len(opinions) > _NAMED else ""
    count = sum(opinions.values())
    was = "1 comparison was" if count == 1 else f"{count} comparisons were"
    return [f"{was} decided by the candidate's own code, in {named}{more}"]


def _torn_down(session: pytest.Session) -> None:
    """Leave nothing of a test to the next one, even where the glass broke in the middle of its fixtures."""
    with contextlib.suppress(BaseException):
        session._setupstate.teardown_exact(None)
    session._setupstate.stack.clear()


def _why(outcome: str, broken: BaseException, loaded: Loaded) -> str:
    if outcome == "timeout":
        return f"over the limit of {loaded.test_s:g} s"
    if outcome == "memory":
        return "over the memory limit"
    return str(broken) or "the candidate's process ended"
