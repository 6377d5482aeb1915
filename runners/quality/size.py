"""How much code a file really has: statements that can run and that somebody could ask for.

Padding must not pay, so these count for nothing: layout, comments, docstrings, `pass`, bare constants, what stands after a
`return`, branches of a constant condition, and names that no other code mentions (`wanted` decides that over all files).
"""

import ast

_LEAVES = (ast.Return, ast.Raise, ast.Continue, ast.Break)
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_NAMED = 400  # characters of a name that are looked at


def units(tree, is_test):
    """The parts of a module that live or die together: `{name, line, statements, wants, is_open}`.

    The first is the module itself, always alive. `wants` are the names a part mentions; `is_open` parts live whoever
    mentions them: decorated ones, special methods, and methods of a class whose base is not in sight.
    """
    found = [{"name": "", "line": 1, "statements": 0, "wants": set(), "is_open": True}]
    _collect(tree.body, found, found[0], is_test, is_open=False)
    for unit in found:
        unit["wants"] = sorted(unit["wants"])
    return found


def alive(parts, interface):
    """The parts that live: open ones, those of the interface, and all that these mention, however far.

    Args:
        parts: of all files.
        interface: names that the brief asks for; None where nobody knows, then every public name is one.
    """
    waiting = [part for part in parts if part["is_open"] or _is_asked(part["name"], interface)]
    by_name, living = {}, []
    for part in parts:
        by_name.setdefault(part["name"], []).append(part)
    seen = {id(part) for part in waiting}
    while waiting:
        part = waiting.pop()
        living.append(part)
        for name in part["wants"]:
            for other in by_name.get(name, ()):
                if id(other) not in seen:
                    seen.add(id(other))
                    waiting.append(other)
    return living


def _is_asked(name, interface):
    return not name.startswith("_") if interface is None else name in interface


def _collect(body, found, around, is_test, is_open):
    """Definitions become parts of their own, the rest belongs to what is around it."""
    for statement in _reached(body):
        if isinstance(statement, _DEFINITIONS):
            _define(statement, found, is_test, is_open)
        elif not _is_constant_name(statement, found):
            around["statements"] += _count([statement])
            around["wants"] |= _mentioned(statement)


def _define(node, found, is_test, is_open):
    is_open = is_open or bool(node.decorator_list) or (node.name.startswith("__") and node.name.endswith("__"))
    if is_test and node.name.lower().startswith(("test", "setup", "teardown")):
        is_open = is_open or _does_something(node)
    unit = {"name": node.name[:_NAMED], "line": node.lineno, "statements": 1, "wants": set(), "is_open": is_open}
    found.append(unit)
    for part in [*node.decorator_list, *_head(node)]:
        unit["wants"] |= _mentioned(part)
    if isinstance(node, ast.ClassDef):
        is_foreign = any(not isinstance(base, ast.Name) or base.id != "object" for base in node.bases)
        _collect(node.body, found, unit, is_test, is_open=is_foreign)
    else:
        unit["statements"] += _count(node.body)
        unit["wants"] |= set().union(*map(_mentioned, node.body))


def _head(node):
    return [*node.bases, *node.keywords] if isinstance(node, ast.ClassDef) else [node.args]


def _is_constant_name(statement, found):
    """A name for a constant is a part, too: a thousand of them are no larger program unless somebody uses them."""
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    is_one = isinstance(statement, ast.Assign | ast.AnnAssign) and len(targets) == 1
    if not is_one or not isinstance(targets[0], ast.Name):
        return False
    wants = _mentioned(statement.value) if statement.value and targets[0].id != "__all__" else set()
    part = {"name": targets[0].id, "line": statement.lineno, "statements": 1, "wants": wants}
    found.append({**part, "is_open": any(isinstance(each, ast.Call) for each in ast.walk(statement))})
    return True


def _count(body):
    """Statements that can be reached and do something, with those inside them."""
    total = 0
    for statement in _reached(body):
        if not _is_empty(statement):
            total += 1
        for inner in _bodies(statement):
            total += _count(inner)
    return total


def _reached(body):
    """The statements of a block up to the first that leaves it."""
    for statement in body:
        yield statement
        if isinstance(statement, _LEAVES):
            return


def _bodies(statement):
    """The blocks inside a statement, but for a branch that a constant condition closes."""
    closed = None
    if isinstance(statement, ast.If | ast.While) and isinstance(statement.test, ast.Constant):
        closed = "orelse" if statement.test.value else "body"
    for field in ("body", "orelse", "finalbody"):
        if field != closed and isinstance(getattr(statement, field, None), list):
            yield getattr(statement, field)
    for inner in [*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())]:
        yield inner.body


def _is_empty(statement):
    is_value = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant | ast.Name)
    return is_value or isinstance(statement, ast.Pass | ast.Global | ast.Nonlocal)


def _mentioned(node):
    """Names that a piece of code mentions, also as text, since `getattr` and dispatch tables work by text."""
    names = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            names.add(part.id)
        elif isinstance(part, ast.Attribute):
            names.add(part.attr)
        elif isinstance(part, ast.alias):
            names.update(part.name.split("."))
        elif isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value.isidentifier():
            names.add(part.value)
    return {name[:_NAMED] for name in names}


def _does_something(node):
    """Whether a test calls anything at all."""
    return any(isinstance(part, ast.Call | ast.ClassDef) for part in ast.walk(node))
