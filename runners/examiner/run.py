"""One run: every collected test against one submission, each in a fresh child of the candidate's zygote.

What decides an outcome, in this order: the glass broke (timeout, memory, crashed), then pytest's own report. Nothing
that the candidate says can be an outcome; nothing that it does costs more than the test it did it in.
"""

import json
import select
import signal
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import FrameType

import pytest
import voice
from glass import Ended, GlassBroken, Peer, Slot, TimedOut
from loaded import Loaded

Lines = Sequence[tuple[socket.socket, socket.socket]]
At = Callable[[Peer | None, pytest.Item], None]

CONNECT_S = 20.0  # a container that starts on a busy machine
_DEATHS = 3  # in a row: the rest of the suite is not run
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
        self._swallowed: BaseException | None = None  # an assertion in a callback, whatever the candidate made of it
        self._deaths = 0

    def all(self, session: pytest.Session, at: At) -> None:
        """Run every test, say each outcome, then `done`."""
        self._slot.accept(CONNECT_S)
        fault = self._import_fault()
        if fault is not None:
            voice.say("done", run=self._id, unimportable=fault, notes=[])
            return
        end = time.monotonic() + self._loaded.suite_s
        signal.signal(signal.SIGALRM, _out_of_time)
        for item in session.items:
            self._one(item, at, end)
        voice.say("done", run=self._id, unimportable=None, notes=[])

    def report(self, report: pytest.TestReport, call: pytest.CallInfo[None]) -> None:
        """Take one phase's report of the test that is on."""
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

    def _one(self, item: pytest.Item, at: At, end: float) -> None:
        started = time.monotonic()
        before = 0.0
        if self._deaths >= _DEATHS:
            ruling = Ruling("not_run", f"the candidate's process died {_DEATHS} times in a row")
        elif started >= end:
            ruling = Ruling("not_run", f"the suite's time limit ({self._loaded.suite_s:g} s) was used up")
        else:
            ruling, before = self._judge(item, at, min(started + self._loaded.test_s, end))
        voice.say(
            "outcome",
            run=self._id,
            id=item.nodeid,
            outcome=ruling.outcome,
            message=ruling.message,
            detail=ruling.detail,
            output=ruling.output,
            cpu_s=round(before, 6),
            wall_s=round(time.monotonic() - started, 6),
        )

    def _judge(self, item: pytest.Item, at: At, deadline: float) -> tuple[Ruling, float]:
        """Run one test on a fresh child; returns its ruling and the CPU seconds of the candidate's container."""
        self._reports.clear()
        self._broken, self._swallowed, cpu_s = None, None, 0.0
        try:
            peer = self._slot.begin(deadline, self._seed, self._loaded.eq)
            started_ns = self._slot.cpu_ns()
            self._protocol(item, at, peer, deadline)
            cpu_s = (self._slot.cpu_ns() - started_ns) / 1e9
            ended = self._slot.finish()
            self._deaths = 0
        except GlassBroken as gone:
            self._deaths += 1
            self._broken, ended = self._broken or gone, self._clear(gone)
        return self._ruling(self._broken, ended), max(0.0, cpu_s)

    def _protocol(self, item: pytest.Item, at: At, peer: Peer, deadline: float) -> None:
        signal.setitimer(signal.ITIMER_REAL, max(0.01, deadline - time.monotonic() + _GRACE_S))
        try:
            at(peer, item)
            # No next item: every fixture ends with its test, since the candidate's objects do.
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
        except GlassBroken as broken:
            self._broken = broken
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            at(None, item)
        # A test that swallowed the break (`except BaseException`) is broken all the same.
        self._broken = peer.dead or self._broken
        self._swallowed = peer.sticky

    def _clear(self, broken: GlassBroken) -> Ended:
        """Make the slot fit for the next test: by its supervisor if it can, else by a fresh container."""
        try:
            return self._slot.finish()
        except GlassBroken:
            return self._recover(broken)

    def _recover(self, broken: GlassBroken) -> Ended:
        """Have the host put a fresh candidate on the slot; returns how the lost one ended, by the host's word."""
        voice.say("replace", run=self._id, slot=self._number, why=type(broken).__name__)
        cause = "killed"
        while (message := self._inbox.take(CONNECT_S * 3)) is not None and message["type"] != "slot":
            if message["type"] == "dead":
                cause = str(message["cause"])
        if message is None:
            raise RuntimeError("the host gave no new candidate")
        self._slot.accept(CONNECT_S)
        return Ended(confirmed=True, memory=cause == "memory")

    def _ruling(self, broken: BaseException | None, ended: Ended) -> Ruling:
        worst = _worst(self._reports)
        if broken is not None:
            outcome = "timeout" if isinstance(broken, TimedOut) else "memory" if ended.memory else "crashed"
            return Ruling(
                outcome, voice.clip(_why(outcome, broken, self._loaded), 300, 0), _detail(worst), _output(self._reports)
            )
        if worst is None:
            return Ruling("error", "pytest gave no report for this test")
        if worst.outcome == "passed" and self._swallowed is not None:
            return Ruling(
                "failed", voice.clip(f"in a callback: {self._swallowed}", 300, 0), output=_output(self._reports)
            )
        if worst.outcome == "passed" or (worst.outcome == "skipped" and hasattr(worst, "wasxfail")):
            return Ruling("passed", output=_output(self._reports))
        outcome = (
            "memory" if ended.memory else "failed" if worst.when == "call" or worst.outcome == "skipped" else "error"
        )
        return Ruling(outcome, _message(worst), _detail(worst), _output(self._reports))


def _why(outcome: str, broken: BaseException, loaded: Loaded) -> str:
    if outcome == "timeout":
        return f"over the limit of {loaded.test_s:g} s"
    if outcome == "memory":
        return "over the memory limit"
    return str(broken) or "the candidate's process ended"


def _worst(reports: Sequence[pytest.TestReport]) -> pytest.TestReport | None:
    """The report that decides: the first that did not pass, else the call's."""
    if not any(report.when == "call" or report.outcome != "passed" for report in reports):
        return None
    bad = [report for report in reports if report.outcome != "passed"]
    return (bad or [report for report in reports if report.when == "call"])[0]


def _message(report: pytest.TestReport) -> str:
    crash = getattr(report.longrepr, "reprcrash", None)
    if crash is not None:
        text = crash.message
    elif isinstance(report.longrepr, tuple):
        text = str(report.longrepr[2])
    else:
        text = report.longreprtext
    return voice.clip(text.strip().splitlines()[0] if text.strip() else "no message", 300, 0)


def _detail(report: pytest.TestReport | None) -> str | None:
    return voice.clip(report.longreprtext) if report is not None and report.longrepr is not None else None


def _output(reports: Sequence[pytest.TestReport]) -> str | None:
    return voice.clip("".join(_sections(reports))) or None


def _sections(reports: Sequence[pytest.TestReport]) -> Iterator[str]:
    for name, text in reports[-1].sections if reports else ():
        if name.startswith("Captured std"):
            yield text


def _out_of_time(_signal: int, _frame: FrameType | None) -> None:
    raise TimedOut("the test ran past its limit")
