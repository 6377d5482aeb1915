"""The classes and objects that proxies are made of.

Special methods are forwarded only where the candidate's class defines them, so that truth, callability and hashing are
as they would be in one process; what comes back must have the exact built-in type that Python asks for. Equality with
plain data is decided here, unless the test itself used the class (`granted`): then its opinion was asked for.
"""

import dataclasses
import keyword
import types
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from codec import CannotCross

if TYPE_CHECKING:
    from proxy import Proxies

DUNDERS = frozenset(
    f"__{name}__"
    for name in ["neg", "pos", "abs", "invert", "int", "float", "complex", "index", "bool", "len", "iter", "next", "reversed", "enter", "exit", "aenter", "aexit", "aiter", "anext", "await", "trunc", "floor", "ceil", "round", "bytes", "fspath", "length_hint", "hash", "str", "repr", "format", "dir", "eq", "ne", "lt", "le", "gt", "ge", "contains", "getitem", "setitem", "delitem", "call", "missing", "add", "radd", "iadd", "sub", "rsub", "isub", "mul", "rmul", "imul", "matmul", "rmatmul", "imatmul", "truediv", "rtruediv", "itruediv", "floordiv", "rfloordiv", "ifloordiv", "mod", "rmod", "imod", "divmod", "rdivmod", "pow", "rpow", "ipow", "lshift", "rlshift", "ilshift", "rshift", "rrshift", "irshift", "and", "rand", "iand", "xor", "rxor", "ixor", "or", "ror", "ior"]
)
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
_TRUTHS = frozenset(("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__"))
_VALUES = (int, float, complex, str, bytes, tuple, frozenset)
# Of a value type's subclass, all that compares or computes stays here: its base value has arrived.
_FORWARDED_OF_VALUES = frozenset(("__call__", "__enter__", "__exit__", "__str__", "__repr__", "__format__"))
_REPR_CAP = 2000
_ENUMERABLE = ("__iter__", "__getitem__", "__len__", "__contains__")


@dataclass(frozen=True)
class Description:
    """A class as the far side described it."""

    name: str
    qualname: str
    module: str
    bases: tuple[type, ...]
    dunders: tuple[str, ...]
    fields: tuple[str, ...] | None
    doc: str | None


class Far:
    """Where a proxy's object is: kept beside the proxy, never in a place that its attributes could shadow."""

    __slots__ = ("number", "proxies")

    def __init__(self, proxies: "Proxies", number: int) -> None:
        self.proxies, self.number = proxies, number

    def ask(self, op: str, *values: object) -> Any:
        """Ask about this object."""
        return self.proxies.peer.ask(op, Handle(self), *values)


class Handle:
    """Marks a far object in a request, whatever its proxy looks like."""

    __slots__ = ("far",)

    def __init__(self, far: Far) -> None:
        self.far = far


_far: dict[int, tuple[object, Far]] = {}


def far_of(thing: object) -> Far | None:
    """Where a proxy's object is, or None for what is no proxy; never asks the thing itself."""
    entry = _far.get(id(thing))
    return entry[1] if entry is not None and entry[0] is thing else None


def number_of(thing: object, peer: object) -> int | None:
    """The far side's number of a proxy or a handle; a proxy of another test is refused."""
    far = thing.far if type(thing) is Handle else far_of(thing)
    if far is None:
        return None
    if far.proxies.peer is not peer:
        raise CannotCross("this object belongs to another test: make candidate's objects in the test or its fixtures")
    return far.number


def forget(proxies: "Proxies") -> None:
    """Drop all of a finished test's proxies."""
    for key in [key for key, (_, far) in _far.items() if far.proxies is proxies]:
        del _far[key]
    _texts.clear()


def _keep(thing: object, proxies: "Proxies", number: int) -> Any:
    _far[id(thing)] = (thing, Far(proxies, number))
    return thing


