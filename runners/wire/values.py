"""The closed table of plain data: each tag's encoder and decoder, and the content of containers.

One file, the standard library alone, on both sides. README.md beside this file lists the tags.
"""

import base64
import datetime
import decimal
import fractions
import math
import pathlib
import uuid
from array import array
from collections import Counter, OrderedDict, defaultdict, deque

from containers import spread
from frames import Breach

HEX_DIGITS = 1_000_000
EXPONENT = 1_000_026  # decimal's own bounds, Emax and Etiny of its default context
RUN = 64  # a list of at least so many integers or floats travels as one array


def whole(number):
    """The number, if it is a plain integer."""
    if type(number) is not int:
        raise Breach("an id that is no number")
    return number


def has_surrogate(text):
    """Whether a text has a surrogate without its other half."""
    return any("\ud800" <= char <= "\udfff" for char in text)


def run_of(value):
    """A long list of plain integers or floats as an array, else None."""
    if len(value) < RUN:
        return None
    kinds = set(map(type, value))
    if kinds != {int} and kinds != {float}:
        return None
    try:
        return array("q" if int in kinds else "d", value)
    except OverflowError:  # an integer of more than 64 bits
        return None


_PATHS = {kind.__name__: kind for kind in (pathlib.PurePosixPath, pathlib.PureWindowsPath)}


def encoders(codec):
    """The table of tags, by exact type."""
    every, text = codec.encode_all, codec.encode
    return {
        tuple: lambda v: ["t", *every(v)],
        list: codec.encode_list,
        dict: codec.encode_container,
        set: codec.encode_container,
        bytearray: codec.encode_container,
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
            text(_zone(v, codec.keeps_zone)),
        ],
        datetime.date: lambda v: ["da", v.year, v.month, v.day],
        datetime.time: lambda v: [
            "ti",
            *_fields(v, "hour minute second microsecond fold"),
            text(_zone(v, codec.keeps_zone)),
        ],
        datetime.timedelta: lambda v: ["td", v.days, v.seconds, v.microseconds],
        datetime.timezone: lambda v: ["tz", text(v.utcoffset(None)), text(v.tzname(None))],
        uuid.UUID: lambda v: ["uu", v.hex],
        pathlib.PosixPath: lambda v: ["pa", "PurePosixPath", text(str(v)), True],
        pathlib.PurePosixPath: lambda v: ["pa", "PurePosixPath", text(str(v)), False],
        pathlib.PureWindowsPath: lambda v: ["pa", "PureWindowsPath", text(str(v)), False],
        **dict.fromkeys((deque, Counter, OrderedDict, defaultdict), codec.encode_container),
        type({}.keys()): lambda v: ["dk", *every(v)],
        type({}.values()): lambda v: ["dv", *every(v)],
        type({}.items()): lambda v: ["di", *every(v)],
        type(NotImplemented): lambda v: ["ni"],
        type(...): lambda v: ["el"],
    }


def _fields(value, names):
    return [getattr(value, name) for name in names.split()]


def _zone(moment, keeps):
    """The zone: of the candidate's own classes the object, else a fixed offset; rules of other zones don't cross."""
    zone = moment.tzinfo
    if zone is None or type(zone) is datetime.timezone or keeps(zone):
        return zone
    offset = moment.utcoffset()
    return None if offset is None else datetime.timezone(offset, str(moment.tzname()))


def decoders(codec):
    """The table of values, by tag."""

    def every(fields, depth):
        return codec.decode_all(fields, depth)

    def path(fields, depth):
        kind, text, concrete = _PATHS[fields[0]], _text(codec.decode(fields[1], depth + 1)), fields[2] is True
        return pathlib.Path(text) if concrete else kind(text)

    return {
        **_SCALARS,
        **_moments(codec),
        "t": lambda f, d: tuple(every(f, d)),
        "l": lambda f, d: codec.fill(f[0], [], f[1:], d),
        "L": codec.decode_run,
        "d": lambda f, d: codec.fill(f[0], {}, f[1:], d),
        "S": lambda f, d: codec.fill(f[0], set(), f[1:], d),
        "a": codec.decode_bytearray,
        "@": codec._known,
        "fs": lambda f, d: frozenset(spread(every(f, d))),
        "cx": lambda f, d: complex(*[_real(part) for part in every(f, d)]),
        "ra": lambda f, d: range(*every(f, d)),
        "sl": lambda f, d: slice(*every(f, d)),
        "Fr": lambda f, d: fractions.Fraction(*[whole(part) for part in every(f, d)]),
        "tz": lambda f, d: _timezone(*every(f, d)),
        "pa": path,
        "dq": lambda f, d: codec.fill(f[0], deque(maxlen=f[1]), f[2:], d),
        "co": lambda f, d: codec.fill(f[0], Counter(), f[1:], d),
        "od": lambda f, d: codec.fill(f[0], OrderedDict(), f[1:], d),
        "dd": lambda f, d: codec.fill(f[0], defaultdict(codec.decode(f[1], d + 1)), f[2:], d),
        "dk": lambda f, d: dict.fromkeys(spread(every(f, d))).keys(),
        "dv": lambda f, d: dict(enumerate(every(f, d))).values(),
        "di": lambda f, d: dict(_items(every(f, d))).items(),
    }


def _moments(codec):
    def zone(fields, depth):
        *numbers, tz = fields
        tz = codec.decode(tz, depth + 1)
        if tz is not None and not issubclass(type(tz), datetime.tzinfo):
            raise Breach("a time zone that is none")
        return [whole(number) for number in numbers], tz

    def moment(fields, depth):
        (*rest, fold), tz = zone(fields, depth)
        return datetime.datetime(*rest, tzinfo=tz, fold=fold)

    def clock(fields, depth):
        (*rest, fold), tz = zone(fields, depth)
        return datetime.time(*rest, tzinfo=tz, fold=fold)

    return {"dt": moment, "ti": clock}


def _items(pairs):
    spread([key for key, _ in pairs])
    return pairs


def _hexadecimal(text):
    if len(_text(text)) > HEX_DIGITS:
        raise Breach("an integer of too many digits")
    return int(text, 16)


def _decimal(text):
    """A decimal of an exponent that Python's own arithmetic gives; `int` of one beyond would not end."""
    value = decimal.Decimal(_text(text))
    if value.is_finite() and abs(value.adjusted()) > EXPONENT:
        raise Breach("a decimal of too large an exponent")
    return value


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


# Decoders of what holds no other value: (fields, depth) -> value.
_SCALARS = {
    "s": lambda f, d: bytes.fromhex(f[0]).decode("utf-16-be", "surrogatepass"),
    "i": lambda f, d: _hexadecimal(f[0]),
    "f": lambda f, d: {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}[f[0]],
    "by": lambda f, d: base64.b64decode(f[0], validate=True),
    "De": lambda f, d: _decimal(f[0]),
    "da": lambda f, d: datetime.date(*map(whole, f)),
    "td": lambda f, d: datetime.timedelta(*map(whole, f)),
    "uu": lambda f, d: uuid.UUID(hex=_text(f[0])),
    "ni": lambda f, d: NotImplemented,
    "el": lambda f, d: ...,
}
