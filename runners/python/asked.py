"""What the examiner may ask of an object of the submission; standard library alone."""

import types

from special import DUNDERS

_REPR_CAP = 2000
_kept = []  # answers that `nothing` gives, the next one last


def special(thing, name, *args):
    """Call a special method as the interpreter would: on the type, never on the instance."""
    if name not in DUNDERS:
        raise AttributeError(name)
    if name == "__getitem__" and isinstance(thing, type) and not hasattr(type(thing), name):
        return thing[args[0]]  # a class with parameters, such as Cache[int]
    return getattr(type(thing), name)(thing, *args)


def own(thing, name=None):
    """What stands in a class or module itself, not bound to anything; without a name, the names."""
    if name is None:
        return [name for name in vars(thing) if type(name) is str and name[:2] != "__"]
    return vars(thing)[name]


def star(module):
    """What `from module import *` would take: its `__all__`, or its public names that are no modules."""
    names = getattr(module, "__all__", None)
    if names is not None:
        return [str(name) for name in names]
    return [name for name, value in vars(module).items() if name[:1] != "_" and not isinstance(value, types.ModuleType)]


def shown(thing):
    """Its repr, capped."""
    return repr(thing)[:_REPR_CAP]


def pickled(thing, protocol):
    """As bytes, for `unpickle` over here."""
    import pickle

    return pickle.dumps(thing, protocol)


def copied(thing, deep):
    """A copy of it."""
    import copy

    return copy.deepcopy(thing) if deep else copy.copy(thing)


def keep(answer):
    """Have an answer ready for `nothing`; a copy, since a container that both sides hold crosses as its number."""
    import copy

    _kept.insert(0, copy.deepcopy(answer))


def nothing(*_):
    """Do nothing with arguments: what is left is what it costs to hand them over, and to hand an answer back."""
    return _kept.pop() if _kept else None
