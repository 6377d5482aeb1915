"""What an object of the test's is made of, for its stand-in behind the glass: the value or content that it holds.

A named tuple is a tuple there, an IntEnum an int, a subclass of dict a dict; only what the test's class overrides is asked for.
"""

import dataclasses
from typing import Any

from containers import kind_of
from special import DUNDERS

_VALUES = (str, bytes, int, float, complex, tuple, frozenset)


def base_of(thing: object) -> type | None:
    """The type of plain data that the object's class inherits from, if any."""
    kind = type(thing)
    return kind_of(kind) or next((base for base in _VALUES if issubclass(kind, base)), None)


def exact(base: type, thing: Any) -> Any:
    """The plain value that it holds, whatever its methods say."""
    if base in (str, bytes, tuple):
        return base.__add__(thing, base())  # type: ignore[operator]
    if base is frozenset:
        return frozenset(frozenset.__iter__(thing))
    return {int: int.__int__, float: float.__float__, complex: complex.__pos__}[base](thing)


def fields(kind: type) -> list[str] | None:
    """The names of the fields of a named tuple's or a data class, else None."""
    if issubclass(kind, tuple):
        named = getattr(kind, "_fields", None)
        return list(named) if type(named) is tuple else None
    return [field.name for field in dataclasses.fields(kind)] if dataclasses.is_dataclass(kind) else None


def shadows(kind: type, base: type) -> list[str]:
    """The public names that the class has in the place of the container's."""
    return [name for name in dir(base) if name[0] != "_" and getattr(kind, name, None) is not getattr(base, name)]


def dunders(thing: object, base: type | None) -> list[str]:
    """The special methods of a test's object that mean something beyond those that what it is made of has."""
    kind, plain = type(thing), base or object
    return sorted(
        name for name in DUNDERS if hasattr(kind, name) and getattr(kind, name) is not getattr(plain, name, None)
    )
