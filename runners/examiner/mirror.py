"""The classes and objects that proxies are made of.

Special methods are forwarded only where the candidate's class defines them, so that truth, callability and hashing are
as they would be in one process. `equality.py` has what their answers are worth.
"""

import abc
import collections.abc
import contextlib
import dataclasses
import datetime
import keyword
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import callables
import containers
import equality
import heirs
from frames import Breach, CannotCross
from handles import Far, Names, attribute, body, far_of, keep, pickled, public, signature, texts, visible
from special import DUNDERS

if TYPE_CHECKING:
    from proxy import Proxies

_VALUES = (int, float, complex, str, bytes, tuple, frozenset)
# Of a value type's subclass, all that compares or computes stays here: its base value has arrived.
_FORWARDED_OF_VALUES = frozenset(("__call__", "__enter__", "__exit__", "__str__", "__repr__", "__format__"))
_REPR_CAP = 2000
_ABSTRACT = {module.__name__: module for module in (collections.abc,)}  # never numbers: approx would reckon with it


@dataclass(frozen=True)
class Description:
    """A class as the far side described it."""

    name: str
    qualname: str
    module: str
    bases: tuple[type, ...]
    dunders: tuple[str, ...]
    shadows: tuple[str, ...]  # names that stand in the place of what a built-in base has
    fields: tuple[str, ...] | None
    doc: str | None


