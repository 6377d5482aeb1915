"""The race: candidate against reference, in pairs of windows, on CPU time that their containers' supervisors read.

A window is a fresh child on one side, and as many calls as make 45 ms of the reference, each with an input of its own. The
clock runs from the first byte of the arguments to the last byte of the last answer; every answer is checked here. What
handing arguments over costs is measured with a function that does nothing, and taken off both sides.
"""

import contextlib
import copy
import importlib.util
import random
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from glass import GlassBroken, Slot, TimedOut
from handles import far_of
from loaded import Loaded

_WINDOW_NS = 45_000_000
_MOST_CALLS = 64
_COARSE_NS = (
    1_000_000  # a counter that moves by whole milliseconds alone, as gVisor's does by ten, tells no 45 of them apart
)
_MOST_PAIRS = 31
_SLOW = 40  # times the window: over that, a candidate's window ends
_CONNECT_S = 30.0
_LAZY = 2  # times the window's own CPU: that much may be spent while its answers are checked
_LOOKED_AT = 100_000
_ATOMS = (int, float, str, bool, bytes, complex, type(None))
_TRANSFERS = 3

Message = dict[str, Any]


class Unfit(Exception):
    """The case ends without a ratio."""

    def __init__(self, state: str, why: str) -> None:
        super().__init__(why)
        self.state = state


@dataclass(frozen=True)
class Window:
    """What one window cost, in nanoseconds."""

    cpu_ns: int
    wall_ns: int


@dataclass(frozen=True)
class Case:
    """One speed case, with the functions of its inputs file."""

    id: str
    module: str
    function: str
    sizes: tuple[int, ...]
    inputs: ModuleType


def race(message: Mapping[str, Any], loaded: Loaded, slots: Sequence[Slot], inbox: Any) -> Iterator[Message]:
    """Race every case of a request; yields `pair` messages, then `raced` for each case.

    Args:
        message: the host's `race`.
        loaded: the assignment.
        slots: all slots; the message names two.
        inbox: where the host's `enough` arrives.
    """
    sides = {"candidate": slots[message["candidate"]], "reference": slots[message["reference"]]}
    for slot in sides.values():
        slot.accept(_CONNECT_S)
        with contextlib.suppress(GlassBroken):  # the first window tells what became of it
            slot.load(loaded.modules, loaded.test_s)
    end = time.monotonic() + message["budget_s"]
    for number, given in enumerate(message["cases"]):
        share = end - (end - time.monotonic()) * (1 - 1 / (len(message["cases"]) - number))
        state, why = "measured", None
        try:
            yield from _Race(_case(given, loaded), sides, message["seed"], share, inbox).run(message["run"])
        except Unfit as unfit:
            state, why = unfit.state, str(unfit)
        yield {"type": "raced", "run": message["run"], "case": given["id"], "state": state, "why": why}


