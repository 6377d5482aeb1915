"""Frames and values of the wire between examiner and candidate; one file, the standard library alone, on both sides.

A frame is 4 bytes of length and ASCII JSON. A value is a JSON literal, or a list whose first item is a tag of a closed
table (README.md beside this file). Nothing is ever built from a received name: what isn't plain data is a handle, and
handles are the business of the side that uses this file (`export` and `resolve`).
"""

import base64
import datetime
import decimal
import fractions
import json
import math
import pathlib
import select
import struct
import time
import uuid
from array import array
from collections import Counter, OrderedDict, defaultdict, deque

FRAME_BYTES = 16 * 1024 * 1024
TOTAL_BYTES = 256 * 1024 * 1024  # in one direction, a test
DEPTH = 200
SAFE_INT = 10**18  # beyond, an integer travels as hexadecimal
HEX_DIGITS = 1_000_000
TRACKED = 20_000  # elements of containers that both sides keep an eye on
RUN = 64  # a list of at least so many integers or floats travels as one array


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
    """A socket that speaks frames; deadlines are `time.monotonic()` seconds, checked at every read and write."""

    def __init__(self, sock, deadline=None):
        sock.setblocking(False)
        self.sock, self.deadline, self.budget = sock, deadline, TOTAL_BYTES

    def send(self, message):
        """Send one message; raises CannotCross where it is too large."""
        body = json.dumps(message, allow_nan=False, separators=(",", ":")).encode("ascii")
        if len(body) > FRAME_BYTES:
            raise CannotCross(f"a message of {len(body)} bytes is over the limit of {FRAME_BYTES}")
        view = memoryview(struct.pack(">I", len(body)) + body)
        while view:
            self._wait(write=True)
            try:
                view = view[self.sock.send(view) :]
            except BlockingIOError:
                continue
            except OSError as gone:
                raise CandidateGone("the wire was closed") from gone

    def receive(self):
        """Return the next message, a JSON list."""
        length = struct.unpack(">I", self._exactly(4))[0]
        if length > FRAME_BYTES or length > self.budget:
            raise Breach(f"a frame of {length} bytes is over the limit")
        self.budget -= length
        return parse(self._exactly(length))

    def _exactly(self, count):
        parts, missing = [], count
        while missing:
            self._wait(write=False)
            try:
                part = self.sock.recv(min(missing, 1 << 20))
            except BlockingIOError:
                continue
            except OSError as gone:
                raise CandidateGone("the wire was closed") from gone
            if not part:
                raise CandidateGone("the process ended without an answer")
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)

    def _wait(self, write):
        left = None if self.deadline is None else self.deadline - time.monotonic()
        if left is not None and left <= 0:
            raise TimedOut("no answer within the limit")
        poll = select.poll()
        poll.register(self.sock, select.POLLOUT if write else select.POLLIN)
        if not poll.poll(None if left is None else left * 1000 + 1):
            raise TimedOut("no answer within the limit")


def parse(body):
    """Return the JSON list in `body`; raises Breach for anything else, and nothing but Breach."""
    try:
        message = json.loads(body.decode("ascii"), object_pairs_hook=_no_object, parse_constant=_no_constant)
    except GlassBroken:
        raise
    except BaseException as wrong:
        raise Breach(f"a frame that is no JSON: {type(wrong).__name__}") from None
    if type(message) is not list:
        raise Breach("a frame that is no list")
    return message


def _no_object(_pairs):
    raise Breach("a JSON object on the wire")


def _no_constant(name):
    raise Breach(f"{name} on the wire")


class Shared:
    """A mutable container that both sides hold, and its content when the far side last knew it."""

    __slots__ = ("known", "thing")

    def __init__(self, thing):
        self.thing, self.known = thing, content(thing)

    def is_changed(self):
        now = content(self.thing)
        return len(now) != len(self.known) or any(a is not b for a, b in zip(now, self.known))


def content(thing):
    """The items of a container, flat; what `refill` takes back."""
    if type(thing) is dict:
        return [part for pair in thing.items() for part in pair]
    if type(thing) is bytearray:
        return [bytes(thing)] if len(thing) < 64 else [hash(bytes(thing)), bytes(thing)][1:]
    return list(thing)


