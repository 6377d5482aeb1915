"""A hostile agent says anything at any time: the trusted side gets plain data, an exception, or one of three breaks."""

import contextlib
import json
import socket
import struct
import sys
import threading
import time

import ambient
import codec
import frames
import given as given_objects
import handles
import mirror
import peer
import proxy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

_TAGS = [*codec.Codec(0, None, None)._decoders, *proxy._DECODERS, "h", "ec", "eh"]
_NAMES = st.sampled_from(
    ["builtins.exec", "builtins.int", "os.system", "builtins.Exception", "unittest.case.SkipTest", "__class__", "x"]
)
_plain = (
    st.none()
    | st.booleans()
    | st.integers(-5, 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5)
    | _NAMES
)
_forms = st.recursive(
    _plain,
    lambda inner: (
        st.lists(inner, max_size=9)
        | st.tuples(st.sampled_from(_TAGS), st.lists(inner, max_size=9)).map(lambda pair: [pair[0], *pair[1]])
    ),
    max_leaves=25,
)
_ops = st.sampled_from([*given_objects.Given(None)._answers, *ambient.OPS, "import", "heir"])
_messages = st.one_of(
    st.tuples(st.sampled_from("rx"), _forms, _forms, _forms).map(list),
    st.tuples(st.just("r"), _forms, st.just([]), st.just(["", ""])).map(list),
    st.tuples(st.just("x"), _forms, st.just([]), st.just(["", ""])).map(list),
    st.tuples(st.just("q"), _ops, st.just([]), st.just(["", ""]), _forms, _forms).map(list),
    _forms,
)


def _frame(message):
    body = json.dumps(message).encode("ascii")
    return struct.pack(">I", len(body)) + body


def _talk(sent, action):
    """Let a peer converse with a far side that says these bytes, whatever it is asked."""
    ours, theirs = socket.socketpair()
    speaking = threading.Thread(target=_speak, args=(theirs, sent))
    speaking.start()
    conversation = peer.Peer(frames.Wire(ours, time.monotonic() + 5))
    try:
        return action(conversation)
    finally:
        conversation.close()
        ours.close()
        speaking.join()


def _speak(sock, sent):
    sock.settimeout(5)
    try:
        sock.sendall(sent)
        sock.shutdown(socket.SHUT_WR)
        while sock.recv(65536):
            pass
    except OSError:
        pass
    finally:
        sock.close()


def _use(conversation):
    """What a test does with whatever came."""
    value = conversation.ask("call", lambda: None, [1, {}])
    for use in (
        repr,
        str,
        len,
        list,
        hash,
        lambda thing: thing == 1,
        lambda thing: thing.attribute,
        lambda thing: thing(),
    ):
        try:
            use(value)
        except frames.GlassBroken:
            raise
        except Exception:  # an honest object may raise here, too
            continue
    return value


@pytest.mark.filterwarnings("ignore:coroutine")
@settings(max_examples=300)
@given(st.lists(_messages, min_size=1, max_size=6))
def test_anything_said_ends_as_data_an_exception_or_a_break(messages):
    sent = b"".join(map(_frame, messages))
    before = dict(handles._far)

    with contextlib.suppress(frames.GlassBroken, Exception, SystemExit):
        _talk(sent, _use)

    assert handles._far == before


@settings(max_examples=200)
@given(st.binary(max_size=200))
def test_bytes_that_are_no_frames_are_a_break(sent):
    try:
        _talk(sent, lambda conversation: conversation.ask("nothing"))
    except frames.GlassBroken:
        return
    raise AssertionError("random bytes were an answer")


@pytest.mark.filterwarnings("ignore:coroutine")
@settings(max_examples=100)
@given(st.lists(_forms, min_size=1, max_size=4))
def test_what_is_plain_has_an_exact_type(values):
    def ask(conversation):
        return [conversation.ask("nothing") for _ in values]

    try:
        answers = _talk(b"".join(_frame(["r", value, [], ["", ""]]) for value in values), ask)
    except (frames.GlassBroken, Exception):
        return
    for answer in answers:
        known = type(answer).__module__.partition(".")[0] in sys.stdlib_module_names
        assert known or isinstance(type(answer), mirror.Mirror), type(answer)
