"""What the candidate may do with objects that the test gave it; private names are refused."""

import copy
import sys
import types
from typing import TYPE_CHECKING, Any

import ambient
import handles
from frames import Breach
from special import DUNDERS

if TYPE_CHECKING:
    from proxy import Proxies

_READS = 10_000  # lines and warnings a test; beyond that nothing is read and nobody is warned


class Given:
    """Answers the candidate's questions, for one test."""

    def __init__(self, proxies: "Proxies") -> None:
        self._proxies = proxies
        self._marked: dict[tuple[int, str], types.FunctionType] = {}
        self._room = _READS
        self._answers = {
            "call": lambda thing, args, kwargs: thing(*args, **dict(kwargs)),
            "dun": _special,
            "signature": _signature,
            "copy": lambda thing: thing if _is_shared_by_tests(thing) else copy.deepcopy(thing),
            "get": _get,
            "set": self._set,
            "del": _delete,
        }

    def serve(self, op: object, values: list[Any]) -> object:
        """Do what the candidate asked; what that raises is the candidate's.

        Raises:
            Breach: the question is none.
        """
        if op in ambient.OPS:
            self._room -= 1
            return ambient.served(str(op), values) if self._room > 0 else None
        # A value, or what a name stands for, is nothing to ask about.
        if not values or not self._proxies.is_given(values[0]) or op not in self._answers:
            raise Breach("a question about nothing that was given")
        return self._answers[str(op)](*values)

    def unmark(self) -> None:
        """Take the candidate's marks off the test's functions."""
        for (_, name), function in self._marked.items():
            vars(function).pop(name, None)

    def _set(self, thing: object, name: object, value: object) -> None:
        named = _public(name)
        if isinstance(thing, types.FunctionType) and self._may_mark(thing, named):
            setattr(thing, named, value)
        else:
            setattr(_changeable(thing, named), named, value)

    def _may_mark(self, function: types.FunctionType, name: str) -> bool:
        """A decorator of the candidate's may mark a test's function with a name that is free; until the test ends."""
        if (id(function), name) not in self._marked and (hasattr(function, name) or name == "pytestmark"):
            return False
        self._marked[id(function), name] = function
        return True


def _get(thing: object, name: object) -> object:
    return getattr(thing, "__doc__" if name == "__doc__" else _public(name))


def _delete(thing: object, name: object) -> None:
    delattr(_changeable(thing, _public(name)), str(name))


def _public(name: object) -> str:
    if type(name) is not str or name.startswith("_"):
        raise AttributeError(f"{name!r} is private to the test")
    return name


def _changeable(thing: object, name: str) -> object:
    if _is_shared_by_tests(thing):
        raise AttributeError(f"{name!r} of a function, a class or a library's object can't be changed from here")
    return thing


def _is_shared_by_tests(thing: object) -> bool:
    """What outlives the test that handed it over; a mock is made to be changed."""
    module = type(thing).__module__
    return isinstance(thing, type | types.FunctionType) or (
        module != "unittest.mock" and module.partition(".")[0] in sys.stdlib_module_names
    )


def _special(thing: object, name: object, *values: object) -> object:
    if name not in DUNDERS:
        raise AttributeError("no such special method")
    return getattr(type(thing), str(name))(thing, *values)


def _signature(thing: object) -> object:
    if not isinstance(thing, types.FunctionType):
        raise ValueError("no signature found")
    return handles.described(thing)
