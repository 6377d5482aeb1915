"""Signatures as plain data: (name, kind, (default,) or (), (annotation,) or ()) of each parameter, and the return annotation.

One file, the standard library alone, on both sides.
"""

# `inspect` is imported where it is used: it costs four milliseconds, and few candidates need it.


def told(thing):
    """The signature of something that can be called; raises what `inspect.signature` raises."""
    import inspect

    signature = inspect.signature(thing)
    parameters = signature.parameters.values()
    rows = [(p.name, int(p.kind), _given(p.default), _given(p.annotation)) for p in parameters]
    return rows, _given(signature.return_annotation)


def built(rows, returned=()):
    """The signature that was told; raises TypeError or ValueError where it is none."""
    import inspect

    parameters = [
        inspect.Parameter(name, inspect._ParameterKind(kind), default=_value(default), annotation=_value(annotation))
        for name, kind, default, annotation in rows
    ]
    return inspect.Signature(parameters, return_annotation=_value(returned))


def _given(value):
    import inspect

    return () if value is inspect.Parameter.empty else (value,)


def _value(given):
    import inspect

    return given[0] if given else inspect.Parameter.empty