def refill(thing, items):
    """Give a container these items, in place."""
    if type(thing) is list:
        thing[:] = items
    elif type(thing) is bytearray:
        thing[:] = items[0]
    elif type(thing) is dict:
        thing.clear()
        thing.update(_pairs(items))
    else:
        thing.clear()
        thing.update(items)


def _pairs(items):
    if len(items) % 2:
        raise Breach("a mapping with a key and no value")
    return list(zip(items[::2], items[1::2]))


class Codec:
    """Values to JSON and back, with the containers that both sides share for the length of a test.

    Args:
        start: the first container id this side gives; the sides use even and odd ones.
        export: any other object -> a JSON list with a tag of the handles' table; may raise CannotCross.
        resolve: (tag, fields, codec) -> the object for such a list; may raise Breach.
    """

    def __init__(self, start, export, resolve):
        self._next, self._export, self._resolve = start, export, resolve
        self._shared = {}
        self._ids = {}
        self._encoders = _encoders(self)
        self._decoders = _decoders(self)

    # ------------------------------------------------------------ out
    def encode(self, value):
        """Return the JSON form of a value; by its exact type, never by asking it."""
        kind = type(value)
        if value is None or kind is bool:
            return value
        if kind is str:
            return (
                value
                if value.isascii() or not _has_surrogate(value)
                else ["s", value.encode("utf-16-be", "surrogatepass").hex()]
            )
        if kind is int:
            return value if -SAFE_INT < value < SAFE_INT else ["i", hex(value)]
        if kind is float:
            return value if math.isfinite(value) else ["f", repr(value)]
        encoder = self._encoders.get(kind)
        try:
            return encoder(value) if encoder else self._export(value)
        except RecursionError:
            raise CannotCross("the value is nested too deeply") from None

    def encode_all(self, values):
        return [self.encode(value) for value in values]

    def _container(self, tag, value, items):
        known = self._ids.get(id(value))
        if known is not None:
            return ["@", known]
        number = self._next
        self._next += 2
        self._track(number, value)
        return [tag, number, *items()]

    def encode_list(self, value):
        kind = _run_of(value)
        if kind is None:
            return self._container("l", value, lambda: [self.encode(item) for item in value])
        return self._container(
            "L", value, lambda: [kind, base64.b64encode(array(kind, value).tobytes()).decode("ascii")]
        )

    def encode_dict(self, value):
        return self._container("d", value, lambda: self.encode_all(content(value)))

    def encode_set(self, value):
        return self._container("S", value, lambda: self.encode_all(content(value)))

    def encode_bytearray(self, value):
        return self._container("a", value, lambda: [base64.b64encode(bytes(value)).decode("ascii")])

    # ------------------------------------------------------------ in
    def decode(self, data, depth=0):
        """Return the value that a JSON form means; raises Breach, and nothing but GlassBroken, where it means none."""
        kind = type(data)
        if data is None or kind is bool or kind is str or kind is float:
            return data
        if kind is int:
            if -SAFE_INT < data < SAFE_INT:
                return data
            raise Breach("an integer of too many digits")
        if kind is not list or not data or type(data[0]) is not str or depth > DEPTH:
            raise Breach("a value that is none")
        try:
            decoder = self._decoders.get(data[0])
            if decoder is None:
                return self._resolve(data[0], data[1:], self, depth)
            return decoder(data[1:], depth)
        except GlassBroken:
            raise
        except Exception as wrong:
            raise Breach(f"a value that is none: {type(wrong).__name__}") from None

    def decode_all(self, items, depth=0):
        return [self.decode(item, depth + 1) for item in items]

    def _known(self, fields, depth):
        del depth
        return self._shared[_whole(fields[0])].thing

    def _new(self, number, empty):
        if _whole(number) in self._shared or (number - self._next) % 2 == 0:
            raise Breach("a container id that is not the far side's to give")
        self._track(number, empty)
        return empty

    def decode_list(self, fields, depth):
        return self._fill(fields, [], depth)

    def decode_run(self, fields, depth):
        del depth
        number, kind, text = fields
        if kind not in ("q", "d"):
            raise Breach("an array of an unknown kind")
        run = array(kind)
        run.frombytes(base64.b64decode(text, validate=True))
        thing = self._new(number, [])
        thing.extend(run)
        self._settle(number)
        return thing

    def decode_dict(self, fields, depth):
        return self._fill(fields, {}, depth)

    def decode_set(self, fields, depth):
        return self._fill(fields, set(), depth)

    def decode_bytearray(self, fields, depth):
        del depth
        thing = self._new(fields[0], bytearray())
        thing[:] = base64.b64decode(fields[1], validate=True)
        self._settle(fields[0])
        return thing

    def _fill(self, fields, empty, depth):
        """The container is known before its items are, so that a cycle can name it."""
        thing = self._new(fields[0], empty)
        refill(thing, self.decode_all(fields[1:], depth))
        self._settle(fields[0])
        return thing

    # ------------------------------------------------------------ shared containers
    def _track(self, number, thing):
        self._shared[number] = Shared(thing)
        self._ids[id(thing)] = number

    def _settle(self, number):
        shared = self._shared[number]
        shared.known = content(shared.thing)

    def updates(self):
        """What changed on this side since the far side last knew: [[container id, items...]...]."""
        changed = []
        for number, shared in list(self._shared.items()):
            if shared.is_changed():
                shared.known = content(shared.thing)
                changed.append([number, *self.encode_all(shared.known)])
        return changed

    def apply(self, updates):
        """Take the far side's changes over."""
        if type(updates) is not list:
            raise Breach("updates that are none")
        for update in updates:
            if type(update) is not list or not update or _whole(update[0]) not in self._shared:
                raise Breach("an update of a container that is not shared")
            try:
                refill(self._shared[update[0]].thing, self.decode_all(update[1:]))
            except GlassBroken:
                raise
            except Exception as wrong:
                raise Breach(f"an update that is none: {type(wrong).__name__}") from None
            self._settle(update[0])

    def trim(self):
        """Between calls: what is too large to watch is shared no more, the oldest first."""
        room = TRACKED
        for number in sorted(self._shared, reverse=True):
            room -= len(self._shared[number].known)
            if room < 0:
                self._ids.pop(id(self._shared.pop(number).thing), None)


