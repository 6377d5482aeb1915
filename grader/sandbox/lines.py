"""JSON lines over a service's stdin and stdout, whichever sandbox it lives in; bounded, with deadlines."""

import contextlib
import json
import queue
import threading
from collections.abc import Callable, Iterator, Mapping

from grader.errors import NotGraded
from grader.quote import quote

_LINE_BYTES = 16 * 1024 * 1024
_WAITING = 64  # lines that may wait to be read


class Lines:
    """A conversation in JSON lines.

    Args:
        write: sends bytes; raises OSError when the service is gone.
        chunks: what the service prints, piece by piece, until it ends.
        complaint: the end of what it printed to standard error, for the message when it is gone.
    """

    def __init__(self, write: Callable[[bytes], object], chunks: Iterator[bytes], complaint: Callable[[], str]) -> None:
        self._write, self._complaint = write, complaint
        self._lines: queue.Queue[bytes | None] = queue.Queue(_WAITING)
        threading.Thread(target=self._read, args=(chunks,), daemon=True).start()

    def send(self, message: Mapping[str, object]) -> None:
        """Send one message.

        Raises:
            NotGraded: the service is gone.
        """
        try:
            self._write(json.dumps(message).encode("ascii") + b"\n")
        except OSError as cause:
            raise self._gone() from cause

    def receive(self, timeout_s: float) -> Mapping[str, object] | None:
        """Return the next message, or None after `timeout_s` seconds without one.

        Raises:
            NotGraded: the service is gone, or said what is no JSON object.
        """
        try:
            line = self._lines.get(timeout=max(0.0, timeout_s))
        except queue.Empty:
            return None
        if line is None:
            self._lines.put(None)
            raise self._gone()
        try:
            message = json.loads(line)
        except (ValueError, RecursionError):
            message = None
        if not isinstance(message, dict):
            raise self._gone()
        return message

    def _read(self, chunks: Iterator[bytes]) -> None:
        with contextlib.suppress(OSError, ValueError):  # the end of the service; `receive` says so
            for line in _parted(chunks):
                self._lines.put(line)
        self._lines.put(None)

    def _gone(self) -> NotGraded:
        complaint = quote(self._complaint().strip()[-400:], 400)
        return NotGraded(
            "G405",
            f"one of our services ended unexpectedly{': ' + complaint if complaint else ''}",
            "Without it nothing can be said about a submission.",
            "Repeat the command; if it fails again: grader image build, then grader doctor. No submission got a zero.",
        )


def _parted(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The lines of what comes in pieces, without their ends, up to one that is too long."""
    rest = bytearray()
    for chunk in chunks:
        rest += chunk
        if b"\n" in chunk:
            *lines, rest = rest.split(b"\n")
            yield from map(bytes, lines)
        if len(rest) > _LINE_BYTES:
            return
