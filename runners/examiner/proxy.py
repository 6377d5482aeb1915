"""What a test holds instead of the candidate's objects.

A class of the candidate is mirrored: a real class of this side with the same name and bases, so that `isinstance`,
`except` and `pytest.raises` need no help. An instance is an object of the mirror; its attributes and special methods ask
the far side. Values of exact built-in types never become proxies: they are compared here, by what arrived.
"""

import builtins
import datetime
import sys
import types
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import callables
import containers
import given
import handles
import mirror
import substance
from codec import Codec
from frames import Breach, CannotCross
from handles import Far, far_of

if TYPE_CHECKING:
    from glass import Peer

_PLAIN_TYPES = {f"builtins.{name}": kind for name, kind in vars(builtins).items() if isinstance(kind, type)}
_PLAIN_TYPES |= {f"{kind.__module__}.{kind.__qualname__}": kind for kind in (*containers.KINDS, datetime.tzinfo)}


class Proxies:
    """Handles of both sides, for one peer."""

    def __init__(self, peer: "Peer") -> None:
        self.peer = peer
        self._things: dict[int, object] = {}  # the far side's, by its number
        self._given: dict[int, object] = {}  # the test's own, by ours
        self._numbers: dict[int, int] = {}
        self._is_trial = False

    def resumed(self, peer: "Peer") -> "Proxies":
        """The handles of a test that goes on where the collection stands; the collection's own now ask this peer."""
        other = Proxies(peer)
        other._things, other._given, other._numbers = dict(self._things), dict(self._given), dict(self._numbers)
        self.peer = peer
        return other

    def adopt(self, number: int, thing: Any) -> Any:
        """A test's own class that the far side made, too, under this number."""
        if _number(number) in self._things:
            raise Breach("a class that is none")
        self._things[number] = thing
        return thing

    def can_cross(self, value: object) -> bool:
        """Whether a value has a way over the wire; nothing is sent."""
        self._is_trial = True
        try:
            Codec(0, self.export, self.resolve).encode(value)
        except CannotCross:
            return False
        finally:
            self._is_trial = False
        return True

    # ------------------------------------------------------------ out
    def export(self, thing: object) -> list[object] | None:
        """The wire's form of what isn't plain data."""
        far = handles.number_of(thing, self.peer)
        if far is not None:
            return ["y", far]
        if isinstance(thing, BaseException):
            return self._export_exception(thing)
        if isinstance(thing, types.TracebackType):
            return None  # of the test's frames: none of the candidate's business
        named = _stdlib_name(thing)
        if named is not None:
            return ["b", named]
        if isinstance(thing, type) and issubclass(thing, BaseException):
            return self._export_exception_class(thing)
        given.may_give(thing)
        name, base = str(getattr(thing, "__name__", "object")), substance.base_of(thing)
        return ["h", self._give(thing), name, substance.dunders(thing, base), *self._substance(thing, base)]

    def _substance(self, thing: object, base: type | None) -> list[object]:
        """What an object of the test's is behind the glass besides being asked: fields, names it overrides, its value."""
        fields = substance.fields(type(thing))
        if base is None or self._is_trial:
            return [fields, [], None]
        if base in containers.KINDS:
            return [fields, substance.shadows(type(thing), base), [base.__name__, self.peer.share(thing)]]
        return [fields, [], [base.__name__, self.peer.encode(substance.exact(base, thing))]]

    def _export_exception(self, raised: BaseException) -> list[object]:
        kind = type(raised)
        if _stdlib_name(kind) is not None and kind is not AssertionError:  # that one has to come back as itself
            reduced = raised.__reduce__()
            return [
                "e",
                _stdlib_name(kind),
                self.peer.encode(reduced[1] if isinstance(reduced, tuple) else raised.args),
            ]
        args = () if given.is_verdict(raised) else tuple(raised.args)
        return ["eh", self._give(raised), self.peer.encode(kind), self.peer.encode(args)]

    def _export_exception_class(self, kind: type) -> list[object]:
        """A class of the test's own: the far side makes one of that name, so that its code can catch and raise it."""
        base = next(base for base in kind.__mro__[1:] if issubclass(base, BaseException))
        return ["ec", self._give(kind), kind.__name__, self.peer.encode(base)]

    def _give(self, thing: object) -> int:
        number = self._numbers.get(id(thing))
        if number is None:
            number = len(self._given)
            self._given[number], self._numbers[id(thing)] = thing, number
        return number

    def is_given(self, thing: object) -> bool:
        """Whether this very object was handed over."""
        return id(thing) in self._numbers

    # ------------------------------------------------------------ in
    def resolve(self, tag: str, fields: list[Any], codec: Codec, depth: int) -> object:
        """The object that a tag of the handles' table means."""
        decoder = _DECODERS.get(tag)
        if decoder is None:
            raise Breach("an unknown tag")
        found = decoder(self, fields, codec, depth)
        far = far_of(found)
        if far is not None:
            self.peer.grants.arrived(far.number)
        return found

    def _own(self, fields: list[Any], _codec: Codec, _depth: int) -> object:
        if type(fields[0]) is not int or fields[0] not in self._given:
            raise Breach("an object that was never given")
        return self._given[fields[0]]

    def _builtin(self, fields: list[Any], _codec: Codec, _depth: int) -> object:
        return _known_name(fields[0])

    def _known_class(self, fields: list[Any], _codec: Codec, _depth: int) -> object:
        return self._class(["c", *fields])

    def _new_class(self, fields: list[Any], _codec: Codec, _depth: int) -> object:
        return self._class(["C", *fields])

    def _class(self, form: object) -> type:
        """A class from its form: a builtin's name, a number already known, or a first description."""
        if type(form) is not list or not form:
            raise Breach("a class that is none")
        if form[0] == "b":
            found = _known_name(form[1])
        elif form[0] == "c":
            found = self._things.get(_number(form[1]))
        elif form[0] == "C":
            found = self._mirror(form)
        elif form[0] == "y":
            found = self._own_exception(form[1])
        else:
            found = None
        if not isinstance(found, type):
            raise Breach("a class that is none")
        return found

    def _own_exception(self, number: object) -> object:
        found = self._given.get(_number(number))
        return found if isinstance(found, type) and issubclass(found, BaseException) else None

    def _mirror(self, form: list[Any]) -> type:
        _, number, name, qualname, module, bases, dunders, shadows, fields, doc = form
        if _number(number) in self._things or [type(part) for part in (bases, dunders, shadows)] != [list] * 3:
            raise Breach("a class that is none")
        mirrored = mirror.make(
            self,
            number,
            mirror.Description(
                name=mirror.identifier(name),
                qualname=str(qualname)[:200],
                module=str(module)[:200],
                bases=tuple(self._class(base) for base in bases[:20]),
                dunders=tuple(str(dunder) for dunder in dunders[:200]),
                shadows=tuple(map(mirror.identifier, shadows[:200])),
                fields=tuple(map(mirror.identifier, fields)) if type(fields) is list else None,
                doc=doc if type(doc) is str else None,
            ),
        )
        self._things[number] = mirrored
        return mirrored

    def _instance(self, fields: list[Any], codec: Codec, depth: int) -> object:
        number, kind, base = fields
        if _number(number) in self._things:
            if containers.kind_of(type(self._things[number])) is not None and far_of(self._things[number]) is not None:
                codec.decode_into(self._things[number], base, depth + 1)
            return self._things[number]
        mirrored = self._class(kind)
        if containers.kind_of(mirrored) is None:
            self._things[number] = mirror.instance(self, number, mirrored, codec.decode(base, depth + 1))
        else:
            self._things[number] = mirror.instance(self, number, mirrored, None)
            codec.decode_into(self._things[number], base, depth + 1)
        return self._things[number]

    def _exception(self, fields: list[Any], codec: Codec, depth: int) -> object:
        number, kind, args, text, cause, trace = fields
        if number is not None and _number(number) in self._things:
            return self._things[number]
        values = codec.decode(args, depth + 1)
        if type(values) is not tuple:
            raise Breach("an exception without arguments")
        raised = mirror.exception(self, number, self._class(kind), values, text if type(text) is str else None)
        if number is not None:
            self._things[number] = raised
        if cause is not None and depth < 20:
            raised.__cause__ = codec.decode(cause, depth + 1)  # type: ignore[assignment]
        if type(trace) is str and trace:
            told = f"--- in the candidate's code ---\n{handles.visible(trace[:4000])}"
            BaseException.__setattr__(raised, "__notes__", [told])  # add_note would ask a mirror for the old ones
        return raised

    def _function(self, fields: list[Any], _codec: Codec, _depth: int) -> object:
        number, *described = fields
        return self._once(number, lambda: callables.function(self, number, *described))

    def _module(self, fields: list[Any], _codec: Codec, _depth: int) -> object:
        number, name = fields
        return self._once(number, lambda: callables.Module(self, number, str(name)[:200]))

    def _generator(self, fields: list[Any], _codec: Codec, _depth: int) -> object:
        number = fields[0]
        return self._once(number, lambda: callables.generator(self, number))

    def _coroutine(self, fields: list[Any], _codec: Codec, _depth: int) -> object:
        number = fields[0]
        return self._once(number, lambda: handles.keep(callables.coroutine(Far(self, number)), self, number))

    def _asynchronous(self, fields: list[Any], _codec: Codec, _depth: int) -> object:
        number = fields[0]
        return self._once(number, lambda: handles.keep(callables.asynchronous(Far(self, number)), self, number))

    def _once(self, number: int, make: Callable[[], object]) -> object:
        if _number(number) not in self._things:
            self._things[number] = make()
        return self._things[number]


