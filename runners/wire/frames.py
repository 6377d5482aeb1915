"""Frames of the wire between examiner and candidate: 4 bytes of length and ASCII JSON; deadlines, caps, and the errors.

One file, the standard library alone, on both sides.
"""

import json
import json.encoder
import select
import struct
import time

FRAME_BYTES = 16 * 1024 * 1024
COLLECT = -2  # in the place of a test's seed: the zygote itself answers, while a suite is collected
TOTAL_BYTES = 256 * 1024 * 1024  # in one direction, a test


class GlassBroken(BaseException):
    """The wire is of no use any more; no `except Exception` swallows it."""


class Breach(GlassBroken):
    """The far side sent what the wire doesn't allow."""


class TimedOut(GlassBroken):
    """The deadline passed."""


class CandidateGone(GlassBroken):
    """The far side closed the wire, or its process ended."""


class CannotCross(TypeError):
    """A value of this side that has no way over the wire."""


class Wire:
    """A socket that speaks frames; deadlines are `time.monotonic()` seconds, checked at every read and write.

    Without a deadline from the start there is none later, either: a wait is the kernel's.
    """

    def __init__(self, sock, deadline=None):
        sock.setblocking(deadline is None)
        self.sock, self.deadline, self.budget = sock, deadline, TOTAL_BYTES
        self.late = None  # asked when the deadline has passed: how many seconds there are all the same

    def send(self, message):
        """Send one message; raises CannotCross where it is too large."""
        body = _encode(message).encode("ascii")
        if len(body) > FRAME_BYTES:
            raise CannotCross(f"a message of {len(body)} bytes is over the limit of {FRAME_BYTES}")
        view = memoryview(struct.pack(">I", len(body)) + body)
        while view:
            self._check()
            try:
                view = view[self.sock.send(view) :]
            except BlockingIOError:
                self._wait(write=True)
            except OSError as gone:
                raise CandidateGone("the wire was closed") from gone

    def receive(self):
        """Return the next message, a JSON list."""
        length = struct.unpack(">I", self._exactly(4))[0]
        if length > FRAME_BYTES or length > self.budget:
            raise Breach(f"a frame of {length} bytes is over the limit")
        self.budget -= length
        try:
            return parse(self._exactly(length))
        except MemoryError:
            raise Breach(f"a frame of {length} bytes is more than there is memory for") from None

    def _exactly(self, count):
        read = bytearray()  # not a list of parts: who sends byte by byte would have us hold millions
        while len(read) < count:
            self._check()
            try:
                part = self.sock.recv(min(count - len(read), 1 << 20))
            except BlockingIOError:
                self._wait(write=False)
                continue
            except OSError as gone:
                raise CandidateGone("the wire was closed") from gone
            if not part:
                raise CandidateGone("the process ended without an answer")
            read += part
        return bytes(read)

    def _check(self):
        """The clock is looked at on every read and write: a far side that keeps sending is no excuse."""
        left = None if self.deadline is None else self.deadline - time.monotonic()
        if left is not None and left <= 0 and self.late is not None:
            left = self.late()
            self.deadline = time.monotonic() + left
        if left is not None and left <= 0:
            raise TimedOut("no answer within the limit")
        return left

    def _wait(self, write):
        poll = select.poll()
        poll.register(self.sock, select.POLLOUT if write else select.POLLIN)
        left = self._check()
        while not poll.poll(None if left is None else left * 1000 + 1):
            left = self._check()


def parse(body):
    """Return the JSON list in `body`; raises Breach for anything else, and nothing but Breach."""
    try:
        text = body.decode("ascii")
        message, end = _scan(text, 0)
    except GlassBroken:
        raise
    except BaseException as wrong:
        raise Breach(f"a frame that is no JSON: {type(wrong).__name__}") from None
    if type(message) is not list:
        raise Breach("a frame that is no list")
    if end != len(text):
        raise Breach("a frame with something after its list")
    return message


def _no_object(_pairs):
    raise Breach("a JSON object on the wire")


def _no_constant(name):
    raise Breach(f"{name} on the wire")


def _encoder():
    """What `json.JSONEncoder.encode` makes anew at each call, made once: a fresh child pays for each page that it touches."""
    plain = json.JSONEncoder(allow_nan=False, separators=(",", ":"))
    make, text = json.encoder.c_make_encoder, json.encoder.encode_basestring_ascii
    if make is None:
        return plain.encode
    chunks = make(None, plain.default, text, None, ":", ",", False, False, False)
    return lambda message: "".join(chunks(message, 0))


_encode = _encoder()
_scan = json.JSONDecoder(object_pairs_hook=_no_object, parse_constant=_no_constant).scan_once
