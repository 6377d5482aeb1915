"""Proxies of functions, modules and generators of the candidate."""

import contextlib
import inspect
import types
from collections.abc import AsyncGenerator, Generator
from typing import TYPE_CHECKING, Any

from frames import GlassBroken
from handles import Far, Names, attribute, far_of, keep, pickled, public, signature, visible

if TYPE_CHECKING:
    from proxy import Proxies


class Function:
    """A function or method of the candidate."""

    def __init__(self, name: str, doc: object) -> None:
        self.__name__ = self.__qualname__ = name
        self.__doc__ = doc if isinstance(doc, str) else None

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Call it behind the glass."""
        far = far_of(self)
        if far is None:
            raise TypeError("this function's test is over")
        noted = far.proxies.peer.noted(self.__name__, args, kwargs)
        try:
            answer = far.ask("call", args, tuple(kwargs.items()))
        except Exception as raised:
            noted.raised(raised)
            raise
        noted.answered(answer)
        return answer

    def __getattr__(self, name: str) -> Any:
        """An attribute of the function, such as a counter that a decorator left."""
        return attribute(public(self, name), name)

    def __setattr__(self, name: str, value: object) -> None:
        """Set an attribute of the function behind the glass."""
        if name.startswith("__"):
            super().__setattr__(name, value)
        else:
            public(self, name).ask("set", name, value)

    def __delattr__(self, name: str) -> None:
        """Delete an attribute of the function behind the glass."""
        public(self, name).ask("del", name)

    def __get__(self, thing: object, kind: type | None = None) -> Any:
        """A candidate's function put on a class of the test binds like any function."""
        return self if thing is None else types.MethodType(self, thing)

    __reduce_ex__ = pickled

    @property
    def __signature__(self) -> inspect.Signature:
        """The candidate's."""
        return signature(public(self, "signature"))

    def __deepcopy__(self, _memo: object) -> "Function":
        """A function is its own copy."""
        return self

    def __repr__(self) -> str:
        """For people."""
        return f"<glass function {visible(self.__name__)}>"


def function(proxies: "Proxies", number: int, name: str, doc: object) -> object:
    """A proxy of a function."""
    return keep(Function(name, doc), proxies, number)


class Module(types.ModuleType):
    """A module reached through the candidate: live, whatever its attributes are."""

    def __init__(self, proxies: "Proxies", number: int, name: str) -> None:
        super().__init__(name)
        keep(self, proxies, number)

    def __getattr__(self, name: str) -> Any:
        """Read an attribute behind the glass."""
        return attribute(public(self, name), name)

    def __setattr__(self, name: str, value: object) -> None:
        """Set an attribute behind the glass."""
        if name.startswith("__"):
            super().__setattr__(name, value)
        else:
            public(self, name).ask("set", name, value)

    def __delattr__(self, name: str) -> None:
        """Delete an attribute behind the glass."""
        public(self, name).ask("del", name)

    def __dir__(self) -> list[str]:
        """The names behind the glass."""
        return list(public(self, "dir").ask("dir"))

    @property
    def __dict__(self) -> Any:  # type: ignore[override]
        """The candidate's names: what a patch puts back."""
        return Names({}, public(self, "names"))


async def coroutine(far: Far) -> Any:
    """A real coroutine of this side: the candidate's runs to its end when this one is awaited."""
    return far.ask("run")


async def asynchronous(far: Far) -> AsyncGenerator[Any, Any]:
    """A real asynchronous generator of this side that asks for one item at a time."""
    method, value = "asend", None
    while True:
        try:
            item = far.ask("run", method, (value,))
        except StopAsyncIteration:
            return
        try:
            method, value = "asend", (yield item)
        except GeneratorExit:
            with contextlib.suppress(GlassBroken):  # its test may be over
                far.ask("run", "aclose", ())
            raise
        except BaseException as thrown:
            method, value = "athrow", thrown


def generator(proxies: "Proxies", number: int) -> object:
    """A real generator of this side that asks for one item at a time."""
    made = _forwarding(Far(proxies, number))
    return keep(made, proxies, number)


def _forwarding(far: Far) -> Generator[Any, Any, Any]:
    method, value = "send", None
    while True:
        try:
            item = far.ask("meth", method, (value,), ())
        except StopIteration as end:
            return end.value
        try:
            method, value = "send", (yield item)
        except GeneratorExit:
            with contextlib.suppress(GlassBroken):  # its test may be over
                far.ask("meth", "close", (), ())
            raise
        except BaseException as thrown:
            method, value = "throw", thrown
