"""Which public names of a Python file lack a docstring, and which lack types; no credit for length."""

import ast

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_FEWEST_WORDS = 2
_SHOWN = 50


def documented(tree):
    """`{"names", "undocumented": [[name, line]], "untyped": [[name, line]]}` of the module and its public names."""
    names = [(name, node) for name, node in _public(tree.body, "") if not _is_overload(node)]
    undocumented = [[name, node.lineno] for name, node in names if _needs_words(name) and not _says(node)]
    untyped = [[name, node.lineno] for name, node in names if isinstance(node, _FUNCTIONS) and not _is_typed(node)]
    if tree.body and not _says(tree):
        undocumented.insert(0, ["the module", 1])
    return {"names": len(names), "undocumented": undocumented[:_SHOWN], "untyped": untyped[:_SHOWN]}


def _public(body, prefix):
    for node in body:
        if not isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            continue
        if node.name.startswith("_") and node.name != "__init__":
            continue
        yield prefix + node.name, node
        if isinstance(node, ast.ClassDef):
            yield from _public(node.body, f"{node.name}.")


def _needs_words(name):
    return not name.endswith("__init__")


def _says(node):
    """A docstring of at least two words that are more than the name."""
    said = (ast.get_docstring(node) or "").split()
    return (
        len([word for word in said if word.strip(".:").lower() != getattr(node, "name", "").lower()]) >= _FEWEST_WORDS
    )


def _is_overload(node):
    """An overload says nothing of its own, and the setter of a property is documented by the property."""
    names = {getattr(part, "attr", getattr(part, "id", "")) for part in node.decorator_list}
    return bool(names & {"overload", "setter", "deleter", "override"})


def _is_typed(node):
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    stars = [each for each in (node.args.vararg, node.args.kwarg) if each]
    asked = [each for number, each in enumerate(arguments) if number or each.arg not in ("self", "cls")]
    has_return = node.returns is not None or node.name == "__init__"
    return has_return and all(each.annotation is not None for each in asked + stars)
