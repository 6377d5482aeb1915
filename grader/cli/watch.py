"""How a batch's progress looks: a line a running submission and a bar on a terminal, lines in a log, JSON for collectors.

Always on stderr. `begin` to `note` are called from the workers' threads.
"""

import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TaskID, TimeElapsedColumn
from rich.progress import Progress as Display

from grader.batch.metrics import Metrics
from grader.batch.tally import Tally, minutes
from grader.cli.options import Manner
from grader.cli.progress import StageColumn, log_line, print_note
from grader.cli.screen import screen
from grader.quote import quote
from grader.render import terminal

_HEARTBEAT_S = 30.0
_FAULTS = ("retry", "lost", "not_graded")  # ends that are ours, not the submission's


@dataclass(frozen=True, slots=True)
class Ended:
    """A submission that ended, in words; foreign text in `line`."""

    id: str
    line: str
    verdict: str
    seconds: float


class Watching:
    """Counts what happens, and shows nothing: for --quiet, and what the others build on."""

    def __init__(self, tally: Tally) -> None:
        self.tally = tally
        self.metrics: Metrics | None = None
        self._noted: set[str] = set()

    def __enter__(self) -> "Watching":
        return self

    def __exit__(self, *exc: object) -> None:
        if self.metrics and self.tally.total:
            self.metrics.update(is_last=True)

    def begin(self, total: int, done: int, slots: int) -> None:
        """Count it."""
        self.tally.begin(total, done, slots)

    def started(self, id_: str, name: str) -> None:
        """Count it."""
        self.tally.started(id_, name)

    def stage(self, id_: str, name: str, detail: str = "") -> None:
        """Count it."""
        self.tally.stage(id_, name, detail)

    def step(self, id_: str, done: int, total: int) -> None:
        """Nothing to count."""

    def finished(self, id_: str, verdict: str, detail: str = "") -> None:
        """Count it, and write the counters."""
        name = self.tally.running[id_].name if id_ in self.tally.running else id_
        seconds = self.tally.finished(id_, verdict)
        if self.metrics:
            self.metrics.update()
        self.told(Ended(id_, f"{name}: {_words(verdict)} {detail}".rstrip(), verdict, seconds))

    def told(self, end: Ended) -> None:
        """A submission ended; shown by those who show."""

    def note(self, message: str) -> None:
        """Say it once: each worker finds the same state of this machine."""
        if message not in self._noted:
            self._noted.add(message)
            self.noted(message)

    def noted(self, message: str) -> None:
        """Something new to say; shown by those who show."""


class Lines(Watching):
    """A line at the start and the end of each submission, and one every 30 seconds; no cursor codes.

    Args:
        tally: what is counted.
        say: takes a line.
        wait: waits so many seconds, or less where it is told to end; True at the end.
    """

    def __init__(
        self, tally: Tally, say: Callable[[str], None] | None = None, wait: Callable[[float], bool] | None = None
    ) -> None:
        super().__init__(tally)
        self._end = threading.Event()
        self._say, self._wait = say or _say, wait or self._end.wait
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> "Lines":
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._end.set()
        self._thread.join()
        super().__exit__(*exc)

    def begin(self, total: int, done: int, slots: int) -> None:
        """Say it."""
        super().begin(total, done, slots)
        before = f", {done} of them graded before" if done else ""
        self._say(f"batch: {total} submissions{before}, {slots} at a time")

    def started(self, id_: str, name: str) -> None:
        """Say it."""
        super().started(id_, name)
        self._say(f"start {quote(name, 80)}")

    def stage(self, id_: str, name: str, detail: str = "") -> None:
        """Say what is nobody's."""
        super().stage(id_, name, detail)
        if not id_:
            self._say(f"{name}: {quote(detail)}")

    def told(self, end: Ended) -> None:
        """Say it."""
        self._say(f"done  {quote(end.line, 300)} ({end.seconds:.1f} s) {self.tally.done()}/{self.tally.total}")

    def noted(self, message: str) -> None:
        """Say it."""
        self._say(f"note: {quote(message, 500)}")

    def _beat(self) -> None:
        while not self._wait(_HEARTBEAT_S):
            self._say(f"batch: {_state(self.tally)}")


