"""How progress looks: a live display on a terminal, plain lines in a log, JSON lines for collectors; always on stderr."""

import json
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime

from rich.console import Console
from rich.progress import BarColumn, ProgressColumn, SpinnerColumn, Task, TaskProgressColumn, TimeElapsedColumn
from rich.progress import Progress as Display
from rich.table import Column
from rich.text import Text

from grader.cli.options import Manner
from grader.cli.screen import screen
from grader.progress import Progress, Silent
from grader.quote import quote
from grader.render import terminal

_HEARTBEAT_S = 30.0  # a log that is silent for longer looks like a hang, and some pipelines end it


def progress(manner: Manner) -> AbstractContextManager[Progress]:
    """Return the display that fits the terminal and the command's options, as a context."""
    if manner.log_format == "json":
        return nullcontext(_Json())
    if manner.quiet or not manner.progress:
        return nullcontext(Silent())
    shows = screen(manner, sys.stderr)
    return _Live(shows.console(sys.stderr), shows.symbols is terminal.SYMBOLS) if shows.is_live else PlainLines()


class _Live:
    """A line for the stage at work, with its bar and its time; gone when the work is done."""

    def __init__(self, console: Console, has_symbols: bool) -> None:
        spinner = SpinnerColumn("dots" if has_symbols else "line")
        bar = (BarColumn(24), TaskProgressColumn()) if has_symbols else (TaskProgressColumn(),)
        self._display = Display(spinner, StageColumn(), *bar, TimeElapsedColumn(), console=console, transient=True)
        self._task = self._display.add_task("starting", total=None, detail="")

    def __enter__(self) -> Progress:
        self._display.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._display.stop()

    def stage(self, name: str, detail: str = "") -> None:
        self._display.reset(self._task, total=None, description=name, detail=detail)

    def step(self, done: int, total: int, detail: str = "") -> None:
        self._display.update(self._task, completed=done, total=total, detail=detail)

    def note(self, message: str) -> None:
        print_note(self._display.console, message)


class StageColumn(ProgressColumn):
    """A task's description and, dim, its field `detail`; both may be foreign text, and neither is parsed as markup."""

    def __init__(self) -> None:
        super().__init__(Column(no_wrap=True))

    def render(self, task: Task) -> Text:
        """One line."""
        return Text.assemble(quote(task.description, 120), " ", (quote(task.fields["detail"], 300), "dim"))


def print_note(console: Console, message: str) -> None:
    """Print a note, foreign text in it, above a live display."""
    console.print(Text(f"note: {quote(message, 500)}"), soft_wrap=True)


class PlainLines:
    """A line a stage, and one every 30 seconds in which nothing else was said: for logs and pipes.

    Args:
        say: takes a line.
        clock: seconds that only rise.
        wait: waits so many seconds, or less where it is told to end; True at the end.
    """

    def __init__(
        self,
        say: Callable[[str], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], bool] | None = None,
    ) -> None:
        self._end = threading.Event()
        self._say, self._clock, self._wait = say or _say, clock, wait or self._end.wait
        self._now, self._steps = "starting", ""
        self._since = self._spoke = clock()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> Progress:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._end.set()
        self._thread.join()

    def stage(self, name: str, detail: str = "") -> None:
        """Say it."""
        self._now, self._steps, self._since = name, "", self._clock()
        self._tell(f"{name}: {quote(detail)}" if detail else name)

    def step(self, done: int, total: int, detail: str = "") -> None:
        """A log has no use for single steps; the next heartbeat says how far it is."""
        self._steps = " ".join(["", quote(detail, 60), f"{done} of {total},"]) if detail else f" {done} of {total},"

    def note(self, message: str) -> None:
        """Say it."""
        self._tell(f"note: {quote(message, 500)}")

    def _tell(self, line: str) -> None:
        self._spoke = self._clock()
        self._say(line)

    def _beat(self) -> None:
        while not self._wait(max(0.0, _HEARTBEAT_S - (self._clock() - self._spoke))):
            if self._clock() - self._spoke >= _HEARTBEAT_S:
                self._tell(f"{self._now}:{self._steps} still at work after {self._clock() - self._since:.0f} s")


class _Json:
    """A JSON object a line, with the field names of the Elastic Common Schema."""

    def stage(self, name: str, detail: str = "") -> None:
        self._line("info", "stage started", {"stage": name, "detail": detail})

    def step(self, done: int, total: int, detail: str = "") -> None:
        """Single steps are not logged."""

    def note(self, message: str) -> None:
        self._line("warn", message, {})

    def _line(self, level: str, message: str, labels: dict[str, str]) -> None:
        log_line(level, message, labels)


def log_line(level: str, message: str, labels: Mapping[str, str], more: Mapping[str, object] | None = None) -> None:
    """Print one JSON object with the field names of the Elastic Common Schema; `more` are further ECS fields."""
    moment = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    record = {
        "@timestamp": moment,
        "log.level": level,
        "message": message[:2000],
        "ecs.version": "8.11.0",
        "service.name": "grader",
        "labels": {name: value[:500] for name, value in labels.items() if value},
        **(more or {}),
    }
    print(json.dumps(record), file=sys.stderr, flush=True)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
