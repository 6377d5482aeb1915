"""Carries bytes between two attached streams, unread: the way between examiner and candidate where no socket passes.

Some runtimes (gVisor, Kata) give each container a kernel of its own, so a unix socket on a shared volume connects nobody. Both
containers then speak over their attached streams, and the host passes on what comes: it understands none of it, holds at
most one piece of 64 KiB a direction, and ends both streams when one ends, stops reading, or the deadline passes.
`runners/wire/relay.py` describes what is carried.
"""

import contextlib
import threading
import time
from collections.abc import Iterator

from grader.sandbox.stream import Stream


@contextlib.contextmanager
def relay(examiner: Stream, candidate: Stream, seconds: float) -> Iterator[None]:
    """Carry both ways while the block runs, for at most `seconds` seconds; both streams have ended when it ends.

    Args:
        examiner: of the program that sits on the slot in the examiner's container.
        candidate: of the candidate's supervisor.
        seconds: after them nothing is carried any more, whoever still speaks.
    """
    deadline = time.monotonic() + seconds
    ways = [
        threading.Thread(target=_carry, args=(source, sink, deadline), name="relay", daemon=True)
        for source, sink in ((examiner, candidate), (candidate, examiner))
    ]
    for stream in (examiner, candidate):
        stream.limit_silence(seconds)
    for way in ways:
        way.start()
    try:
        yield
    finally:
        _end(examiner, candidate)
        for way in ways:
            way.join()


def _carry(source: Stream, sink: Stream, deadline: float) -> None:
    with contextlib.suppress(OSError, ValueError):
        for part in source.chunks():
            if time.monotonic() > deadline:
                break
            sink.write(part)
    _end(source, sink)


def _end(*streams: Stream) -> None:
    for stream in streams:
        stream.shut()