def _whole(number):
    if type(number) is not int:
        raise Breach("an id that is no number")
    return number


def _has_surrogate(text):
    return any("\ud800" <= char <= "\udfff" for char in text)


def _run_of(value):
    """`q` or `d` for a long list of plain integers or floats, else None."""
    if len(value) < RUN:
        return None
    kinds = set(map(type, value))
    if kinds == {int} and min(value) >= -(2**63) and max(value) < 2**63:
        return "q"
    return "d" if kinds == {float} else None


_PATHS = {kind.__name__: kind for kind in (pathlib.PurePosixPath, pathlib.PureWindowsPath)}


def _encoders(codec):
    every, text = codec.encode_all, codec.encode
    return {
        tuple: lambda v: ["t", *every(v)],
        list: codec.encode_list,
        dict: codec.encode_dict,
        set: codec.encode_set,
        bytearray: codec.encode_bytearray,
        frozenset: lambda v: ["fs", *every(v)],
        bytes: lambda v: ["by", base64.b64encode(v).decode("ascii")],
        complex: lambda v: ["cx", text(v.real), text(v.imag)],
        range: lambda v: ["ra", text(v.start), text(v.stop), text(v.step)],
        slice: lambda v: ["sl", text(v.start), text(v.stop), text(v.step)],
        decimal.Decimal: lambda v: ["De", str(v)],
        fractions.Fraction: lambda v: ["Fr", text(v.numerator), text(v.denominator)],
        datetime.datetime: lambda v: [
            "dt",
            *_fields(v, "year month day hour minute second microsecond fold"),
            text(v.tzinfo),
        ],
        datetime.date: lambda v: ["da", v.year, v.month, v.day],
        datetime.time: lambda v: ["ti", *_fields(v, "hour minute second microsecond fold"), text(v.tzinfo)],
        datetime.timedelta: lambda v: ["td", v.days, v.seconds, v.microseconds],
        datetime.timezone: lambda v: ["tz", text(v.utcoffset(None)), text(v.tzname(None))],
        uuid.UUID: lambda v: ["uu", v.hex],
        pathlib.PosixPath: lambda v: ["pa", "PurePosixPath", text(str(v)), True],
        pathlib.PurePosixPath: lambda v: ["pa", "PurePosixPath", text(str(v)), False],
        pathlib.PureWindowsPath: lambda v: ["pa", "PureWindowsPath", text(str(v)), False],
        deque: lambda v: ["dq", v.maxlen, *every(v)],
        Counter: lambda v: ["co", *every(content(dict(v)))],
        OrderedDict: lambda v: ["od", *every(content(dict(v)))],
        defaultdict: lambda v: ["dd", *every(content(dict(v)))],
        type({}.keys()): lambda v: ["dk", *every(v)],
        type({}.values()): lambda v: ["dv", *every(v)],
        type({}.items()): lambda v: ["di", *every(v)],
        type(NotImplemented): lambda v: ["ni"],
        type(...): lambda v: ["el"],
    }


