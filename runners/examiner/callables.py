"""Proxies of functions, modules and generators of the candidate."""

import contextlib
import inspect
import types
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator
from typing import TYPE_CHECKING, Any

from frames import Breach, GlassBroken
from handles import Far, Names, attribute, far_of, keep, pickled, public, signature, visible

if TYPE_CHECKING:
    from proxy import Proxies


async def _coroutine() -> None: ...


def _generator() -> Iterator[None]:
    yield


async def _asynchronous() -> AsyncIterator[None]:
    yield


def _function() -> None: ...


# All that the code of a function tells here is what a call of it gives: a value, a coroutine, a generator.
_CODE = {
    "function": _function.__code__,
    "coroutine": _coroutine.__code__,
    "generator": _generator.__code__,
    "asynchronous": _asynchronous.__code__,
}
_LONGEST = 200


class Function:
    """A function of the candidate; `inspect.isfunction` is true of it, by the way that Python has for stand-ins."""

    __class__: type = types.FunctionType  # type: ignore[assignment]

    def __init__(self, name: str, doc: str | None, module: str, qualname: str) -> None:
        self.__name__, self.__qualname__, self.__module__, self.__doc__ = name, qualname, module, doc

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
    def __annotations__(self) -> dict[str, Any]:  # type: ignore[override]
        """The candidate's, as far as evaluating them is harmless."""
        return attribute(public(self, "__annotations__"), "__annotations__")  # type: ignore[no-any-return]

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


class Method(Function):
    """A method of the candidate, bound to its object."""

    __class__: type = types.MethodType  # type: ignore[assignment]


class Builtin(Function):
    """A function of the candidate's interpreter, written in C."""

    __class__: type = types.BuiltinFunctionType  # type: ignore[assignment]


def function(proxies: "Proxies", number: int, *described: object) -> object:
    """A proxy of a function.

    Args:
        proxies: of the test.
        number: the far side's.
        described: name, docstring, kind, module, qualified name, as they arrived.

    Raises:
        Breach: that describes no function.
    """
    name, doc, kind, module, qualname = described
    if [type(part) for part in (name, kind, module, qualname)] != [str] * 4:
        raise Breach("a function that is none")
    made = {"method": Method, "builtin": Builtin}.get(str(kind), Function)(
        str(name)[:_LONGEST], doc if type(doc) is str else None, str(module)[:_LONGEST], str(qualname)[:_LONGEST]
    )
    if type(made) is Function:
        made.__code__ = _CODE.get(str(kind), _CODE["function"])
    return keep(made, proxies, number)


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
