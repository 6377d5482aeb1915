"""A far side that floods, drips, nests and answers out of turn: each ends in time, as a break, in bounded memory."""

import itertools
import json
import os
import socket
import struct
import threading
import time
from pathlib import Path

import frames
import glass
import peer
import pytest

MIB = 1 << 20
ANSWER = ["r", 1, [], ["", ""]]


def frame(message):
    body = message if isinstance(message, bytes) else json.dumps(message).encode("ascii")
    return struct.pack(">I", len(body)) + body


def forever(part):
    return itertools.repeat(part)


FLOODS = {
    "answers to nothing that was asked": (forever(frame(ANSWER)), {"data"}),
    "answers of many megabytes": (forever(frame(["r", "x" * (15 * MIB), [], ["", ""]])), {"Breach"}),
    "answers with ever more printed": (forever(frame(["r", 1, [], ["x" * MIB, "y" * MIB]])), {"Breach"}),
    "questions about nothing": (forever(frame(["q", "call", [], ["", ""], ["y", 0], ["t"], ["t"]])), {"Breach"}),
    "warnings without end": (
        forever(frame(["q", "warn", [], ["", ""], "x" * 1000, ["b", "builtins.UserWarning"], "f", 1])),
        {"TimedOut", "Breach"},
    ),
    "a byte at a time": (itertools.chain([struct.pack(">I", 15 * MIB)], forever(b" ")), {"TimedOut"}),
    "the length alone": ([struct.pack(">I", 15 * MIB)], {"CandidateGone"}),
    "a length over the limit": ([b"\xff" * 4], {"Breach"}),
    "nested lists": (forever(frame(b"[" * (8 * MIB))), {"Breach"}),
    "small lists that grow in memory": (
        forever(frame(b'["r",["t"' + b",[]" * (5 * MIB) + b'],[],["",""]]')),
        {"Breach"},
    ),
    "numbers of many digits": (forever(frame(b'["r",' + b"9" * MIB + b',[],["",""]]')), {"Breach"}),
    "decimals that would never end": (forever(frame(["r", ["De", "1E+40000000"], [], ["", ""]])), {"Breach"}),
    "updates of nothing": (forever(frame(["r", 1, [[7, 1]], ["", ""]])), {"Breach"}),
    "wrong types everywhere": (forever(frame(["r", {}, 5, 7])), {"Breach"}),
    "classes without end": (
        (
            frame(["r", ["C", n, f"K{n}", "K", "m", [], [], [], None, "x" * 1000], [], ["", ""]])
            for n in itertools.count()
        ),
        {"data", "Breach", "TimedOut"},
    ),
}


@pytest.mark.parametrize("flood", FLOODS)
def test_a_flood_ends_as_what_it_is_in_bounded_memory(flood):
    parts, expected = FLOODS[flood]

    ending, grown = _in_a_fork(parts)

    assert ending in expected
    assert grown < 400 * MIB


def _in_a_fork(parts):
    """How 200 questions end in a process that is limited as a run is, and by how much it grew at most."""
    out, into = os.pipe()
    if (pid := os.fork()) == 0:
        try:
            os.write(into, json.dumps(_answered(parts)).encode())
        finally:
            os._exit(0)
    os.close(into)
    told = os.read(out, 1000)
    os.close(out)
    os.waitpid(pid, 0)
    return json.loads(told)


def _answered(parts):
    glass.limit_memory()
    ours, theirs = socket.socketpair()
    threading.Thread(target=_speak, args=(theirs, parts), daemon=True).start()
    before = _memory("VmSize")  # of address space: a large process may hold pages that are free, and grows into them
    conversation, ending = peer.Peer(frames.Wire(ours, time.monotonic() + 3)), "data"
    try:
        for _ in range(200):
            conversation.ask("nothing")
    except frames.GlassBroken as broken:
        ending = type(broken).__name__
    return ending, _memory("VmPeak") - before


def _memory(what):
    """Bytes, by the kernel's word."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(what))
    return int(line.split()[1]) * 1024


def _speak(sock, parts):
    try:
        for part in parts:
            sock.sendall(part)
        sock.shutdown(socket.SHUT_WR)
    except OSError:
        return