class _Race:
    """One case."""

    def __init__(self, case: Case, sides: Mapping[str, Slot], seed: int, end: float, inbox: Any) -> None:
        self._case, self._sides, self._seed, self._end, self._inbox = case, sides, seed, end, inbox
        self._random = random.Random(f"{seed} {case.id}")  # noqa: S311  (an order that repeats, not a secret)

    def run(self, run: str) -> Iterator[Message]:
        """The pairs at the largest size until the host has enough, then one at each smaller one."""
        top = self._case.sizes[-1]
        calls, transfer = self._calibrate(top)
        self._pair(top, calls, 0)  # warms both containers up, and is thrown away
        for number in range(1, _MOST_PAIRS + 1):
            yield self._message(run, top, calls, transfer, self._pair(top, calls, number))
            if time.monotonic() > self._end or self._is_enough():
                break
        for size in self._case.sizes[-2::-1]:
            if time.monotonic() > self._end:
                break
            # As much work as at the top, in more calls of less: what handing over costs goes with the sizes.
            fewer = max(1, min(_MOST_CALLS, calls * top // size))
            share = transfer * fewer * size // (calls * top)
            yield self._message(run, size, fewer, share, self._pair(size, fewer, 100))

    def _is_enough(self) -> bool:
        message = self._inbox.take(0)
        return message is not None and message.get("type") == "enough" and message.get("case") == self._case.id

    def _calibrate(self, size: int) -> tuple[int, int]:
        """How many calls fill a window, and what handing over one call's arguments costs."""
        once = self._window("reference", size, 1, 0, checked=False)
        calls = max(1, min(_MOST_CALLS, -(-_WINDOW_NS // max(1, once.cpu_ns))))
        spent = [self._transfer(size, calls, n) for n in range(_TRANSFERS)]
        transfer = int(statistics.median(spent))
        full = self._window("reference", size, calls, 1, checked=False).cpu_ns
        if not any(read % _COARSE_NS for read in (once.cpu_ns, *spent, full)):
            raise Unfit("not_measured", "this runtime counts CPU time in steps that are too coarse for a race")
        if transfer > full / 2:
            raise Unfit("not_measured", "handing the arguments over costs over half of the reference's time")
        return calls, transfer

    def _pair(self, size: int, calls: int, number: int) -> Mapping[str, Window]:
        order = ["candidate", "reference"]
        self._random.shuffle(order)
        return {side: self._window(side, size, calls, number, checked=True) for side in order}

    def _window(self, side: str, size: int, calls: int, number: int, *, checked: bool) -> Window:
        slot, case = self._sides[side], self._case
        inputs = [self._input(size, number, call) for call in range(calls)]
        deadline = time.monotonic() + (_SLOW * _WINDOW_NS / 1e9 if side == "candidate" else 60)
        try:
            peer = slot.begin(deadline, self._seed)
            function: Any = peer.ask("get", peer.ask("import", case.module), case.function)
            before, started = slot.cpu_ns(), time.monotonic_ns()
            answers = [_whole(function(*arguments)) for arguments in inputs]
            window = Window(slot.cpu_ns() - before, time.monotonic_ns() - started)
            if checked:
                self._check(side, size, number, answers)
                if slot.cpu_ns() - before > window.cpu_ns * _LAZY + _WINDOW_NS:
                    raise self._unfit(side, "it works on after its answer")
            slot.finish()
        except TimedOut:
            raise self._unfit(side, f"not done within {_SLOW} times what the reference takes") from None
        except GlassBroken as broken:
            raise self._unfit(side, f"the process ended ({broken})") from None
        except Unfit:
            raise
        except (Exception, SystemExit) as raised:
            raise self._unfit(side, f"it raised {type(raised).__name__}") from None
        return window

    def _transfer(self, size: int, calls: int, number: int) -> int:
        """The same arguments to a function of ours that does nothing, on the reference's side."""
        slot = self._sides["reference"]
        inputs = [self._input(size, number, call) for call in range(calls)]
        peer = slot.begin(time.monotonic() + 60, self._seed)
        before = slot.cpu_ns()
        for arguments in inputs:
            peer.ask("nothing", *arguments)
        spent = slot.cpu_ns() - before
        slot.finish()
        return spent

    def _input(self, size: int, number: int, call: int) -> tuple[Any, ...]:
        return tuple(self._case.inputs.make((self._seed * 1009 + number * 101 + call) % 2**31, size))

    def _check(self, side: str, size: int, number: int, answers: Sequence[Any]) -> None:
        """Every answer, against arguments made anew: what came back through the glass may have changed the first."""
        for call, answer in enumerate(answers):
            try:
                self._case.inputs.check(self._input(size, number, call), copy.copy(answer))
            except GlassBroken:
                raise
            except Exception as wrong:
                raise self._unfit(side, "a wrong answer") from wrong

    def _unfit(self, side: str, why: str) -> Unfit:
        if side == "candidate":
            return Unfit("wrong", why)
        return Unfit("not_measured", f"the reference: {why}")

    def _message(self, run: str, size: int, calls: int, transfer: int, pair: Mapping[str, Window]) -> Message:
        mine, theirs = pair["candidate"], pair["reference"]
        return {
            "type": "pair",
            "run": run,
            "case": self._case.id,
            "size": size,
            "calls": calls,
            "candidate_ns": max(1, mine.cpu_ns - transfer),
            "reference_ns": max(1, theirs.cpu_ns - transfer),
            "candidate_wall_ns": mine.wall_ns,
            "reference_wall_ns": theirs.wall_ns,
        }


def _whole(answer: Any) -> Any:
    """The answer, all of which must have arrived: what is asked for later is worked out off the clock."""
    pending, seen = [answer], 0
    while pending and seen < _LOOKED_AT:
        thing, seen = pending.pop(), seen + 1
        if far_of(thing) is not None:
            raise TypeError("an answer of objects instead of values")
        if type(thing) in (list, tuple, set, frozenset):
            pending.extend(item for item in thing if type(item) not in _ATOMS)
        elif type(thing) is dict:
            pending.extend(part for pair in thing.items() for part in pair if type(part) not in _ATOMS)
    return answer


def _case(given: Mapping[str, Any], loaded: Loaded) -> Case:
    module, _, function = given["call"].partition(":")
    path = Path(loaded.root, "speed", given["inputs"])
    spec = importlib.util.spec_from_file_location(f"speed_{given['id'].replace('-', '_')}", path)
    assert spec is not None
    assert spec.loader is not None
    inputs = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(inputs)
    return Case(given["id"], module, function, tuple(given["sizes"]), inputs)