class Json(Watching):
    """A JSON object a line, with the field names of the Elastic Common Schema."""

    def begin(self, total: int, done: int, slots: int) -> None:
        """Log it."""
        super().begin(total, done, slots)
        log_line("info", "batch started", {"total": str(total), "done": str(done), "slots": str(slots)})

    def started(self, id_: str, name: str) -> None:
        """Log it."""
        super().started(id_, name)
        log_line("info", "submission started", {"submission": id_, "name": name}, {"event.action": "submission-start"})

    def told(self, end: Ended) -> None:
        """Log it."""
        level = "warn" if end.verdict in _FAULTS else "info"
        event = {
            "event.action": "submission-end",
            "event.outcome": "failure" if level == "warn" else "success",
            "event.duration": round(end.seconds * 1e9),
        }
        log_line(level, end.line, {"submission": end.id, "verdict": end.verdict, "done": f"{self.tally.done()}"}, event)

    def noted(self, message: str) -> None:
        """Log it."""
        log_line("warn", message, {})


class Live(Watching):
    """A line a running submission, an overall bar with the time left and the failures so far; gone when all is done."""

    def __init__(self, tally: Tally, console: Console, has_symbols: bool) -> None:
        super().__init__(tally)
        spinner = SpinnerColumn("dots" if has_symbols else "line")
        bar = (BarColumn(24),) if has_symbols else ()
        columns = (spinner, *bar, MofNCompleteColumn(), TimeElapsedColumn(), StageColumn())
        self._display = Display(*columns, console=console, transient=True)
        self._all = self._display.add_task("starting", total=None, detail="")
        self._lines: dict[str, TaskID] = {}

    def __enter__(self) -> "Live":
        self._display.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._display.stop()
        super().__exit__(*exc)

    def begin(self, total: int, done: int, slots: int) -> None:
        """Draw the bar."""
        super().begin(total, done, slots)
        self._display.update(self._all, total=total, completed=done, description="submissions")

    def started(self, id_: str, name: str) -> None:
        """Draw its line."""
        super().started(id_, name)
        self._lines[id_] = self._display.add_task(name, total=None, detail="waiting")

    def stage(self, id_: str, name: str, detail: str = "") -> None:
        """Change its line."""
        super().stage(id_, name, detail)
        if id_ in self._lines:
            self._display.update(self._lines[id_], total=None, completed=0, detail=f"{name} {detail}")
        elif not id_:
            self._display.update(self._all, detail=f"{name} {detail}")

    def step(self, id_: str, done: int, total: int) -> None:
        """Move its count."""
        if id_ in self._lines:
            self._display.update(self._lines[id_], completed=done, total=total)

    def told(self, end: Ended) -> None:
        """Take its line away, and move the bar."""
        if end.id in self._lines:
            self._display.remove_task(self._lines.pop(end.id))
        self._display.update(self._all, completed=self.tally.done(), detail=_rest(self.tally))

    def noted(self, message: str) -> None:
        """Print it above the lines."""
        print_note(self._display.console, message)


def watch(manner: Manner) -> Watching:
    """Return the display that fits the terminal and the command's options; a context."""
    tally = Tally(time.monotonic)
    if manner.log_format == "json":
        return Json(tally)
    if manner.quiet or not manner.progress:
        return Watching(tally)
    shows = screen(manner, sys.stderr)
    return Live(tally, shows.console(sys.stderr), shows.symbols is terminal.SYMBOLS) if shows.is_live else Lines(tally)


def _words(verdict: str) -> str:
    return {"retry": "to be repeated:", "lost": "its worker was lost:"}.get(verdict, verdict.replace("_", " "))


def _rest(tally: Tally) -> str:
    left = tally.left_s()
    told = [f"{minutes(left)} left"] if left else []
    return ", ".join([*told, *([tally.failures()] if tally.failures() else [])])


def _state(tally: Tally) -> str:
    at_work = ", ".join(f"{quote(run.name, 40)} ({run.stage})" for run in list(tally.running.values())[:4])
    told = [f"{tally.done()} of {tally.total} done after {minutes(tally.elapsed_s())}", _rest(tally)]
    return "; ".join(part for part in [*told, f"at work: {at_work}" if at_work else ""] if part)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
