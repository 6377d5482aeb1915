"""Signatures as plain data: (name, kind, (default,) or (), (annotation,) or ()) of each parameter, and the return annotation.

One file, the standard library alone, on both sides.
"""

# `inspect` is imported where it is used: it costs four milliseconds, and few candidates need it.


def told(thing):
    """The signature of something that can be called; raises what `inspect.signature` raises."""
    import inspect

    signature, empty = inspect.signature(thing), inspect.Parameter.empty
    parameters = signature.parameters.values()
    rows = [(p.name, int(p.kind), _given(p.default, empty), _given(p.annotation, empty)) for p in parameters]
    return rows, _given(signature.return_annotation, empty)


def built(rows, returned=()):
    """The signature that was told; raises TypeError or ValueError where it is none."""
    import inspect

    kind, empty = inspect._ParameterKind, inspect.Parameter.empty
    parameters = [
        inspect.Parameter(name, kind(number), default=_value(default, empty), annotation=_value(annotation, empty))
        for name, number, default, annotation in rows
    ]
    return inspect.Signature(parameters, return_annotation=_value(returned, empty))


def _given(value, empty):
    return () if value is empty else (value,)


def _value(given, empty):
    return given[0] if given else empty
