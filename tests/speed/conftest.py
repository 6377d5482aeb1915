"""Pairs as the examiner tells them, and an examiner that says what a test wrote down."""

import pytest

from grader.speed.pairs import Pair, Window

MS = 1_000_000


def a_pair(
    candidate_ms=50.0,
    reference_ms=50.0,
    *,
    kind="top",
    number=1,
    size=1000,
    calls=1,
    transfer_ms=0.0,
    reference_wall_ms=None,
    **candidate,
):
    """A pair of windows; `candidate` changes the candidate's: wall_ms, setup_ms, tasks."""
    mine = Window(
        round(candidate_ms * MS),
        round(candidate.get("wall_ms", candidate_ms) * MS),
        round(candidate.get("setup_ms", 30) * MS),
        candidate.get("tasks", 0),
    )
    theirs = Window(round(reference_ms * MS), round(reference_wall_ms or reference_ms) * MS, 30 * MS, 0)
    return Pair(kind, number, size, calls, round(transfer_ms * MS), mine, theirs)


def told(pair, run, case):
    """The message in which an examiner tells a pair."""
    sides = {
        side: [getattr(getattr(pair, side), name) for name in ("cpu_ns", "wall_ns", "setup_ns", "tasks")]
        for side in ("candidate", "reference")
    }
    fields = {name: getattr(pair, name) for name in ("kind", "number", "size", "calls", "transfer_ns")}
    return {"type": "pair", "run": run, "case": case, **fields, **sides}


class Examiner:
    """Speaks the protocol of a race: each script is what it says between two requests for a clock.

    Args:
        scripts: for each case its pairs, and how it ends: `(pairs, state, why)`.
        cpu_ns: what the candidate's clock shows each time that everything rests.
    """

    def __init__(self, scripts, cpu_ns=()):
        self.sent, self._scripts, self._cpu_ns = [], scripts, list(cpu_ns)
        self._ready = []

    def send(self, message):
        self.sent.append(message)
        if message["type"] == "race":
            self._run = message["run"]
            self._ready = list(self._said(message))

    def receive(self, _timeout_s):
        return self._ready.pop(0) if self._ready else None

    def _said(self, message):
        yield {"type": "outcome", "run": "of another run"}
        yield self._settled()
        for case, (pairs, state, why) in zip(message["cases"], self._scripts, strict=True):
            for pair in pairs:
                yield told(pair, self._run, case["id"]) if isinstance(pair, Pair) else {**pair, "run": self._run}
            yield {"type": "raced", "run": self._run, "case": case["id"], "state": state, "why": why}
            yield self._settled()

    def _settled(self):
        cpu_ns = self._cpu_ns.pop(0) if self._cpu_ns else None
        return {"type": "settled", "run": self._run, "cpu_ns": cpu_ns, "clock": "cgroup v2 cpu.stat"}


@pytest.fixture
def pair_of():
    """`pair_of(candidate_ms, reference_ms, ...)`."""
    return a_pair


@pytest.fixture
def examiner():
    """`examiner(scripts, cpu_ns)`."""
    return Examiner