def _fields(value, names):
    return [getattr(value, name) for name in names.split()]


def _decoders(codec):
    def every(fields, depth):
        return codec.decode_all(fields, depth)

    def mapping(fields, depth):
        return dict(_pairs(every(fields, depth)))

    def zone(fields, depth):
        *numbers, tz = fields
        tz = codec.decode(tz, depth + 1)
        if tz is not None and type(tz) is not datetime.timezone:
            raise Breach("a time zone that is none")
        return [_whole(number) for number in numbers], tz

    def moment(fields, depth):
        (*rest, fold), tz = zone(fields, depth)
        return datetime.datetime(*rest, tzinfo=tz, fold=fold)

    def clock(fields, depth):
        (*rest, fold), tz = zone(fields, depth)
        return datetime.time(*rest, tzinfo=tz, fold=fold)

    def path(fields, depth):
        kind, text, concrete = _PATHS[fields[0]], _text(codec.decode(fields[1], depth + 1)), fields[2] is True
        return pathlib.Path(text) if concrete else kind(text)

    return {
        "s": lambda f, d: bytes.fromhex(f[0]).decode("utf-16-be", "surrogatepass"),
        "i": lambda f, d: _hexadecimal(f[0]),
        "f": lambda f, d: {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}[f[0]],
        "t": lambda f, d: tuple(every(f, d)),
        "l": codec.decode_list,
        "L": codec.decode_run,
        "d": codec.decode_dict,
        "S": codec.decode_set,
        "a": codec.decode_bytearray,
        "@": codec._known,
        "fs": lambda f, d: frozenset(every(f, d)),
        "by": lambda f, d: base64.b64decode(f[0], validate=True),
        "cx": lambda f, d: complex(*[_real(part) for part in every(f, d)]),
        "ra": lambda f, d: range(*every(f, d)),
        "sl": lambda f, d: slice(*every(f, d)),
        "De": lambda f, d: decimal.Decimal(_text(f[0])),
        "Fr": lambda f, d: fractions.Fraction(*[_whole(part) for part in every(f, d)]),
        "dt": moment,
        "da": lambda f, d: datetime.date(*map(_whole, f)),
        "ti": clock,
        "td": lambda f, d: datetime.timedelta(*map(_whole, f)),
        "tz": lambda f, d: _timezone(*every(f, d)),
        "uu": lambda f, d: uuid.UUID(hex=_text(f[0])),
        "pa": path,
        "dq": lambda f, d: deque(every(f[1:], d), f[0]),
        "co": lambda f, d: Counter(mapping(f, d)),
        "od": lambda f, d: OrderedDict(_pairs(every(f, d))),
        "dd": lambda f, d: defaultdict(None, mapping(f, d)),
        "dk": lambda f, d: dict.fromkeys(every(f, d)).keys(),
        "dv": lambda f, d: dict(enumerate(every(f, d))).values(),
        "di": lambda f, d: dict(every(f, d)).items(),
        "ni": lambda f, d: NotImplemented,
        "el": lambda f, d: ...,
    }


def _hexadecimal(text):
    if len(_text(text)) > HEX_DIGITS:
        raise Breach("an integer of too many digits")
    return int(text, 16)


def _text(value):
    if type(value) is not str or len(value) > HEX_DIGITS:
        raise Breach("a text that is none")
    return value


def _real(value):
    if type(value) is not float and type(value) is not int:
        raise Breach("a number that is none")
    return value


def _timezone(offset, name):
    zone = datetime.timezone(offset, _text(name))
    return datetime.UTC if zone == datetime.UTC and name == "UTC" else zone
