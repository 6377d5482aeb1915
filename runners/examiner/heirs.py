"""A test's own class that inherits from the candidate's.

It is a real class here, and one of the same name behind the glass (`heirs.py` of the candidate's side), where every
method of the test's calls back. Between the two stands a class that holds what the candidate's class has, so that
`super()` finds it and asks behind the glass, past the test's overrides.
"""

import types
from collections.abc import Mapping, Sequence
from typing import Any

import equality
from handles import Far, Handle, far_of, keep
from handles import body as body_of
from special import DUNDERS

_NAMES = """
abstractmethods classcell dataclass_fields dataclass_params dict doc firstlineno match_args module orig_bases
parameters qualname slots static_attributes type_params weakref
"""
_OWN = frozenset(f"__{name}__" for name in _NAMES.split())
_INHERITED = DUNDERS | {"__init__", "__setattr__", "__delattr__"}  # a name such as __class__ would pose as another type


class Inherited:
    """A method or a property of the candidate's class, as `super()` of a test's method finds it."""

    def __init__(self, far: Far, name: str, *, called: bool) -> None:
        self._far, self._name, self._called = far, name, called

    def __get__(self, instance: object, owner: type) -> Any:
        """The candidate's method, bound; or the value of a property."""
        target = owner if instance is None else instance
        known = far_of(target)
        if known is None:
            raise AttributeError(self._name)
        if not self._called:
            return self._far.ask("super", self._name, target)

        def method(*args: Any, **kwargs: Any) -> Any:
            if self._name in ("__eq__", "__ne__") and not equality.may_decide(target, *args):
                return equality.by_content(known, target, args[0] if args else None, self._name)
            answer = self._far.ask("super", self._name, target, args, tuple(kwargs.items()))
            return equality.exactly(self._name, answer)

        method.__name__ = self._name
        return method


class Live:
    """A plain attribute of a test's class: it lives behind the glass, where the candidate may change it."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, instance: object, owner: type) -> Any:
        """Its value now."""
        far = far_of(owner if instance is None else instance)
        if far is None:
            raise AttributeError(self._name)
        return far.ask("get", self._name)


def heir(meta: Any, name: str, bases: Sequence[type], body: Mapping[str, Any], options: Mapping[str, Any]) -> type:
    """Make a test's class on both sides.

    Args:
        meta: the metaclass of mirrored classes.
        name: as the class statement gives it, like all that follows.
        bases: at least one of them a mirrored class.
        body: its namespace.
        options: keyword arguments, for `__init_subclass__` behind the glass.

    Raises:
        Breach: what the far side made is no class.
    """
    shims = {base: _shim(meta, base) for base in bases if far_of(base) is not None}
    handles = tuple(Handle(far) for far in map(far_of, shims) if far is not None)
    far = handles[0].far
    taken = {key for shim in shims.values() for key in body_of(shim)}
    members = {member[0]: member for member in _members(far, {**_mixed_in(bases, taken), **body})}
    number = far.ask("heir", name, handles, tuple(members.values()), tuple(options.items()))
    live = {key: Live(key) for key, kind, _ in members.values() if kind == "value" and key[:2] != "__" and key in body}
    made = meta.plain(name, tuple(shims.get(base, base) for base in bases), {**body, **live, "_heir": True})
    now = far.proxies.peer.proxies  # the test's, where the candidate's class was met at collection
    return now.adopt(number, keep(made, now, number))  # type: ignore[no-any-return]


def bound(op: object, values: Sequence[Any]) -> Far | None:
    """The object that a question calls a method of a test's class with: it comes as `self`, no value of the candidate's."""
    is_call = op == "call" and len(values) > 1 and type(values[1]) is tuple and len(values[1]) > 0
    target = values[1][0] if is_call else None
    far = far_of(target)
    if far is None or isinstance(target, type) or "_heir" not in body_of(type(target)):
        return None
    bodies = [body_of(kind) for kind in type(target).__mro__]
    functions = (each for body in bodies for value in body.values() for each in _functions(value))
    return far if any(each is values[0] for each in functions) else None


def _functions(value: object) -> tuple[object, ...]:
    """Which functions of a class body take the object first."""
    if isinstance(value, property):
        return value.fget, value.fset, value.fdel
    return (value,) if type(value) is types.FunctionType else ()


def changed(cls: type, name: str, value: object) -> None:
    """A decorator of a test's class changed it: so it is behind the glass."""
    far = far_of(cls)
    assert far is not None
    if name not in _OWN:
        far.ask("define", tuple(_members(far, {name: value})))


def _mixed_in(bases: Sequence[type], taken: set[str]) -> dict[str, Any]:
    """What the test's own bases bring; what the candidate's have already is theirs."""
    local = [kind for base in bases if far_of(base) is None for kind in base.__mro__[:-1]]
    ours = [kind for kind in local if kind.__module__ not in ("abc", "typing", "builtins")]
    return {key: value for kind in reversed(ours) for key, value in body_of(kind).items() if key not in taken}


def _shim(meta: Any, base: type) -> type:
    """The class between: named like the candidate's, with all that it has."""
    far = far_of(base)
    assert far is not None
    body: dict[str, Any] = {}
    for name, called in far.ask("names"):
        if type(name) is str and (name[:2] != "__" or name in _INHERITED):
            body[name] = Inherited(far, name, called=called is True)
    named = {"__module__": base.__module__, "__qualname__": base.__qualname__, "__doc__": base.__doc__}
    return keep(meta.plain(base.__name__, (base,), {**body, **named}), far.proxies.peer.proxies, far.number)  # type: ignore[no-any-return]


def _members(far: Far, body: Mapping[str, Any]) -> list[tuple[str, str, Any]]:
    """What the far side gets of a class body: its functions to call back, and values that can cross."""
    told = []
    for name, value in body.items():
        kind, payload = _kind(value)
        if name not in _OWN and (kind != "value" or far.proxies.peer.proxies.can_cross(payload)):
            told.append((name, kind, payload))
    return told


def _kind(value: Any) -> tuple[str, Any]:
    if isinstance(value, staticmethod):
        return "static", value.__func__
    if isinstance(value, classmethod):
        return "class", value.__func__
    if isinstance(value, property):
        return "property", (value.fget, value.fset, value.fdel)
    return ("function" if isinstance(value, types.FunctionType) else "value"), value
