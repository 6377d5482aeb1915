"""What a candidate's special methods may decide: nothing but what the test asked for, in exact built-in types.

Comparison with plain data is decided here, by what arrived. Only an object that the test itself made, by calling its
class, is asked for its opinion (`grants.py`), until it comes in another way: it could stand where a number belongs.
"""

import argparse
import types
from collections import Counter, deque
from collections.abc import Callable
from typing import Any

import containers
from handles import Far, far_of

_EXACT = {
    "__bool__": bool,
    "__len__": int,
    "__hash__": int,
    "__int__": int,
    "__index__": int,
    "__float__": float,
    "__complex__": complex,
    "__str__": str,
    "__repr__": str,
    "__format__": str,
    "__bytes__": bytes,
    "__contains__": bool,
    "__length_hint__": int,
}
ORDERS = frozenset(("__lt__", "__le__", "__gt__", "__ge__"))
_TRUTHS = ORDERS | {"__eq__", "__ne__"}
_NAMESPACES = {argparse.Namespace: ("argparse", "Namespace"), types.SimpleNamespace: ("types", "SimpleNamespace")}


def grant(made: object, cls: type) -> Any:
    """The test made this object by the class: its opinion is asked for from now on. Returns it."""
    far = far_of(made)
    if far is not None and isinstance(made, cls) and not isinstance(made, type):
        far.proxies.peer.grants.made(far.number)
    return made


def is_granted(thing: object) -> bool:
    """Whether the test made this object."""
    far = far_of(thing)
    return far is not None and far.proxies.peer.eq == "used" and far.proxies.peer.grants.holds(far.number)


def may_decide(thing: object, other: object) -> bool:
    """Whether the candidate's opinion of these two is asked for; counted, since the report tells."""
    far = far_of(thing)
    if far is None or (far_of(other) is None and not is_granted(thing)):
        return False
    far.proxies.peer.opinions += 1
    return True


def compared(name: str) -> Callable[[Any, Any], Any]:
    """`__eq__` or `__ne__` of a mirrored class."""

    def compare(self: object, other: object) -> Any:
        """Handle against handle asks; handle against plain data only where the test made the object."""
        far, of = far_of(self), far_of(other)
        if far is None:
            return NotImplemented
        if of is not None and of.proxies.peer is far.proxies.peer and of.number == far.number:
            return name == "__eq__"
        if not may_decide(self, other):
            return by_content(far, self, other, name)
        return exactly(name, far.ask("dun", name, other))

    compare.__name__ = name
    return compare


def by_content(far: Far, thing: object, other: object, name: str) -> Any:
    """A subclass of list, dict or set is compared by the content that arrives; anything else differs from plain data."""
    if type(other) in _NAMESPACES and (type(thing).__module__, type(thing).__qualname__) == _NAMESPACES[type(other)]:
        content = far.ask("get", "__dict__")
        return (type(content) is dict and content == vars(other)) == (name == "__eq__")
    kind = containers.kind_of(type(thing))
    return NotImplemented if kind is None else getattr(kind, name)(containers.exact(thing), other)


def contents(kind: type | None) -> dict[str, Callable[[Any, Any], Any]]:
    """Comparisons of a container's subclass that has none of its own, where Python's would use what it overrides."""
    return {name: _of_content(kind, name) for name in sorted(_TRUTHS)} if kind in (Counter, deque) else {}


def _of_content(kind: type | None, name: str) -> Callable[[Any, Any], Any]:
    def compare(self: object, other: object) -> Any:
        plain = containers.exact(other) if far_of(other) is not None and isinstance(other, kind or ()) else other
        return getattr(kind, name)(containers.exact(self), plain)

    compare.__name__ = name
    return compare


def ordered(name: str) -> Callable[[Any, Any], Any]:
    """`__lt__` and the like of a mirrored class: not against plain data, where the test did not make the object."""

    def compare(self: object, other: object) -> Any:
        far = far_of(self)
        if far is None or not may_decide(self, other):
            return NotImplemented
        return exactly(name, far.ask("dun", name, other))

    compare.__name__ = name
    return compare


def contains(self: object, item: object) -> bool:
    """`in`: asked for where the test made the object; else decided here, by what it yields."""
    far = far_of(self)
    if far is None:
        return False
    if may_decide(self, item):
        return exactly("__contains__", far.ask("dun", "__contains__", item))  # type: ignore[no-any-return]
    return any(item is found or item == found for found in self)  # type: ignore[attr-defined]


def exactly(name: str, answer: Any) -> Any:
    """The answer to a special method, where it has the exact type that Python asks for.

    Raises:
        TypeError: it has another, be it a subclass.
    """
    if answer is NotImplemented:
        return answer
    expected = bool if name in _TRUTHS else _EXACT.get(name)
    if expected is not None and type(answer) is not expected:
        raise TypeError(f"{name} returned something that is no {expected.__name__}")
    return answer