def _number(value: object) -> int:
    if type(value) is not int or value < 0:
        raise Breach("a number that is none")
    return value


def _stdlib_name(thing: object) -> str | None:
    """`module.name` of a builtin or standard library function or class, which the far side has, too."""
    if not isinstance(thing, type | types.BuiltinFunctionType | types.FunctionType | types.MethodDescriptorType):
        return None
    if isinstance(thing, types.MethodDescriptorType):
        return None
    module, name = getattr(thing, "__module__", None), getattr(thing, "__qualname__", "")
    if not isinstance(module, str) or module.partition(".")[0] not in sys.stdlib_module_names or "." in name:
        return None
    return f"{module}.{name}" if getattr(sys.modules.get(module), name, None) is thing else None


def _known_name(name: object) -> object:
    """A type of plain data, or a standard library exception class that is imported here already; nothing else by name."""
    if type(name) is not str:
        raise Breach("a name that is none")
    if name in _PLAIN_TYPES:
        return _PLAIN_TYPES[name]
    module, _, attribute = name.rpartition(".")
    if module.partition(".")[0] in sys.stdlib_module_names and module in sys.modules:
        found = getattr(sys.modules[module], attribute, None)
        if isinstance(found, type) and issubclass(found, BaseException) and module.partition(".")[0] != "unittest":
            return found  # unittest's own are obeyed by test frameworks
    return Exception


_DECODERS: Mapping[str, Callable[..., object]] = {
    "y": Proxies._own,
    "b": Proxies._builtin,
    "c": Proxies._known_class,
    "C": Proxies._new_class,
    "o": Proxies._instance,
    "e": Proxies._exception,
    "fn": Proxies._function,
    "m": Proxies._module,
    "g": Proxies._generator,
    "aw": Proxies._coroutine,
    "ag": Proxies._asynchronous,
}
