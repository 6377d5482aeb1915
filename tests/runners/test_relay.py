"""Sockets carried over one stream: neither end can tell, nothing grows without bound, and nobody else gets a word in."""

import contextlib
import os
import select
import socket
import threading

import pytest
import relay

KEY = bytes(range(relay.KEY_BYTES))


@pytest.fixture
def carried():
    """Two relays over a pair of pipes; gives `(examiner's root, candidate's root, pipe into the examiner's)`."""
    there, back = os.pipe(), os.pipe()
    examiner, near = socket.socketpair()
    candidate, far = socket.socketpair()
    ends = [
        relay.Relay(back[0], there[1], KEY, 0, near),
        relay.Relay(there[0], back[1], KEY, 1, far),
    ]
    threads = [threading.Thread(target=end.run) for end in ends]
    for thread in threads:
        thread.start()
    for sock in (examiner, candidate):
        sock.settimeout(20)
    yield examiner, candidate, back[1]
    for sock in (examiner, candidate):
        sock.close()
    for thread in threads:
        thread.join(20)
    for descriptor in (*there, *back):
        os.close(descriptor)
    assert not any(thread.is_alive() for thread in threads)


def read(sock, count):
    got = b""
    while len(got) < count and (part := sock.recv(count - len(got))):
        got += part
    return got


def given(sock):
    """The data and the socket that came with it."""
    data, descriptors, _, _ = socket.recv_fds(sock, 100, 1)
    received = [socket.socket(fileno=descriptor) for descriptor in descriptors]
    for each in received:
        each.settimeout(20)
    return data, received


def hand_over(sock, data=b"z"):
    """Send data with one end of a fresh pair; returns the other end."""
    ours, theirs = socket.socketpair()
    ours.settimeout(20)
    socket.send_fds(sock, [data], [theirs.fileno()])
    theirs.close()
    return ours


def test_bytes_arrive_as_they_were_written_both_ways(carried):
    examiner, candidate, _ = carried
    question, answer = os.urandom(3_000_000), os.urandom(1_000_000)

    threading.Thread(target=examiner.sendall, args=(question,)).start()
    heard = read(candidate, len(question))
    threading.Thread(target=candidate.sendall, args=(answer,)).start()

    assert (heard, read(examiner, len(answer))) == (question, answer)


def test_a_socket_that_rides_along_is_a_socket_over_there(carried):
    examiner, candidate, _ = carried

    ours = hand_over(candidate)
    data, [theirs] = given(examiner)
    ours.sendall(b"from the zygote")

    assert (data, read(theirs, 15)) == (b"z", b"from the zygote")
    theirs.close()
    ours.close()


def test_a_socket_over_a_socket_that_rode_along(carried):
    examiner, candidate, _ = carried
    zygote = hand_over(candidate)
    _, [control] = given(examiner)

    test = hand_over(control, b"seed")
    data, [child] = given(zygote)
    child.sendall(b"answer")

    assert (data, read(test, 6)) == (b"seed", b"answer")
    for sock in (zygote, control, test, child):
        sock.close()


def test_an_end_is_an_end_over_there_after_all_that_was_written(carried):
    examiner, candidate, _ = carried
    ours = hand_over(candidate)
    _, [theirs] = given(examiner)

    ours.sendall(b"last words")
    ours.close()

    assert (read(theirs, 100), candidate.fileno() > 0) == (b"last words", True)
    theirs.close()


def test_only_the_supervisors_own_channel_brings_descriptors_out_of_a_candidate(carried):
    examiner, candidate, _ = carried
    zygote = hand_over(candidate)
    _, [control] = given(examiner)

    smuggled = hand_over(zygote, b"here")

    assert given(control) == (b"here", [])
    assert smuggled.recv(1) == b""  # closed on the way
    for sock in (zygote, control, smuggled):
        sock.close()


def test_a_flood_stops_where_nobody_reads_and_the_others_go_on(carried):
    examiner, candidate, _ = carried
    flood = hand_over(candidate)
    _, [unread] = given(examiner)
    flood.setblocking(False)

    sent = 0
    while select.select([], [flood], [], 0.5)[1]:
        with contextlib.suppress(BlockingIOError):
            sent += flood.send(bytes(65536))
    candidate.sendall(b"still here")

    assert sent < 4 * relay._WINDOW  # what both kernels' buffers hold, and one window
    assert read(examiner, 10) == b"still here"
    flood.close()
    unread.close()


@pytest.mark.parametrize(
    "forged",
    [
        pytest.param(b"\0\0\0\x06" + bytes(16) + b"D" + bytes(4) + b"x", id="a frame without its seal"),
        pytest.param(b"\xff\xff\xff\xff" + bytes(16), id="a frame of 4 GiB"),
        pytest.param(b"\0\0\0\0" + bytes(16), id="an empty frame"),
        pytest.param(os.urandom(4096), id="noise"),
    ],
)
def test_what_no_relay_sends_ends_the_stream(carried, forged):
    examiner, _, into = carried

    os.write(into, forged)

    assert examiner.recv(1) == b""


def test_a_frame_that_is_sent_again_is_not_heard_again(carried):
    examiner, candidate, into = carried
    candidate.sendall(b"once")
    read(examiner, 4)
    body = relay._BODY.pack(b"D", 0) + relay._NUMBER.pack(relay._NONE) + b"once"
    end = relay.Relay(*os.pipe(), KEY, 1, socket.socket())

    os.write(into, relay._HEAD.pack(len(body), end._seal(1, 0, body)) + body)

    assert examiner.recv(4) == b""


def test_more_channels_than_a_slot_ever_needs_end_the_stream(carried):
    examiner, candidate, _ = carried

    opened, taken = [hand_over(candidate)], []
    while (came := given(examiner))[0]:
        taken.append(came[1])
        opened.append(hand_over(candidate))

    assert len(opened) == relay._CHANNELS
