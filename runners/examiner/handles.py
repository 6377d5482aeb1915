"""Where a proxy's object is, kept beside the proxy and never in a place that its attributes could shadow."""

import unicodedata
from typing import TYPE_CHECKING, Any

from frames import CannotCross

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
    if far is None or name in _PROBES or (name.startswith("__") and name.endswith("__") and name not in _TOLD):
        raise AttributeError(name)
    return far


_PROBES = frozenset(
    ("_pytestfixturefunction", "pytestmark", "_hypothesis_internal_is_this_a_mock_check", "_is_coroutine_marker")
)
_TOLD = frozenset(  # what code says of itself, for people and decorators
    f"__{name}__" for name in "annotations author defaults func kwdefaults license self version wrapped".split()
)


def attribute(far: Far, name: str) -> Any:
    """Read an attribute behind the glass."""
    return far.ask("get", name)


def visible(text: str) -> str:
    """The text with everything that a terminal would obey or hide shown as an escape; line ends and tabs stay."""
    return "".join(
        char
        if char in "\n\t" or unicodedata.category(char)[0] != "C"
        else char.encode("unicode_escape").decode("ascii")
        for char in text
    )