# ---------------------------------------------------------------- classes
class Mirror(type):
    """The class of mirrored classes: attributes, calls and iteration of a class ask the far side."""

    def __new__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **options: Any) -> "Mirror":
        """Make a mirror; a test's own subclass of one is refused by name."""
        if "_mirrored" not in namespace:
            raise CannotCross(
                f"class {name} of a test can't inherit from the candidate's class: write a test double instead"
            )
        del namespace["_mirrored"]
        return super().__new__(cls, name, bases, namespace, **options)

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        """Make an instance behind the glass."""
        far = far_of(cls)
        if far is None:
            return super().__call__(*args, **kwargs)
        grant(cls)
        return far.ask("call", args, tuple(kwargs.items()))

    def __getattr__(cls, name: str) -> Any:
        """A class attribute, a class or a static method."""
        far = _public(cls, name)
        grant(cls)
        return _attribute(far, name)

    def __setattr__(cls, name: str, value: object) -> None:
        """Set a class attribute behind the glass."""
        far = far_of(cls)
        if far is None or name.startswith("__"):
            super().__setattr__(name, value)
        else:
            far.ask("set", name, value)

    def __iter__(cls) -> Iterator[Any]:
        """The members, where the class is an enumeration."""
        return iter(_asked(cls, "__iter__"))

    def __getitem__(cls, key: object) -> Any:
        """A member by its name."""
        return _asked(cls, "__getitem__", key)

    def __len__(cls) -> int:
        """How many members there are."""
        return exactly("__len__", _asked(cls, "__len__"))  # type: ignore[no-any-return]

    def __contains__(cls, key: object) -> bool:
        """Whether this is a member."""
        return exactly("__contains__", _asked(cls, "__contains__", key))  # type: ignore[no-any-return]

    def __bool__(cls) -> bool:
        """A class is true, with members or without."""
        return True


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
    }
    for name in description.dunders:
        if name == "-__hash__":
            namespace["__hash__"] = None
        elif name in DUNDERS and name != "__dir__" and (not is_value or name in _FORWARDED_OF_VALUES):
            namespace[name] = _forward(name)
    if "__eq__" in namespace and "__hash__" not in namespace:
        namespace["__hash__"] = None
    if not is_exception and not is_value:
        namespace.setdefault("__repr__", _repr)
    namespace |= {"__getattr__": _get, "__setattr__": _set, "__delattr__": _delete, "_mirrored": True}
    if description.fields is not None:
        namespace["__dataclass_fields__"] = {name: _field(name) for name in description.fields}
    return _keep(_build(description, namespace), proxies, number)  # type: ignore[no-any-return]


def _build(description: Description, namespace: dict[str, Any]) -> type:
    bases = tuple(base for base in description.bases if base not in (list, dict, set, bytearray, object, type))
    for attempt in (bases, bases[:1], ()):
        try:
            return Mirror(description.name, attempt, dict(namespace))
        except TypeError as clash:
            last = clash
    raise CannotCross(f"class {description.name} can't be mirrored: {last}")


def _field(name: str) -> Any:
    field: Any = dataclasses.field()
    field.name = name
    field._field_type = dataclasses._FIELD  # type: ignore[attr-defined]  # what dataclasses.fields() asks for
    return field


def grant(cls: type) -> None:
    """The test used this class: from now on its opinion of equality was asked for."""
    far = far_of(cls)
    if far is not None:
        far.proxies.granted.add(far.number)


def is_granted(thing: object) -> bool:
    """Whether the test used the class of this proxy, or a base of it."""
    far = far_of(thing)
    if far is None or far.proxies.peer.eq != "used":
        return False
    classes = (far_of(cls) for cls in type(thing).__mro__)
    return any(cls is not None and cls.number in far.proxies.granted for cls in classes)


# ---------------------------------------------------------------- instances
def instance(proxies: "Proxies", number: int, mirrored: type, value: object) -> object:
    """A proxy of an instance; a value type's subclass holds its base value here."""
    for base in _VALUES:
        if issubclass(mirrored, base):
            if not isinstance(value, base):
                raise CannotCross("a value without its value")
            return _keep(base.__new__(mirrored, value), proxies, number)  # type: ignore[call-overload]
    return _keep(object.__new__(mirrored), proxies, number)


def exception(
    proxies: "Proxies", number: int | None, kind: type, args: tuple[Any, ...], text: str | None
) -> BaseException:
    """The exception to raise here: an exact builtin one, or a mirror; never one that a test framework obeys."""
    if not issubclass(kind, BaseException):
        kind = RuntimeError
    if not issubclass(kind, Exception) and kind is not SystemExit:
        kind = RuntimeError  # KeyboardInterrupt and the like stop a test run: from over there they are errors
    if far_of(kind) is None:
        try:
            return kind(*args)  # type: ignore[no-any-return]
        except Exception:
            return RuntimeError(f"{kind.__name__}{args!r}"[:_REPR_CAP])
    raised: BaseException = kind.__new__(kind, *args)
    BaseException.args.__set__(raised, args)  # type: ignore[attr-defined]
    if text is not None:
        _texts[id(raised)] = (raised, text)
    return _keep(raised, proxies, number) if number is not None else raised  # type: ignore[no-any-return]


_texts: dict[int, tuple[object, str]] = {}


def _get(self: object, name: str) -> Any:
    return _attribute(_public(self, name), name)


def _set(self: object, name: str, value: object) -> None:
    if name.startswith("__"):  # __cause__, __traceback__, __notes__ of an exception are this side's
        object.__setattr__(self, name, value)
    else:
        _public(self, name).ask("set", name, value)


def _delete(self: object, name: str) -> None:
    _public(self, name).ask("del", name)


def _public(thing: object, name: str) -> Far:
    """Where to ask for an attribute; names that frameworks probe for are answered here."""
    far = far_of(thing)
    if far is None or name in _PROBES or (name.startswith("__") and name.endswith("__")):
        raise AttributeError(name)
    return far


