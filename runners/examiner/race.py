"""The race: candidate against reference, in pairs of windows, on CPU time that their containers' supervisors read.

A window is as many calls as make 45 ms of the reference (see `windows`). At the largest size pairs follow each other until
the host has enough; then rounds through all sizes show how the time grows. What handing arguments and answers over costs is
measured with a function that does nothing, and told with each pair.
"""

import contextlib
import random
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import inputs
from glass import GlassBroken, Slot
from inputs import Case
from loaded import Loaded
from windows import Patience, Segment, Side, Spent, Unfit, together

_WINDOW_NS, _GROWTH_NS = 45_000_000, 12_000_000  # of the reference: in a pair, and at each size of a round
_MOST_CALLS = 64
# A counter that moves by whole milliseconds alone, as gVisor's does by ten, tells no 45 of them apart.
_COARSE_NS = 1_000_000
_MOST_PAIRS, _FEWEST_PAIRS = 31, 6
_MOST_ROUNDS = 9
_TOP_SHARE = 0.6  # of a case's time: what is left of it shows the growth
_SLOW, _LEAST_S = 40, 2.0  # a candidate's window may take this many times the reference's wall time
_REFERENCE_S = 60.0
_CONNECT_S, _NEXT_S = 30.0, 20.0
_TRANSFERS = 3
_ROUNDS = 1000  # numbers of rounds, so that none has a pair's inputs

Message = dict[str, Any]


def race(message: Mapping[str, Any], loaded: Loaded, slots: Sequence[Slot], inbox: Any) -> Iterator[Message]:
    """Race every case of a request; yields `pair` messages, then `raced` for each case, `settled` around each.

    Args:
        message: the host's `race`.
        loaded: the assignment.
        slots: all slots; the message names two.
        inbox: where the host's `enough` and `next` arrive.
    """
    seats = {"candidate": slots[message["candidate"]], "reference": slots[message["reference"]]}
    for seat in seats.values():
        seat.accept(_CONNECT_S)
        with contextlib.suppress(GlassBroken):  # the first window tells what became of it
            seat.load(loaded.modules, loaded.test_s)
    yield from _settled(message, seats["candidate"], inbox)
    end = time.monotonic() + message["budget_s"]
    for number, given in enumerate(message["cases"]):
        share = (end - time.monotonic()) / (len(message["cases"]) - number)
        state, why = "measured", None
        try:
            case = inputs.load(given, loaded, message["seed"])
            sides = {
                name: Side(seat, case, loaded.test_s, is_candidate=name == "candidate") for name, seat in seats.items()
            }
            for pair in _Race(case, sides, inbox, time.monotonic() + share).run():
                yield {"type": "pair", "run": message["run"], "case": case.id, **pair}
        except Unfit as unfit:
            state, why = unfit.state, str(unfit)
        except Exception as fault:  # of its inputs file, which is nobody's but the author's
            state, why = "not_measured", f"its inputs file raised {type(fault).__name__}: {fault}"
        yield {"type": "raced", "run": message["run"], "case": given["id"], "state": state, "why": why}
        yield from _settled(message, seats["candidate"], inbox)


def _settled(message: Mapping[str, Any], seat: Slot, inbox: Any) -> Iterator[Message]:
    """Say what the candidate's clock shows while nothing runs in there, and wait until the host has read a second clock."""
    try:
        seat.rest()
        meter = seat.read_meter()
    except GlassBroken:  # its last window told what became of it
        yield {"type": "settled", "run": message["run"], "cpu_ns": None, "clock": ""}
        return
    yield {"type": "settled", "run": message["run"], "cpu_ns": meter.cpu_ns, "clock": meter.clock}
    while (answer := inbox.take(_NEXT_S)) is not None and (answer["type"], answer.get("run")) != (
        "next",
        message["run"],
    ):
        pass


