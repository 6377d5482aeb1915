"""How progress looks: a live line on a terminal, plain lines in a log, JSON lines for collectors; always on stderr."""

import json
import sys
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime

from rich.console import Console
from rich.status import Status

from grader.cli.options import Manner
from grader.progress import Progress, Silent
from grader.quote import quote


def progress(manner: Manner) -> AbstractContextManager[Progress]:
    """Return the display that fits the terminal and the command's options, as a context."""
    if manner.log_format == "json":
        return nullcontext(_Json())
    if manner.quiet or not manner.progress:
        return nullcontext(Silent())
    console = Console(stderr=True, force_terminal=manner.color, no_color=manner.color is False or None)
    return _Live(console) if console.is_terminal else nullcontext(_Plain())


class _Live:
    """One line that changes, gone when the work is done."""

    def __init__(self, console: Console) -> None:
        self._console, self._status = console, Status("starting", console=console)
        self._stage = ""

    def __enter__(self) -> Progress:
        self._status.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._status.stop()

    def stage(self, name: str, detail: str = "") -> None:
        self._stage = f"{name} [dim]{_plain(detail)}[/dim]"
        self._status.update(self._stage)

    def step(self, done: int, total: int, detail: str = "") -> None:
        self._status.update(f"{self._stage} {done}/{total} [dim]{_plain(detail)}[/dim]")

    def note(self, message: str) -> None:
        self._console.print(f"note: {_plain(message)}", highlight=False, soft_wrap=True)


class _Plain:
    """A line a stage: for logs and pipes."""

    def stage(self, name: str, detail: str = "") -> None:
        print(f"{name}: {quote(detail)}" if detail else name, file=sys.stderr, flush=True)

    def step(self, done: int, total: int, detail: str = "") -> None:
        """A log has no use for single steps."""

    def note(self, message: str) -> None:
        print(f"note: {quote(message, 500)}", file=sys.stderr, flush=True)


class _Json:
    """A JSON object a line, with the field names of the Elastic Common Schema."""

    def stage(self, name: str, detail: str = "") -> None:
        self._line("info", "stage started", {"stage": name, "detail": detail})

    def step(self, done: int, total: int, detail: str = "") -> None:
        """Single steps are not logged."""

    def note(self, message: str) -> None:
        self._line("warn", message, {})

    def _line(self, level: str, message: str, labels: dict[str, str]) -> None:
        moment = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        record = {
            "@timestamp": moment,
            "log.level": level,
            "message": message[:2000],
            "ecs.version": "8.11.0",
            "service.name": "grader",
            "labels": {name: value[:500] for name, value in labels.items() if value},
        }
        print(json.dumps(record), file=sys.stderr, flush=True)


def _plain(text: str) -> str:
    """Foreign text, with nothing in it that the terminal or the markup would obey."""
    return quote(text, 300).replace("[", r"\[")
