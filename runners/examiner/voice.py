"""How the examiner speaks to the host: whole JSON lines on the real standard output, whichever process says them.

Standard output is taken away from everything else at the start, so that no print in a test becomes a message.
"""

import fcntl
import json
import os
import sys
from pathlib import Path

_CAP_HEAD, _CAP_TAIL = 4096, 12288  # characters: assertions sit at the end, a timeout's dump at the start
_state: dict[str, object] = {}


def claim_stdout(lock: Path) -> None:
    """Keep standard output for messages; from now on descriptor 0 is empty, and 1 goes where 2 goes."""
    _state["out"] = os.dup(1)
    _state["lock"] = lock
    lock.touch()
    os.dup2(2, 1)
    empty = os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, 0)
    sys.stdin = os.fdopen(0, "r", closefd=False)


def say(type_: str, **fields: object) -> None:
    """Send one message; processes take turns by a lock on a file of theirs."""
    line = json.dumps({"type": type_, **fields}).encode("ascii") + b"\n"
    out = _state["out"]
    assert isinstance(out, int)
    with open(str(_state["lock"]), "rb") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        while line:
            line = line[os.write(out, line) :]


def clip(text: str, head: int = _CAP_HEAD, tail: int = _CAP_TAIL) -> str:
    """Keep the head and the tail of a long text, and say in between how much was cut."""
    if len(text) <= head + tail:
        return text
    return f"{text[:head]}\n... {len(text) - head - tail} characters cut ...\n{text[-tail:] if tail else ''}"