class _Race:
    """One case."""

    def __init__(self, case: Case, sides: Mapping[str, Side], inbox: Any, end: float) -> None:
        self._case, self._sides, self._inbox, self._end = case, sides, inbox, end
        self._random = random.Random(f"{case.seed} {case.id}")  # noqa: S311  (an order that repeats, not a secret)

    def run(self) -> Iterator[Message]:
        """Pairs at the largest size, then rounds through all sizes; each until the host has enough or the time is up."""
        if not self._case.is_repeatable(self._case.sizes[-1]):
            raise Unfit("not_measured", "its inputs differ between two calls of make with one seed")
        yield from self._pairs(time.monotonic() + _TOP_SHARE * (self._end - time.monotonic()))
        if len(self._case.sizes) == 1 or time.monotonic() > self._end:
            return
        try:
            yield from self._rounds()
        except Unfit as unfit:
            if unfit.state == "wrong":  # else the ratio stands, and the growth is what is not known
                raise

    def _pairs(self, until: float) -> Iterator[Message]:
        top = self._case.sizes[-1]
        segments, transfer, patience = self._calibrated([top], _WINDOW_NS, 0)
        if transfer[0] > patience.reference_ns / 2:
            raise Unfit("not_measured", "handing the arguments over costs over half of the reference's time")
        self._pair(segments, 0, patience)  # warms both containers up, and is thrown away
        for number in range(1, _MOST_PAIRS + 1):
            yield from self._told("top", number, segments, transfer, self._pair(segments, number, patience))
            now = time.monotonic()
            if self._is_enough("top") or now > self._end or (now > until and number >= _FEWEST_PAIRS):
                break

    def _rounds(self) -> Iterator[Message]:
        """All sizes in one new process a side and round, in an order of its own."""
        segments, transfer, patience = self._calibrated(self._case.sizes, _GROWTH_NS, _ROUNDS)
        costs = dict(zip(segments, transfer, strict=True))
        for number in range(_ROUNDS + 1, _ROUNDS + 1 + _MOST_ROUNDS):
            self._random.shuffle(segments)
            pair = self._pair(segments, number, patience)
            yield from self._told("growth", number, segments, [costs[segment] for segment in segments], pair)
            if self._is_enough("growth") or time.monotonic() > self._end:
                break

    def _is_enough(self, kind: str) -> bool:
        while (message := self._inbox.take(0)) is not None:
            if (message["type"], message.get("case"), message.get("kind")) == ("enough", self._case.id, kind):
                return True
        return False

    def _calibrated(
        self, sizes: Sequence[int], window_ns: int, number: int
    ) -> tuple[list[Segment], list[int], Patience]:
        """How many calls fill a window at each size, what handing over costs there, and how long a candidate may take."""
        reference, patience = self._sides["reference"], Patience(_REFERENCE_S, self._left())
        single = [Segment(size, 1) for size in sizes]
        (once,) = together(self._case, [reference], single, number, patience)
        handing = reference.transfer(single, number, once.answers)
        segments = [
            Segment(size, _calls(window_ns, spent.cpu_ns - cost))
            for size, spent, cost in zip(sizes, once.spent, handing, strict=True)
        ]
        (full,) = together(self._case, [reference], segments, number - 1, patience)
        if not any(spent.cpu_ns % _COARSE_NS for spent in (*once.spent, *full.spent)):
            raise Unfit("not_measured", "this runtime counts CPU time in steps that are too coarse for a race")
        costs = [reference.transfer(segments, number - 1, full.answers) for _ in range(_TRANSFERS)]
        transfer = [int(statistics.median(cost)) for cost in zip(*costs, strict=True)]
        wall_s = sum(max(spent.wall_ns, spent.cpu_ns) for spent in full.spent) / 1e9
        return segments, transfer, Patience(max(_LEAST_S, _SLOW * wall_s), 0, sum(spent.cpu_ns for spent in full.spent))

    def _left(self) -> float:
        return self._end - time.monotonic()

    def _pair(self, segments: Sequence[Segment], number: int, patience: Patience) -> Mapping[str, list[Spent]]:
        order = ["candidate", "reference"]
        self._random.shuffle(order)
        bounded = Patience(patience.seconds, max(_LEAST_S, self._left()), patience.reference_ns)
        timed = together(self._case, [self._sides[side] for side in order], segments, number, bounded)
        return {side: found.spent for side, found in zip(order, timed, strict=True)}

    def _told(
        self,
        kind: str,
        number: int,
        segments: Sequence[Segment],
        transfer: Sequence[int],
        pair: Mapping[str, Sequence[Spent]],
    ) -> Iterator[Message]:
        for at, segment in enumerate(segments):
            yield {
                "kind": kind,
                "number": number,
                "size": segment.size,
                "calls": segment.calls,
                "transfer_ns": transfer[at],
                "candidate": pair["candidate"][at].told(),
                "reference": pair["reference"][at].told(),
            }


def _calls(window_ns: int, once_ns: int) -> int:
    return max(1, min(_MOST_CALLS, -(-window_ns // max(1, once_ns))))
