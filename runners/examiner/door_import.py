"""The import door: `from inventory import Inventory` in a hidden test gives what stands behind the glass.

While tests are collected nobody is there, so a name is a `Lazy`: it knows where it will come from and asks nothing. When a
test begins, `settle` puts the candidate's objects of that test in the place of the lazy names in the suite's modules, so
that `pytest.raises(StockError)` and `isinstance(item, Item)` get real classes; `unsettle` puts the lazy names back.
"""

import contextlib
import importlib.abc
import importlib.machinery
import sys
import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from callables import Module
from glass import Peer
from handles import Names, far_of

Spot = tuple[Any, Any, object]  # a container or class, a key or name of it, and the lazy value there

_DEEP = 6
_restore: list[Spot] = []
_state: dict[str, Callable[[], Peer]] = {}
_executed: list["Door"] = []
stars: dict[str, Any] = {"allowed": None, "seen": {}}  # names by module: of a star import of the reference's


class AskedTooEarlyError(LookupError):
    """A test module asked the candidate something while being collected, and nobody is there."""


class Lazy:
    """A name of the candidate's that nobody has asked for yet."""

    def __init__(self, module: str, name: str) -> None:
        self.__dict__.update(_module=module, __name__=name, __qualname__=name)

    def __getattr__(self, name: str) -> Any:
        """An attribute of it, asked for now; what frameworks probe for is not there."""
        if name.startswith("_") or name == "pytestmark":
            raise AttributeError(name)
        return getattr(settled(self), name)

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Call it, now."""
        return settled(self)(*args, **kwargs)

    def __mro_entries__(self, bases: tuple[object, ...]) -> tuple[type, ...]:
        """A class of the test inherits from the candidate's class, where one is there."""
        return (settled(self),)

    def __bool__(self) -> bool:
        """Nobody knows yet."""
        raise AskedTooEarlyError

    def __iter__(self) -> Any:
        """Nobody knows yet."""
        raise AskedTooEarlyError


class Door(types.ModuleType):
    """A module of the submission, as the tests see it: nothing is read before it is needed."""

    def __getattr__(self, name: str) -> Any:
        """A name of the module: lazy while nobody is there, else the candidate's."""
        if name == "__all__":
            peer = _state["peer"]()
            return _starred(self.__name__, peer.ask("star", peer.module(self.__name__)))
        if name.startswith("__") and name.endswith("__") and name not in _TOLD:
            raise AttributeError(name)
        below = sys.modules.get(f"{self.__name__}.{name}")
        try:
            peer = _state["peer"]()
        except LookupError:
            return below if isinstance(below, Door) else Lazy(self.__name__, name)
        found = peer.ask("get", peer.module(self.__name__), name)
        return below if isinstance(below, Door) and isinstance(found, Module) else found

    def __setattr__(self, name: str, value: object) -> None:
        """Set a name of the module behind the glass; what the import system sets stays here."""
        if isinstance(value, Door):
            return  # found by its own name, unless the package gives that name to something else
        if name.startswith("__") or isinstance(value, types.ModuleType):
            super().__setattr__(name, value)
        else:
            peer = _state["peer"]()
            peer.ask("set", peer.module(self.__name__), name, value)

    def __delattr__(self, name: str) -> None:
        """Delete a name of the module behind the glass."""
        peer = _state["peer"]()
        peer.ask("del", peer.module(self.__name__), name)

    def __dir__(self) -> list[str]:
        """The names of the module."""
        peer = _state["peer"]()
        return list(peer.ask("dir", peer.module(self.__name__)))  # type: ignore[call-overload]

    @property
    def __dict__(self) -> Any:  # type: ignore[override]
        """The module's names: what a patch puts back; of this side alone while nobody is there."""
        here = types.ModuleType.__dict__["__dict__"].__get__(self)
        try:
            far = far_of(_state["peer"]().module(self.__name__))
        except LookupError:
            return here
        return here if far is None else Names(here, far)