# ---------------------------------------------------------------- classes
class Mirror(abc.ABCMeta):
    """The class of mirrored classes: attributes, calls and iteration of a class ask the far side."""

    def __new__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **options: Any) -> "Mirror":
        """A class statement of a test's that inherits from a mirror."""
        return heirs.heir(cls, name, bases, namespace, options)  # type: ignore[return-value]

    def __init__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **_options: Any) -> None:
        """Options were for the class behind the glass."""
        super().__init__(name, bases, namespace)

    @classmethod
    def plain(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> "Mirror":
        """Make a class of this side alone."""
        made = abc.ABCMeta.__new__(cls, name, bases, namespace)
        type.__init__(made, name, bases, namespace)
        return made

    def __call__(cls, /, *args: Any, **kwargs: Any) -> Any:
        """Make an instance behind the glass."""
        far = far_of(cls)
        if far is None:
            return super().__call__(*args, **kwargs)
        return equality.grant(far.ask("call", args, tuple(kwargs.items())), cls)

    def __getattr__(cls, name: str) -> Any:
        """A class attribute, a class or a static method."""
        far = public(cls, name)
        return attribute(far, name)

    def __setattr__(cls, name: str, value: object) -> None:
        """Set a class attribute behind the glass."""
        far = far_of(cls)
        if far is None or (name.startswith("__") and not _is_heir(cls)):
            super().__setattr__(name, value)
        elif _is_heir(cls) and (name.startswith("__") or callable(value)):
            super().__setattr__(name, value)
            heirs.changed(cls, name, value)
        else:
            far.ask("set", name, value)

    def __delattr__(cls, name: str) -> None:
        """Delete a class attribute behind the glass."""
        public(cls, name).ask("del", name)

    def __iter__(cls) -> Iterator[Any]:
        """The members, where the class is an enumeration."""
        return iter(_asked(cls, "__iter__"))

    def __getitem__(cls, key: object) -> Any:
        """A member by its name."""
        return _asked(cls, "__getitem__", key)

    def __len__(cls) -> int:
        """How many members there are."""
        return equality.exactly("__len__", _asked(cls, "__len__"))  # type: ignore[no-any-return]

    def __contains__(cls, key: object) -> bool:
        """Whether this is a member."""
        return equality.exactly("__contains__", _asked(cls, "__contains__", key))  # type: ignore[no-any-return]

    def __bool__(cls) -> bool:
        """A class is true, with members or without."""
        return True

    def __dir__(cls) -> list[str]:
        """The names behind the glass; a test's own class knows them itself."""
        far = far_of(cls)
        return list(super().__dir__() if far is None or _is_heir(cls) else far.ask("dir"))

    @property
    def __dict__(cls) -> Any:  # type: ignore[override]
        """The candidate's names as they stand in the class: what a patch puts back."""
        far = far_of(cls)
        return body(cls) if far is None else Names(body(cls), far)

    @property
    def __signature__(cls) -> Any:
        """How instances are made."""
        return signature(public(cls, "signature"))


def _is_heir(cls: type) -> bool:
    return "_heir" in body(cls)


def _asked(cls: type, dunder: str, *values: object) -> Any:
    far = far_of(cls)
    if far is None:
        raise TypeError(f"type {cls.__name__!r} has no {dunder}")
    return far.ask("dun", dunder, *values)


def make(proxies: "Proxies", number: int, description: Description) -> type:
    """Mirror a class; where the bases don't go together here, the first that does stands in."""
    is_value = any(issubclass(base, _VALUES) for base in description.bases)
    is_exception = any(issubclass(base, BaseException) for base in description.bases)
    namespace: dict[str, Any] = {
        "__module__": description.module,
        "__qualname__": description.qualname,
        "__doc__": description.doc,
        **equality.contents(next(filter(None, map(containers.kind_of, description.bases)), None)),
        **_specials(description.dunders, is_value=is_value),
        **({} if is_value else {name: Shadow(name) for name in description.shadows if name[0] != "_"}),
        **{"__getattr__": _get, "__setattr__": _set, "__delattr__": _delete},
    }
    if not is_exception:
        namespace |= {"__copy__": _copy, "__deepcopy__": _deepcopy, "__reduce_ex__": pickled}
    if description.fields is not None:
        namespace["__dataclass_fields__"] = {name: _field(name) for name in description.fields}
    if is_exception or is_value:
        made = keep(_build(description, namespace), proxies, number)
    else:
        made = _of_objects(proxies, number, description, namespace)
    return _registered(made, description)


def _specials(dunders: Sequence[str], *, is_value: bool) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in dunders:
        if name == "-__hash__":
            found["__hash__"] = None
        elif name in DUNDERS and name != "__dir__" and (not is_value or name in _FORWARDED_OF_VALUES):
            found[name] = _forward(name)
    if "__eq__" in found:
        found.setdefault("__hash__", None)
    return found


def _of_objects(proxies: "Proxies", number: int, description: Description, namespace: dict[str, Any]) -> type:
    """A class whose instances live behind the glass alone."""
    namespace["__dict__"] = property(_attributes)
    if not any(far_of(base) or containers.kind_of(base) for base in description.bases):
        namespace.setdefault("__repr__", _repr)
    made = keep(_build(description, namespace), proxies, number)
    type.__setattr__(made, "__init__", heirs.Inherited(Far(proxies, number), "__init__", called=True))
    return made  # type: ignore[no-any-return]


def _registered(made: type, description: Description) -> type:
    """What inherits from the far side's Sequence is one here."""
    abstract = getattr(_ABSTRACT.get(description.module), description.qualname, None)
    if isinstance(abstract, abc.ABCMeta):
        abstract.register(made)
    return made


def _build(description: Description, namespace: dict[str, Any]) -> type:
    bases = tuple(base for base in description.bases if base not in (object, type))
    for attempt in (bases, bases[:1], ()):
        try:
            return Mirror.plain(description.name, attempt, dict(namespace))
        except TypeError as clash:
            last = clash
    raise CannotCross(f"class {description.name} can't be mirrored: {last}")


def _field(name: str) -> Any:
    field: Any = dataclasses.field()
    field.name = name
    field._field_type = dataclasses._FIELD  # type: ignore[attr-defined]  # what dataclasses.fields() asks for
    return field


# ---------------------------------------------------------------- instances
def instance(proxies: "Proxies", number: int, mirrored: type, value: object) -> object:
    """A proxy of an instance; a value type's subclass holds its base value here, a container's is still empty.

    Raises:
        Breach: the class is no mirror. A plain `5` must not become a handle: comparisons with it would be asked for.
    """
    if far_of(mirrored) is None:
        raise Breach("an object of a class that is not the candidate's")
    for base in _VALUES:
        if issubclass(mirrored, base):
            if type(value) is not base:
                raise Breach("a value without its value")
            return keep(base.__new__(mirrored, value), proxies, number)  # type: ignore[call-overload]
    base = containers.kind_of(mirrored) or (datetime.tzinfo if issubclass(mirrored, datetime.tzinfo) else object)
    return keep(base.__new__(mirrored), proxies, number)


def exception(
    proxies: "Proxies", number: int | None, kind: type, args: tuple[Any, ...], text: str | None
) -> BaseException:
    """The exception to raise here: an exact builtin one, or a mirror; never one that a test framework obeys."""
    if not issubclass(kind, BaseException):
        kind = RuntimeError
    if not issubclass(kind, Exception) and kind is not SystemExit:
        kind = RuntimeError  # KeyboardInterrupt and the like stop a test run: from over there they are errors
    if far_of(kind) is None:
        with contextlib.suppress(Exception):
            return kind(*args)  # type: ignore[no-any-return]
    raised: BaseException = kind.__new__(kind, *args)
    BaseException.args.__set__(raised, args)  # type: ignore[attr-defined]
    if text is not None:
        texts[id(raised)] = (raised, text)
    if number is None or far_of(kind) is None:
        return raised
    return keep(raised, proxies, number)  # type: ignore[no-any-return]


class Shadow:
    """A name of the candidate's class that its built-in base has, too: what stands behind the glass goes first."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, instance: object, owner: type) -> Any:
        """What stands there now."""
        return attribute(public(owner if instance is None else instance, self._name), self._name)


def _get(self: object, name: str) -> Any:
    return attribute(public(self, name), name)


def _set(self: object, name: str, value: object) -> None:
    if name.startswith("__"):  # __cause__, __traceback__, __notes__ of an exception are this side's
        object.__setattr__(self, name, value)
    else:
        public(self, name).ask("set", name, value)


def _delete(self: object, name: str) -> None:
    public(self, name).ask("del", name)


def _copy(self: object) -> Any:
    return public(self, "copy").ask("copy", False)


def _deepcopy(self: object, memo: dict[int, Any]) -> Any:
    memo[id(self)] = copied = public(self, "copy").ask("copy", True)
    return copied


def _attributes(self: object) -> Any:
    return public(self, "attributes").ask("get", "__dict__")


def _repr(self: object) -> str:
    """For people: capped, visible, and unable to change an outcome."""
    far = far_of(self)
    try:
        text = far.ask("repr") if far is not None else "over"
    except Exception:
        return f"<glass {type(self).__name__}: repr failed>"
    return f"<glass {visible(text)[:_REPR_CAP]}>" if type(text) is str else f"<glass {type(self).__name__}>"


def _forward(name: str) -> Callable[..., Any]:
    if name in ("__eq__", "__ne__"):
        return equality.compared(name)
    if name == "__str__":
        return _str

    if name in equality.ORDERS:
        return equality.ordered(name)
    if name == "__contains__":
        return equality.contains
    if name == "__await__":
        return lambda self: callables.coroutine(public(self, "await")).__await__()

    def special(self: object, /, *args: Any, **kwargs: Any) -> Any:
        far = far_of(self)
        if far is None:
            raise TypeError(f"{type(self).__name__} is over")
        if _is_heir(type(self)):  # `Base.__len__(self)` in a test's class: past the override
            home = far_of(next(kind for kind in type(self).__mro__ if body(kind).get(name) is special))
            assert home is not None
            return equality.exactly(name, home.ask("super", name, self, args, tuple(kwargs.items())))
        if name == "__call__":
            return far.ask("call", args, tuple(kwargs.items()))
        return equality.exactly(name, far.ask("dun", name, *args))

    special.__name__ = name
    return special


def _str(self: object) -> str:
    kept = texts.get(id(self))
    if kept is not None and kept[0] is self:
        return kept[1]
    far = far_of(self)
    return equality.exactly("__str__", far.ask("dun", "__str__")) if far is not None else object.__str__(self)  # type: ignore[no-any-return]


def identifier(name: object) -> str:
    """A name fit for a class or field here, whatever was sent."""
    text = name if type(name) is str else ""
    return text[:200] if text.isidentifier() and not keyword.iskeyword(text) else "Unnamed"
