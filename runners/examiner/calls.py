"""What a test asked of the submission last: calls with their arguments and answers, as short texts.

This is what a candidate may see of a test whose inputs are shown and whose expectations are not: only what the test handed
over, and what came back. Nothing is asked of anybody for it: of a value that isn't plain data, its class is named.
"""

import collections
import datetime
import decimal
import fractions
import pathlib
import uuid

_KEPT = 3  # the last calls of a test; a failing assertion mostly speaks of the last
_DEEP, _LONG, _TEXT = 4, 12, 300
_ALL = 1000  # characters of a call
_PLAIN = (
    type(None),
    bool,
    int,
    float,
    complex,
    decimal.Decimal,
    fractions.Fraction,
    datetime.date,
    datetime.datetime,
    datetime.time,
    datetime.timedelta,
    pathlib.PurePosixPath,
    uuid.UUID,
    range,
)
_BRACKETS = {list: "[]", tuple: "()", set: "{}", frozenset: "{}"}


class Call:
    """A call that was made; `text` is it, with its answer once there is one."""

    __slots__ = ("text",)

    def __init__(self, name: str, args: tuple[object, ...], kwargs: dict[str, object]) -> None:
        told = [_told(value, _DEEP) for value in args[:_LONG]]
        told += [f"{key}={_told(value, _DEEP)}" for key, value in list(kwargs.items())[:_LONG]]
        self.text = f"{name}({', '.join(told)})"[:_ALL]

    def answered(self, value: object) -> None:
        """It came back with a value."""
        self.text = f"{self.text} → {_told(value, _DEEP)}"[: 2 * _ALL]

    def raised(self, raised: BaseException) -> None:
        """It raised; the class is named, since its text might have to be asked for."""
        self.text = f"{self.text} → raises {type(raised).__name__}"[: 2 * _ALL]


class Calls:
    """The last calls of a test."""

    def __init__(self) -> None:
        self._last: collections.deque[Call] = collections.deque(maxlen=_KEPT)

    def made(self, name: str, args: tuple[object, ...], kwargs: dict[str, object]) -> Call:
        """Note a call."""
        call = Call(name, args, kwargs)
        self._last.append(call)
        return call

    def texts(self) -> list[str]:
        """The calls in their order."""
        return [call.text for call in self._last]


def _told(value: object, depth: int) -> str:
    """A value of an exact plain type as its code, cut; of any other, its class."""
    kind = type(value)
    if kind is str or kind is bytes:
        return _cut(repr(value[: 2 * _TEXT]))  # type: ignore[index]
    if kind in _PLAIN:
        return _cut(repr(value)) if kind is not int or value.bit_length() < 2000 else "<a large int>"  # type: ignore[attr-defined]
    if depth and kind in _BRACKETS:
        return _listed(value, _BRACKETS[kind], depth)  # type: ignore[arg-type, index]
    if depth and kind is dict:
        pairs = list(value.items())  # type: ignore[attr-defined]
        shown = [f"{_told(key, depth - 1)}: {_told(inner, depth - 1)}" for key, inner in pairs[:_LONG]]
        return "{" + ", ".join([*shown, *_more(len(pairs))]) + "}"
    return f"<{kind.__name__}>"


def _listed(values: list[object], brackets: str, depth: int) -> str:
    shown = [_told(inner, depth - 1) for _, inner in zip(range(_LONG), values)]
    comma = "," if brackets == "()" and len(values) == 1 else ""
    return brackets[0] + ", ".join([*shown, *_more(len(values))]) + comma + brackets[1]


def _more(count: int) -> list[str]:
    return [f"... {count - _LONG} more"] if count > _LONG else []


def _cut(text: str) -> str:
    return text if len(text) <= _TEXT else f"{text[:_TEXT]}..."