_TOLD = frozenset(("__author__", "__copyright__", "__email__", "__license__", "__title__", "__url__", "__version__"))


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the submission's modules before any file of that name could be found."""

    def __init__(self, modules: Sequence[str]) -> None:
        self._modules = frozenset(modules)
        self._parents = {name.rpartition(".")[0] for name in modules} - {""}

    def find_spec(self, fullname: str, path: object, target: object = None) -> importlib.machinery.ModuleSpec | None:
        """A module of the submission, or one below it."""
        del path, target
        inside = any(fullname.startswith(f"{name}.") for name in self._modules)
        if fullname not in self._modules | self._parents and not inside:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        """A door."""
        return Door(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """Nothing runs here; behind the glass it is imported, or imported again."""
        assert isinstance(module, Door)
        with contextlib.suppress(LookupError):
            peer = _state["peer"]()
            if module in _executed:
                peer.ask("reload", peer.module(module.__name__))
            peer.module(module.__name__)
            _executed.append(module)


def _starred(module: str, names: Any) -> list[str]:
    """What a star import takes: what the reference has, so that no submission takes the place of `all` or of `pytest`."""
    told = [name for name in names if type(name) is str and name.isidentifier()]
    if stars["allowed"] is None:
        stars["seen"][module] = told
        return told
    return [name for name in told if name in stars["allowed"].get(module, ())]


def install(modules: Sequence[str], peer: Callable[[], Peer]) -> None:
    """Let the submission's modules be imported.

    Args:
        modules: their names; submodules come with them.
        peer: whoever is there now; raises LookupError while nobody is.
    """
    _state["peer"] = peer
    sys.meta_path.insert(0, _Finder(modules))
    for name in set(modules) - sys.stdlib_module_names:
        sys.modules.pop(name, None)  # one of ours of that name: who needs it has it


def settled(lazy: Lazy) -> Any:
    """What a lazy name means for the test that is on."""
    peer = _state["peer"]()
    module = peer.module(lazy.__dict__["_module"])
    try:
        return peer.ask("get", module, lazy.__name__)
    except AttributeError as missing:
        where = lazy.__dict__["_module"]
        raise ImportError(f"cannot import name {lazy.__name__!r} from {where!r} (of the submission)") from missing


def lazies(place: Any, depth: int = 0) -> Iterator[Spot]:
    """Where lazy names stand in the suite: in the globals of a module, its classes, and lists and the like below them.

    Args:
        place: the globals, a class, a list or a dict.
        depth: how far below the globals.
    """
    items = enumerate(place) if type(place) is list else (vars(place) if isinstance(place, type) else place).items()
    for key, value in list(items):
        if _is_lazy(value):
            yield place, key, value
        if depth < _DEEP and (type(value) in (list, dict) or (depth == 0 and _is_of(value, place))):
            yield from lazies(value, depth + 1)
        if depth < _DEEP and type(value) is tuple:
            yield from lazies([part for part in value if type(part) in (list, dict)], depth + 1)


def _is_lazy(value: object) -> bool:
    if type(value) is Door:
        return "." in value.__name__
    return type(value) is Lazy or (type(value) is tuple and any(map(_is_lazy, value)))


def _is_of(value: object, place: Mapping[Any, Any]) -> bool:
    return type(value) is type and value.__module__ == place.get("__name__")


def settle(spots: Iterable[Spot]) -> None:
    """Put the candidate's objects in the place of lazy names.

    A name that the submission lacks stays lazy: the tests that use it fail, the others don't.
    """
    for place, key, value in spots:
        with contextlib.suppress(ImportError):
            meant = _meant(value)
            if meant is not value:
                _put(place, key, meant)
                _restore.append((place, key, value))


def _meant(value: Any) -> Any:
    """What stands there while a test is on."""
    if type(value) is tuple:
        return tuple(map(_meant, value))
    if type(value) is Lazy:
        return settled(value)
    if type(value) is Door and "." in value.__name__:
        parent, _, name = value.__name__.rpartition(".")
        return getattr(sys.modules[parent], name, value)  # the package may have its own idea of that name
    return value


def _put(place: Any, key: Any, value: object) -> None:
    if isinstance(place, type):
        type.__setattr__(place, key, value)
    else:
        place[key] = value


def unsettle() -> None:
    """Put the lazy names back."""
    while _restore:
        _put(*_restore.pop())
