"""The closed table of plain data: each tag's encoder and decoder, and the content of containers.

One file, the standard library alone, on both sides. README.md beside this file lists the tags.
"""

import binascii
import math
import sys
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


def to_base64(data):
    """Bytes as a text."""
    return binascii.b2a_base64(data, newline=False).decode("ascii")


def from_base64(text):
    """The bytes of such a text; raises ValueError for anything else in it.

    Not by the module `base64`, which is one more to import.
    """
    return binascii.a2b_base64(text, strict_mode=True)


def has_surrogate(text):
    """Whether a text has surrogates: two that stand side by side are no character of their own, and JSON would make them one."""
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


def encoders(codec):
    """The table of tags, by exact type; `rare` has those whose modules few candidates need."""
    every, text = codec.encode_all, codec.encode
    return {
        tuple: lambda v: ["t", *every(v)],
        list: codec.encode_list,
        dict: codec.encode_container,
        set: codec.encode_container,
        bytearray: codec.encode_container,
        frozenset: lambda v: ["fs", *every(v)],
        bytes: lambda v: ["by", to_base64(v)],
        complex: lambda v: ["cx", text(v.real), text(v.imag)],
        range: lambda v: ["ra", text(v.start), text(v.stop), text(v.step)],
        slice: lambda v: ["sl", text(v.start), text(v.stop), text(v.step)],
        **dict.fromkeys((deque, Counter, OrderedDict, defaultdict), codec.encode_container),
        type({}.keys()): lambda v: ["dk", *every(v)],
        type({}.values()): lambda v: ["dv", *every(v)],
        type({}.items()): lambda v: ["di", *every(v)],
        type(NotImplemented): lambda v: ["ni"],
        type(...): lambda v: ["el"],
    }


# Types by module and name: whoever has such a value has imported its module, and nobody else should pay for that.
_RARE = {
    ("decimal", "Decimal"): lambda codec, v: ["De", str(v)],
    ("fractions", "Fraction"): lambda codec, v: ["Fr", codec.encode(v.numerator), codec.encode(v.denominator)],
    ("datetime", "datetime"): lambda codec, v: [
        "dt",
        *_fields(v, "year month day hour minute second microsecond fold"),
        codec.encode(_zone(v, codec.keeps_zone)),
    ],
    ("datetime", "date"): lambda codec, v: ["da", v.year, v.month, v.day],
    ("datetime", "time"): lambda codec, v: [
        "ti",
        *_fields(v, "hour minute second microsecond fold"),
        codec.encode(_zone(v, codec.keeps_zone)),
    ],
    ("datetime", "timedelta"): lambda codec, v: ["td", v.days, v.seconds, v.microseconds],
    ("datetime", "timezone"): lambda codec, v: ["tz", codec.encode(v.utcoffset(None)), codec.encode(v.tzname(None))],
    ("uuid", "UUID"): lambda codec, v: ["uu", v.hex],
    ("pathlib", "PosixPath"): lambda codec, v: ["pa", "PurePosixPath", codec.encode(str(v)), True],
    ("pathlib", "PurePosixPath"): lambda codec, v: ["pa", "PurePosixPath", codec.encode(str(v)), False],
    ("pathlib", "PureWindowsPath"): lambda codec, v: ["pa", "PureWindowsPath", codec.encode(str(v)), False],
}
_module_of, _name_of = type.__dict__["__module__"].__get__, type.__dict__["__qualname__"].__get__


def rare(kind):
    """The encoder, given a codec and a value, of a type that stands in a module of its own; None where it is no such type."""
    try:
        module, name = _module_of(kind), _name_of(kind)
    except AttributeError:  # a class can lose that
        return None
    if type(module) is not str:
        return None
    module = module.partition(".")[0]  # pathlib is a package in some versions
    encoder = _RARE.get((module, name))
    return encoder if encoder and getattr(sys.modules.get(module), name, None) is kind else None


def _fields(value, names):
    return [getattr(value, name) for name in names.split()]


def _zone(moment, keeps):
    """The zone: of the candidate's own classes the object, else a fixed offset; rules of other zones don't cross."""
    import datetime

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
        import pathlib

        kinds = {kind.__name__: kind for kind in (pathlib.PurePosixPath, pathlib.PureWindowsPath)}
        kind, text, concrete = kinds[fields[0]], _text(codec.decode(fields[1], depth + 1)), fields[2] is True
        return pathlib.Path(text) if concrete else kind(text)

    def fraction(fields, depth):
        import fractions

        return fractions.Fraction(*[whole(part) for part in every(fields, depth)])

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
        "Fr": fraction,
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
        import datetime

        *numbers, tz = fields
        tz = codec.decode(tz, depth + 1)
        if tz is not None and not issubclass(type(tz), datetime.tzinfo):
            raise Breach("a time zone that is none")
        return [whole(number) for number in numbers], tz

    def moment(fields, depth):
        import datetime

        (*rest, fold), tz = zone(fields, depth)
        return datetime.datetime(*rest, tzinfo=tz, fold=fold)

    def clock(fields, depth):
        import datetime

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
    import decimal

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


def _date(fields):
    import datetime

    return datetime.date(*map(whole, fields))


def _duration(fields):
    import datetime

    return datetime.timedelta(*map(whole, fields))


def _uuid(text):
    import uuid

    return uuid.UUID(hex=_text(text))


def _timezone(offset, name):
    import datetime

    zone = datetime.timezone(offset, _text(name))
    return datetime.UTC if zone == datetime.UTC and name == "UTC" else zone


# Decoders of what holds no other value: (fields, depth) -> value.
_SCALARS = {
    "s": lambda f, d: bytes.fromhex(f[0]).decode("utf-32-be", "surrogatepass"),
    "i": lambda f, d: _hexadecimal(f[0]),
    "f": lambda f, d: {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}[f[0]],
    "by": lambda f, d: from_base64(f[0]),
    "De": lambda f, d: _decimal(f[0]),
    "da": lambda f, d: _date(f),
    "td": lambda f, d: _duration(f),
    "uu": lambda f, d: _uuid(f[0]),
    "ni": lambda f, d: NotImplemented,
    "el": lambda f, d: ...,
}
