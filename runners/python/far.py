"""Objects of the test, as the submission sees them: each use asks the examiner; standard library alone."""

import collections

import signatures
from special import DUNDERS


class Far:
    """An object of the test, seen from here: each use of it asks the examiner."""

    def __init__(self, child, number, name):
        self.__dict__.update(_far_child=child, _far_number=number, __name__=name)

    def __getattr__(self, name):
        if name in ("__qualname__", "__doc__") and callable(self):
            return self.__name__ if name == "__qualname__" else self._far_child.ask("get", Given(self), name)
        if name.startswith("_"):
            raise AttributeError(name)
        return self._far_child.ask("get", Given(self), name)

    def __setattr__(self, name, value):
        self._far_child.ask("set", Given(self), name, value)

    def __delattr__(self, name):
        self._far_child.ask("del", Given(self), name)

    @property
    def __signature__(self):
        return signatures.built(*self._far_child.ask("signature", Given(self)))

    def __deepcopy__(self, _memo):
        return self._far_child.ask("copy", Given(self))


def far_exception(child, number, name, base):
    """A class that stands for an exception class of the test, so that the submission can catch and raise it."""

    def get(self, attribute):
        if attribute.startswith("_") or "_far_number" not in vars(self):
            raise AttributeError(attribute)
        return child.ask("get", Given(self), attribute)

    return type(name, (base,), {"__getattr__": get, "_far_class": number})


class Given:
    """Marks one of the examiner's own objects in a request."""

    def __init__(self, far):
        self.number = far._far_number


def _far_dunder(name):
    def ask(self, /, *args, **kwargs):
        if name == "__call__":
            return self._far_child.ask("call", Given(self), args, tuple(kwargs.items()))
        return self._far_child.ask("dun", Given(self), name, *args)

    return ask


_far_kinds = {}


def far_class(dunders, made_of=object, fields=None, shadows=()):
    """A class of far objects with just these special methods, so that `callable`, `iter` and the like are true of it.

    Args:
        dunders: their names.
        made_of: a type of plain data, where the test's class inherits from one.
        fields: names of the fields of a named tuple or a data class.
        shadows: names that the test's class has in the place of those of `made_of`.
    """
    key = (dunders, made_of, fields, shadows)
    if key not in _far_kinds:
        names = {name: _far_dunder(name) for name in dunders if name in DUNDERS}
        names.update((name, _far_method(name)) for name in shadows)
        bases = (Far, made_of)
        if fields is not None and made_of is tuple:
            plain = collections.namedtuple("Tuple", fields, rename=True)
            bases, names["_make"] = (Far, plain), plain._make
            names["__new__"] = lambda cls, items, *more: tuple.__new__(cls, items)
        elif fields is not None:
            names["__dataclass_fields__"] = {name: _field(name) for name in fields}
        _far_kinds[key] = type("Far", bases if made_of is not object else (Far,), names)
    return _far_kinds[key]


def _far_method(name):
    return property(lambda self: self._far_child.ask("get", Given(self), name))


def _field(name):
    import dataclasses

    field = dataclasses.field()
    field.name, field._field_type = name, dataclasses._FIELD
    return field
