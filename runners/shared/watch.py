"""Whether pytest and Python's own names are still what they were: finds those who patch them and don't know of this."""

import sys
import types

_WATCHED = ("_pytest", "pytest", "pluggy", "_hypothesis_pytestplugin")
_SINGLE = ("builtins", "unittest.case", "hmac", "json", "os")
_MEMBERS = types.FunctionType | classmethod | staticmethod | property
_MOST = 5
_PYTESTS_OWN = "_pytest.config.Config._getini_unknown_type"  # what its plugin `legacypath` replaces


class Watch:
    """The functions and classes of some modules, as they are now."""

    def __init__(self):
        self._modules = {name: module for name, module in sys.modules.items() if _is_watched(name)}
        self._known = [entry for name, module in self._modules.items() for entry in _of(name, module)]
        self._codes = [
            (name, function, function.__code__) for name, _, _, function in self._known if _has_code(function)
        ]

    def changed(self):
        """Names of what differs, at most five."""
        gone = [name for name, module in self._modules.items() if sys.modules.get(name) is not module]
        replaced = [
            name for name, holder, key, value in self._known if holder.get(key) is not value and name != _PYTESTS_OWN
        ]
        rewritten = [name for name, function, code in self._codes if function.__code__ is not code]
        return [*gone, *replaced, *rewritten][:_MOST]


def _is_watched(name):
    return name.partition(".")[0] in _WATCHED or name in _SINGLE


def _of(name, module):
    """Each function and class of a module, and what stands in its own classes: (name, holder, key, value)."""
    for key, value in list(vars(module).items()):
        if isinstance(value, types.FunctionType | types.BuiltinFunctionType | type):
            yield f"{name}.{key}", vars(module), key, value
        if isinstance(value, type) and value.__module__ == name:
            members = vars(value)
            known = [(inner, member) for inner, member in list(members.items()) if isinstance(member, _MEMBERS)]
            yield from ((f"{name}.{key}.{inner}", members, inner, member) for inner, member in known)


def _has_code(value):
    return isinstance(value, types.FunctionType)
