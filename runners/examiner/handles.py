"""Where a proxy's object is, kept beside the proxy and never in a place that its attributes could shadow."""

import inspect
import types
import unicodedata
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import hints
import signatures
from frames import Breach, CannotCross

if TYPE_CHECKING:
    from glass import Peer
    from proxy import Proxies


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


texts: dict[int, tuple[object, str]] = {}  # what an exception says, where its class says it itself
_far: dict[int, tuple[object, Far]] = {}
_peers: dict[int, "Peer"] = {}  # of this test, by id: what a pickle may name


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


def pickled(thing: object, protocol: int) -> tuple[Any, ...]:
    """`__reduce_ex__` of a proxy: pickled behind the glass; what is in between is bytes that nobody reads here."""
    far = public(thing, "pickled")
    peer = far.proxies.peer
    _peers[id(peer)] = peer
    return thawed, (id(peer), far.ask("pickle", protocol))


def thawed(peer: int, data: bytes) -> Any:
    """The object that a proxy's pickle stands for, made behind the glass."""
    if peer not in _peers or type(data) is not bytes:
        raise CannotCross("a candidate's object was pickled in one test and is unpickled in another")
    return _peers[peer].ask("unpickle", data)


def forget(proxies: "Proxies") -> None:
    """Drop all of a finished test's proxies."""
    for key in [key for key, (_, far) in _far.items() if far.proxies is proxies]:
        del _far[key]
    texts.clear()
    _peers.clear()


def keep(thing: object, proxies: "Proxies", number: int) -> Any:
    """Remember where a new proxy's object is."""
    _far[id(thing)] = (thing, Far(proxies, number))
    return thing


def public(thing: object, name: str) -> Far:
    """Where to ask for an attribute; names that frameworks probe for are answered here."""
    far = far_of(thing)
    if name in _INSIDES:
        raise AttributeError(f"{name} of the candidate's code {STAYS}")
    if far is None or name in _PROBES or (name.startswith("__") and name.endswith("__") and name not in _TOLD):
        raise AttributeError(name)
    return far


STAYS = 'can\'t cross the glass: check what it does, or have the assignment say glass = "off"'
_INSIDES = frozenset(("__closure__", "__globals__"))
_PROBES = frozenset(
    ("_pytestfixturefunction", "pytestmark", "_hypothesis_internal_is_this_a_mock_check", "_is_coroutine_marker")
)
# What code says of itself, for people and decorators.
_TOLD = frozenset(("__annotations__", "__defaults__", "__func__", "__kwdefaults__", "__self__", "__wrapped__"))


def body(cls: type) -> Mapping[str, Any]:
    """What this side put into a class; `vars()` of a mirrored one shows the candidate's, too."""
    return type.__dict__["__dict__"].__get__(cls)  # type: ignore[no-any-return]


class Names(Mapping[str, Any]):
    """`__dict__` of a class or module of the candidate: what this side put there, then what stands behind the glass."""

    def __init__(self, here: Mapping[str, Any], far: Far) -> None:
        self._here, self._far = here, far

    def __getitem__(self, name: str) -> Any:
        """The value as it stands there, not bound to anything."""
        if name in self._here:
            return self._here[name]
        if name.startswith("__"):
            raise KeyError(name)
        return self._far.ask("own", name)

    def __iter__(self) -> Iterator[str]:
        """Names of both sides."""
        told = self._far.ask("own")
        return iter(dict.fromkeys([*self._here, *(name for name in told if type(name) is str)]))

    def __len__(self) -> int:
        """How many."""
        return len(list(iter(self)))


def signature(far: Far) -> inspect.Signature:
    """The signature of a function or class behind the glass.

    Raises:
        Breach: what arrived is none.
    """
    told = far.ask("signature")
    try:
        return signatures.built(*told)  # type: ignore[no-any-return]
    except (TypeError, ValueError, IndexError) as wrong:
        raise Breach("a signature that is none") from wrong


def described(function: types.FunctionType) -> tuple[Any, Any]:
    """The signature of a test's function, for the far side.

    That there is a default crosses; what it is may be what the test expects, and stays here like the annotations.
    """
    rows, _ = signatures.told(function)
    return [(name, kind, default and (...,), ()) for name, kind, default, _ in rows], ()


def attribute(far: Far, name: str) -> Any:
    """Read an attribute behind the glass."""
    told = far.ask("get", name)
    return hints.inert(told) if name == "__annotations__" else told


def visible(text: str) -> str:
    """The text with everything that a terminal would obey or hide shown as an escape; line ends and tabs stay."""
    return "".join(
        char
        if char in "\n\t" or unicodedata.category(char)[0] != "C"
        else char.encode("unicode_escape").decode("ascii")
        for char in text
    )
