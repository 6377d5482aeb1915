"""How far a batch is: counts, what runs, and the time left by what was measured. Pure but for the clock that it is given."""

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

RETRIED = ("retry", "lost", "reference")  # what `finished` says of what counts for no submission, or comes again


@dataclass(slots=True)
class Running:
    """A submission at work; seconds of the clock."""

    name: str
    since: float
    stage: str = "waiting"
    detail: str = ""


@dataclass(slots=True)
class Tally:
    """Counts of one run of a batch; every method may be called from any thread.

    Args:
        clock: seconds that only rise.
    """

    clock: Callable[[], float]
    total: int = 0
    before: int = 0
    slots: int = 1
    verdicts: Counter[str] = field(default_factory=Counter)
    running: dict[str, Running] = field(default_factory=dict)
    seconds: float = 0.0
    _began: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, total: int, done: int, slots: int) -> None:
        """The batch begins, or goes on."""
        self.total, self.before, self.slots, self._began = total, done, slots, self.clock()

    def started(self, id_: str, name: str) -> None:
        """A worker took a submission."""
        with self._lock:
            self.running[id_] = Running(name, self.clock())

    def stage(self, id_: str, name: str, detail: str = "") -> None:
        """A stage of it began."""
        with self._lock:
            if id_ in self.running:
                self.running[id_].stage, self.running[id_].detail = name, detail

    def finished(self, id_: str, verdict: str) -> float:
        """It is recorded, or comes again; returns its seconds."""
        with self._lock:
            ran = self.running.pop(id_, None)
            self.verdicts[verdict] += 1
            seconds = self.clock() - ran.since if ran else 0.0
            self.seconds += seconds
            return seconds

    def done(self) -> int:
        """How many submissions are recorded, those of earlier runs included."""
        return min(self.total, self.before + sum(n for word, n in self.verdicts.items() if word not in RETRIED))

    def elapsed_s(self) -> float:
        """Seconds of this run."""
        return self.clock() - self._began

    def left_s(self) -> float | None:
        """Seconds that the rest takes at the pace of this run; None before anything is done."""
        now = self.done() - self.before
        return self.elapsed_s() / now * (self.total - self.done()) if now > 0 else None

    def failures(self) -> str:
        """What did not go well so far, in words; empty where all went well."""
        words = {
            "not_gradable": "not gradable",
            "not_graded": "not graded",
            "retry": "to be repeated",
            "lost": "workers lost",
        }
        return ", ".join(f"{self.verdicts[word]} {told}" for word, told in words.items() if self.verdicts[word])


def minutes(seconds: float) -> str:
    """A duration as people read it: `40 s`, `5 min`, `2 h 10 min`."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    whole = round(seconds / 60)
    return f"{whole} min" if whole < 100 else f"{whole // 60} h {whole % 60} min"