_PROBES = frozenset(
    ("_pytestfixturefunction", "__wrapped__", "pytestmark", "__test__", "_hypothesis_internal_is_this_a_mock_check")
)


def _attribute(far: Far, name: str) -> Any:
    return far.ask("get", name)


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
        return _equality(name)
    if name == "__str__":
        return _str

    def special(self: object, *args: Any, **kwargs: Any) -> Any:
        far = far_of(self)
        if far is None:
            raise TypeError(f"{type(self).__name__} is over")
        if name == "__call__":
            return far.ask("call", args, tuple(kwargs.items()))
        return exactly(name, far.ask("dun", name, *args))

    special.__name__ = name
    return special


def _str(self: object) -> str:
    kept = _texts.get(id(self))
    if kept is not None and kept[0] is self:
        return kept[1]
    far = far_of(self)
    return exactly("__str__", far.ask("dun", "__str__")) if far is not None else object.__str__(self)  # type: ignore[no-any-return]


def _equality(name: str) -> Callable[[Any, Any], Any]:
    def compare(self: object, other: object) -> Any:
        """Handle against handle asks; handle against plain data only where the test used the class."""
        far, of = far_of(self), far_of(other)
        if far is None:
            return NotImplemented
        if of is not None and of.number == far.number:
            return name == "__eq__"
        if of is None and not is_granted(self):
            return _by_content(far, self, other, name)
        far.proxies.opinions += 1
        answer = exactly(name, far.ask("dun", name, other))
        return answer

    compare.__name__ = name
    return compare


def _by_content(far: Far, thing: object, other: object, name: str) -> Any:
    """A subclass of list, dict or set is compared by the content that arrives; anything else differs from plain data."""
    if type(other) in (list, dict, set) and hasattr(type(thing), "__len__"):
        try:
            content = far.ask("plain")
        except TypeError:
            return NotImplemented
        return (content == other) == (name == "__eq__")
    return NotImplemented


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


# ---------------------------------------------------------------- functions, modules, generators
class Function:
    """A function or method of the candidate."""

    def __init__(self, name: str, doc: object) -> None:
        self.__name__ = self.__qualname__ = name
        self.__doc__ = doc if isinstance(doc, str) else None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call it behind the glass."""
        far = far_of(self)
        if far is None:
            raise TypeError("this function's test is over")
        return far.ask("call", args, tuple(kwargs.items()))

    def __getattr__(self, name: str) -> Any:
        """An attribute of the function, such as a counter that a decorator left."""
        return _attribute(_public(self, name), name)

    def __get__(self, thing: object, kind: type | None = None) -> Any:
        """A candidate's function put on a class of the test binds like any function."""
        return self if thing is None else types.MethodType(self, thing)

    def __repr__(self) -> str:
        """For people."""
        return f"<glass function {visible(self.__name__)}>"


def function(proxies: "Proxies", number: int, name: str, doc: object) -> object:
    """A proxy of a function."""
    return _keep(Function(name, doc), proxies, number)


class Module(types.ModuleType):
    """A module reached through the candidate: live, whatever its attributes are."""

    def __init__(self, proxies: "Proxies", number: int, name: str) -> None:
        super().__init__(name)
        _keep(self, proxies, number)

    def __getattr__(self, name: str) -> Any:
        """Read an attribute behind the glass."""
        return _attribute(_public(self, name), name)

    def __setattr__(self, name: str, value: object) -> None:
        """Set an attribute behind the glass."""
        if name.startswith("__"):
            super().__setattr__(name, value)
        else:
            _public(self, name).ask("set", name, value)

    def __delattr__(self, name: str) -> None:
        """Delete an attribute behind the glass."""
        _public(self, name).ask("del", name)


def generator(proxies: "Proxies", number: int) -> object:
    """A real generator of this side that asks for one item at a time."""
    made = _forwarding(Far(proxies, number))
    return _keep(made, proxies, number)


def _forwarding(far: Far) -> Iterator[Any]:
    op, values = "__next__", ()
    while True:
        try:
            item = far.ask("meth", "send", (values[0],), ()) if values else far.ask("dun", op)
        except StopIteration as end:
            return end.value
        try:
            sent = yield item
            values = () if sent is None else (sent,)
        except GeneratorExit:
            far.ask("meth", "close", (), ())
            raise


def identifier(name: object) -> str:
    """A name fit for a class or field here, whatever was sent."""
    text = name if type(name) is str else ""
    return text[:200] if text.isidentifier() and not keyword.iskeyword(text) else "Unnamed"


def visible(text: str) -> str:
    """The text with everything that a terminal would obey or hide shown as an escape; line ends and tabs stay."""
    return "".join(
        char
        if char in "\n\t" or unicodedata.category(char)[0] != "C"
        else char.encode("unicode_escape").decode("ascii")
        for char in text
    )
