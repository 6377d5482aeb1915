"""How the submission's classes, functions and exceptions are told to the examiner; standard library alone."""

import importlib
import sys
import types

import containers
from special import DUNDERS

_REPR_CAP = 2000
_NAME_CAP = 200
_FLAGS = {"generator": 0x20, "coroutine": 0x80, "asynchronous": 0x200}
VALUE_BASES = (int, float, complex, str, bytes, tuple, frozenset)
_OURS = __file__.rpartition("/")[0]


def plain():
    """The types whose subclasses have a real one of these as base on the other side; no use importing one for that."""
    datetime = sys.modules.get("datetime")
    return (*containers.KINDS, datetime.tzinfo) if datetime else containers.KINDS


def arguments(raised):
    """What a built-in exception is made of again; for some, such as OSError, that is more than `args`."""
    reduced = raised.__reduce__()
    return reduced[1] if type(reduced) is tuple and type(reduced[1]) is tuple else tuple(raised.args)


def rebuilt(kind, args):
    """An exception of a class, made of these arguments or, where it takes others, around them."""
    try:
        return kind(*args)
    except Exception:
        raised = kind.__new__(kind, *args)
        raised.args = args
        return raised


def exact(base, thing):
    """The plain value of an instance of a value type's subclass."""
    return base.__int__(thing) if base is int else base.__float__(thing) if base is float else base(thing)


def dunders(kind):
    """The special methods that this class itself defines; `-__hash__` where it says it has no hash."""
    own = dict(vars(kind))
    for base in kind.__bases__:
        if base.__module__ == "builtins" and base not in (object, *VALUE_BASES, *plain()):
            own = {**vars(base), **own}
    names = sorted(name for name in own if name in DUNDERS and own[name] is not None)
    return names + (["-__hash__"] if own.get("__hash__", 0) is None else [])


def shadows(kind):
    """The public names that this class has in the place of those of the container that it inherits from."""
    base = next((base for base in plain() if issubclass(kind, base)), None)
    return [name for name in dir(base) if name[0] != "_" and _home(kind, name) not in base.__mro__] if base else []


def _home(kind, name):
    return next(home for home in kind.__mro__ if name in vars(home))


def fields(kind):
    """The names of a data class' fields, else None."""
    fields = vars(kind).get("__dataclass_fields__")
    return [str(name) for name in fields] if type(fields) is dict else None


def name(thing):
    """What a function is called."""
    name = getattr(thing, "__name__", "function")
    return name if type(name) is str else "function"


def kind(thing):
    """`method`, `builtin`, or what a call of a function gives at once, by the flags of its code."""
    if not isinstance(thing, types.FunctionType):
        return "method" if isinstance(thing, types.MethodType) else "builtin"
    flags = thing.__code__.co_flags
    return next((kind for kind, flag in _FLAGS.items() if flags & flag), "function")


def text(thing, name):
    """An attribute that is a text, capped; empty where it is none."""
    value = getattr(thing, name, None)
    return value[:_NAME_CAP] if type(value) is str else ""


def doc(thing):
    """The docstring, capped, or None."""
    doc = getattr(thing, "__doc__", None)
    return doc[:_REPR_CAP] if type(doc) is str else None


def is_stdlib(kind):
    """Whether a class is of the standard library, by what it says."""
    return kind.__module__.partition(".")[0] in sys.stdlib_module_names


def named(name):
    """A builtin or standard library object by its name, as the examiner gave it."""
    module, _, attribute = name.rpartition(".")
    return getattr(importlib.import_module(module), attribute)


def trace(raised):
    """The traceback's last frames, without ours."""
    import traceback

    trace = raised.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename.startswith(_OURS):
        trace = trace.tb_next  # the submission's own frames are what helps
    return "".join(traceback.format_exception(type(raised), raised, trace, limit=-8))[-_REPR_CAP * 2 :]
