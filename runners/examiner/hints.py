"""Annotations of the candidate's: those that are text may be evaluated here, by `typing.get_type_hints` and others.

So text crosses only where evaluating it computes nothing: names, attributes, subscripts and unions, down to the texts in it.
"""

import ast
from typing import Any

from frames import CannotCross

_LONGEST = 1000
_INERT = (
    ast.Expression,
    ast.Name,
    ast.Attribute,
    ast.Subscript,
    ast.Tuple,
    ast.List,
    ast.Constant,
    ast.BinOp,
    ast.BitOr,
    ast.Load,
)


def inert(told: object) -> dict[str, Any]:
    """Annotations as they arrived, in a dict that nothing which arrives later can change.

    Raises:
        AttributeError: it is no dict of names.
        CannotCross: one of them is code.
    """
    if type(told) is not dict or any(type(name) is not str for name in told):
        raise AttributeError("__annotations__")
    return {name: _checked(name, value) for name, value in told.items()}


def _checked(name: str, value: object) -> object:
    if not isinstance(value, str):
        return value
    text = str.__add__(value, "")  # of a subclass the text itself, whatever its methods say
    if not _is_inert(text):
        raise CannotCross(f"the annotation of {name!r} is an expression, and would be evaluated on this side")
    return text


def _is_inert(text: str) -> bool:
    """Whether evaluating it is harmless; what Python can't parse is never evaluated."""
    bare = text.strip()
    if len(text) > _LONGEST or bare[:1] == "*":  # `typing` puts such a text into an expression of its own
        return False
    try:
        nodes = list(ast.walk(ast.parse(bare, mode="eval")))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return True
    texts = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return all(isinstance(node, _INERT) for node in nodes) and all(map(_is_inert, texts))
