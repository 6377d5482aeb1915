"""The host between examiner and candidate: it holds next to nothing, waits for nobody for ever, and hears nothing forged."""

import resource
import select
import socket
import struct
import threading

import pytest

from grader.sandbox import archive, engine
from grader.sandbox.protocol import Limits
from grader.sandbox.relay import relay
from grader.sandbox.stream import Stream

LIMITS = Limits(memory_mib=64, processes=16, scratch_mib=8, output_mib=1, deadline_s=30)


def carriers():
    return [thread for thread in threading.enumerate() if thread.name == "relay"]


@pytest.fixture
def ends():
    """Two attachments; gives `(examiner's stream, candidate's, the engine's end of the one, of the other)`."""
    pairs = [socket.socketpair(), socket.socketpair()]
    for _, far in pairs:
        far.settimeout(20)
    yield (*(Stream(near) for near, _ in pairs), *(far for _, far in pairs))
    for pair in pairs:
        for sock in pair:
            sock.close()


def printed(data):
    """As the engine sends what a container writes to standard output."""
    return struct.pack(">BxxxL", 1, len(data)) + data


def test_bytes_are_passed_on_both_ways_unread(ends):
    examiner, candidate, at_examiner, at_candidate = ends

    with relay(examiner, candidate, 20):
        at_candidate.sendall(printed(b"\0\xff{"))
        heard = at_examiner.recv(100)
        at_examiner.sendall(printed(b"}\n"))
        answered = at_candidate.recv(100)

    assert (heard, answered) == (b"\0\xff{", b"}\n")


def test_an_end_on_one_side_is_an_end_on_the_other(ends):
    examiner, candidate, at_examiner, at_candidate = ends

    with relay(examiner, candidate, 20):
        at_candidate.close()
        ended = at_examiner.recv(1)

    assert (ended, carriers()) == (b"", [])


def test_who_floods_waits_for_who_reads(ends):
    examiner, candidate, _, at_candidate = ends
    at_candidate.setblocking(False)
    flood = printed(bytes(65536))

    sent = 0
    with relay(examiner, candidate, 20):
        while select.select([], [at_candidate], [], 0.5)[1]:
            sent += at_candidate.send(flood[sent % len(flood) :])

    assert sent < 2_000_000  # what the kernel's buffers take, and a piece
    assert carriers() == []


def test_after_the_deadline_nothing_is_carried_any_more(ends):
    examiner, candidate, at_examiner, at_candidate = ends

    with relay(examiner, candidate, 0.5):
        at_candidate.sendall(printed(b"in time"))
        heard = b"".join(iter(lambda: at_examiner.recv(100), b""))

    assert (heard, carriers()) == (b"in time", [])


@pytest.fixture
def left_to(relay_sandbox, order):
    """Let a submission have its way with the streams; gives what the examiner heard from it."""

    def run(code, **more):
        with relay_sandbox.service("examiner", 1) as examiner:
            order(examiner, listen=0, **more)
            with relay_sandbox.candidate(examiner, 0, archive.pack({"submission.py": code.encode()}), LIMITS):
                return examiner.receive(3)

    return run


@pytest.mark.docker
def test_a_container_that_writes_noise_is_heard_no_more(left_to):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    heard = left_to("import os\nsay('before')\nwhile True:\n    os.write(1, b'x' * 65536)")

    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert (heard["said"] in ("", "before"), carriers()) == (True, [])  # nothing of the noise
    assert grown < 16 * 1024


@pytest.mark.docker
def test_a_container_that_reads_nothing_holds_nobody_up(left_to):
    stuck = "import ctypes, time\nsay('stuck')\ntime.sleep(1)\nctypes.PyDLL(None).sleep(600)"  # it holds the interpreter's lock

    heard = left_to(stuck, write=50_000_000)

    assert (heard, carriers()) == (None, [])


@pytest.mark.docker
def test_nothing_of_the_relay_stays_in_the_examiners_container(relay_sandbox, order):
    client, files = engine.connect(), archive.pack({"submission.py": b"say('x')\nimport time\ntime.sleep(600)"})

    with relay_sandbox.service("examiner", 1) as examiner:
        for _ in range(3):
            order(examiner, listen=0)
            with relay_sandbox.candidate(examiner, 0, files, LIMITS):
                came = has_bridge(client, examiner.container, True)
            examiner.receive(20)
        left = has_bridge(client, examiner.container, False)

    assert (came, left) == (True, False)


def has_bridge(client, container, expected):
    """Whether the program runs; the engine is asked some hundred times, since it starts and ends it in its own time."""
    for _ in range(300):
        found = "bridge.py" in str(client.api.top(container)["Processes"])
        if found is expected:
            break
    return found
