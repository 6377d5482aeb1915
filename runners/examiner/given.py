"""What the candidate may do with objects that the test gave it; private names are refused."""

import copy
import functools
import inspect
import io
import re
import sys
import types
import unittest
from dataclasses import is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ambient
import handles
import pytest
from frames import Breach, CannotCross
from special import DUNDERS

if TYPE_CHECKING:
    from proxy import Proxies

# Of the standard library's objects, those whose public interface leads nowhere.
_HARMLESS = frozenset(
    """_collections _operator _random _thread argparse.Namespace builtins collections
    collections.abc.ItemsView collections.abc.KeysView collections.abc.ValuesView datetime decimal fractions functools
    io.BytesIO io.StringIO _io.BytesIO _io.StringIO ipaddress itertools operator random re types.GenericAlias
    types.MappingProxyType types.SimpleNamespace types.UnionType typing unittest.mock zoneinfo""".split()  # noqa: SIM905
)
_LIBRARY = str(Path(pytest.__file__).parent.parent)
# What Python says of these by itself is where they were made, which may be the name of a test.
_TEXTS = frozenset(("__repr__", "__str__", "__format__"))
_NAMED = (object, type, types.FunctionType, types.MethodType, types.GeneratorType)
_WHERE = re.compile(r"[\w.]+\.<locals>\.")
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
        if is_verdict(values[0]):
            raise AttributeError("what a verdict says stays with the test")
        return self._answers[str(op)](*values)

    def unmark(self) -> None:
        """Take the candidate's marks off the test's functions."""
        for (_, name), function in self._marked.items():
            vars(function).pop(name, None)

    def _set(self, thing: object, name: object, value: object) -> None:
        named = _public(thing, name)
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


def is_verdict(thing: object) -> bool:
    """Whether this exception decides a test: a failed assertion, or what a test framework obeys.

    What it says may be what the test expects; where it comes back it has to be itself.
    """
    return isinstance(thing, AssertionError) or (isinstance(thing, BaseException) and not isinstance(thing, Exception))


def may_give(thing: object) -> None:
    """Look at an object of the test before it is handed over: its whole public interface goes with it.

    Raises:
        CannotCross: it would lead the candidate out of the test.
    """
    if isinstance(thing, type | types.FunctionType | types.MethodType | types.BuiltinMethodType):
        return  # what they belong to is behind a private name
    kind = type(thing)
    what = f"a {kind.__name__}"
    if isinstance(thing, types.ModuleType | types.FrameType | types.CodeType):
        raise CannotCross(f"{what} can't be passed through the glass; pass the values it stands for")
    of_framework = isinstance(thing, unittest.TestCase) or kind.__module__.partition(".")[0] in ("_pytest", "pytest")
    if of_framework or not _is_harmless(kind):
        raise CannotCross(
            f"{what} can't be passed through the glass, since all that it can do would go with it: pass a function or an "
            "object of a class of your own that does what is needed"
        )


def _is_harmless(kind: type) -> bool:
    """A class of the suite's own, or one of the standard library that is known to lead nowhere."""
    module = kind.__module__ or ""
    if is_dataclass(kind) and not _is_found(kind):  # `make_dataclass` says that it is of `types`
        return all(map(_is_harmless, kind.__mro__[1:]))
    if module in _HARMLESS or f"{module}.{kind.__qualname__}" in _HARMLESS:
        return True
    if module.partition(".")[0] in sys.stdlib_module_names:
        return any(base in (io.StringIO, io.BytesIO) for base in kind.__mro__)
    return not str(getattr(sys.modules.get(module), "__file__", None) or "").startswith(_LIBRARY)


def _is_found(kind: type) -> bool:
    return getattr(sys.modules.get(kind.__module__), kind.__qualname__, None) is kind


def _get(thing: object, name: object) -> object:
    return getattr(thing, "__doc__" if name == "__doc__" else _public(thing, name))


def _delete(thing: object, name: object) -> None:
    delattr(_changeable(thing, _public(thing, name)), str(name))


def _public(thing: object, name: object) -> str:
    if type(name) is not str or name.startswith("_") or _is_mocks_own(thing, name):
        raise AttributeError(f"{name!r} is private to the test")
    return name


def _is_mocks_own(thing: object, name: str) -> bool:
    """Whether this is a mock's own interface; who has a mock has imported the module, which costs a start much."""
    mock = sys.modules.get("unittest.mock")
    return mock is not None and isinstance(thing, mock.NonCallableMock) and name in _of_mocks()


@functools.cache
def _of_mocks() -> frozenset[str]:
    from unittest import mock

    return frozenset(name for name in dir(mock.MagicMock()) if name[0] != "_")


def _changeable(thing: object, name: str) -> object:
    """An attribute of the test's own object; not a method, which the test relies on, and nothing that outlives the test."""
    own = inspect.getattr_static(type(thing), name, None)
    is_method = callable(own) or (hasattr(type(own), "__get__") and not hasattr(type(own), "__set__"))
    if is_method or _is_shared_by_tests(thing):
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
    special = getattr(type(thing), str(name))
    if name in _TEXTS and getattr(special, "__objclass__", None) in _NAMED:
        return f"<{type(thing).__name__ if isinstance(thing, _NAMED[1:]) else 'object'}>"
    answer = special(thing, *values)
    return _WHERE.sub("", answer) if name in _TEXTS and type(answer) is str else answer


def _signature(thing: object) -> object:
    if not isinstance(thing, types.FunctionType):
        raise ValueError("no signature found")
    return handles.described(thing)
