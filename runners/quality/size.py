"""How much code a file really has: statements that can run and that somebody could ask for.

Padding must not pay, so these count for nothing: layout, comments, docstrings, `pass`, bare constants, what stands after a
`return`, branches of a constant condition, and names that no other code mentions (`alive` decides that over all files).
What comes in rows counts as far as a reader reads it: five statements of one form on end, ten elements of a display, three
small functions of one form.
"""

import ast
import bisect
import zlib
from collections import Counter

import tokens

_LEAVES = (ast.Return, ast.Raise, ast.Continue, ast.Break)
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_NAMED = 400  # characters of a name that are looked at
_ALIKE, _ELEMENTS, _TWINS = 5, 10, 3
_SMALL = 80  # tokens of a small function


def units(tree, is_test, found):
    """The parts of a module that live or die together: `{name, line, kind, statements, tokens, wants, is_open}`.

    The first is the module itself, always alive. `wants` are the names a part mentions; `is_open` parts live whoever
    mentions them: decorated ones, special methods, and methods of a class whose base is not in sight. `kind` is `function`
    or `other`; `tokens` are those of the part alone.

    Args:
        tree: the module, parsed.
        is_test: whether it is one of the submission's own tests.
        found: its tokens, without those that can't be reached.
    """
    parts = [_part("", tree, 0, is_open=True)]
    _collect(tree.body, parts, parts[0], is_test, is_open=False)
    _weigh(parts, found)
    for part in parts:
        part["wants"] = sorted(part["wants"])
        del part["span"]
    return parts


def reached(tree, found):
    """The tokens without those of statements that do nothing or can't be reached."""
    places = [token[2:4] for token in found]
    dead = bytearray(len(found))
    spans = [*(_span(node, places) for node in _idle(tree.body)), *_surplus(tree, places)]
    for first, last in spans:
        dead[first:last] = b"\1" * (last - first)
    return [token for token, is_dead in zip(found, dead) if not is_dead]


def _idle(body):
    """Statements of a block, and of blocks inside, that do nothing, can't be reached or repeat a form."""
    counted = set(map(id, _counted(body)))
    for statement in body:
        if id(statement) not in counted or _is_empty(statement):
            yield statement
            continue
        closed = _closed(statement)
        yield from getattr(statement, closed) if closed else ()
        for inner in _bodies(statement):
            yield from _idle(inner)


def _surplus(tree, places):
    """Positions of what long displays hold from the eleventh element on, with the signs between."""
    for node in ast.walk(tree):
        parts = node.elts if isinstance(node, ast.List | ast.Tuple | ast.Set) else ()
        if isinstance(node, ast.Dict):
            parts = node.values
        if len(parts) > _ELEMENTS:
            yield _span(parts[_ELEMENTS], places)[0], _span(parts[-1], places)[1]


def _counted(body):
    """The statements of a block up to the first that leaves it, of a row of one form the first five."""
    form, row = None, 0
    for statement in body:
        own = None if isinstance(statement, _DEFINITIONS) else [type(node) for node in ast.walk(statement)]
        row = row + 1 if own is not None and own == form else 1
        form = own
        if row <= _ALIKE:
            yield statement
        if isinstance(statement, _LEAVES):
            return


def _part(name, node, statements, *, is_open, kind="other"):
    line = getattr(node, "lineno", 1)
    return {
        "name": name[:_NAMED],
        "line": line,
        "kind": kind,
        "statements": statements,
        "wants": set(),
        "is_open": is_open,
        "span": node,
    }


def _weigh(parts, found):
    """Give each part the tokens that are in it and in no part inside it."""
    places = [token[2:4] for token in found]
    shapes = tokens.shapes(found)
    spans = [(0, len(found)), *(_span(part["span"], places) for part in parts[1:])]
    order = sorted(range(len(parts)), key=lambda number: (spans[number][0], -spans[number][1], number))
    around = []
    for number in order:
        first, last = spans[number]
        parts[number]["tokens"] = last - first
        parts[number]["form"] = zlib.crc32(repr(shapes[first:last]).encode()) if last - first <= _SMALL else 0
        while around and spans[around[-1]][1] < last:
            around.pop()
        if around:
            parts[around[-1]]["tokens"] -= last - first
        around.append(number)


def _span(node, places):
    """Positions of the first token of a node and of the first after it."""
    first = min([(node.lineno, 0), *((part.lineno, 0) for part in getattr(node, "decorator_list", ()))])
    if not isinstance(node, _DEFINITIONS):
        first = (node.lineno, node.col_offset)
    return bisect.bisect_left(places, first), bisect.bisect_left(places, (node.end_lineno, node.end_col_offset))


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
        mentioned = {id(other): other for name in part["wants"] for other in by_name.get(name, ())}
        waiting += [other for key, other in mentioned.items() if key not in seen]
        seen |= mentioned.keys()
    return living


def distinct(living):
    """The living parts without small functions of a form that three others have."""
    forms, kept = Counter(), []
    for part in living:
        is_small = part["kind"] == "function" and part["form"]
        forms[part["form"]] += bool(is_small)
        if not is_small or forms[part["form"]] <= _TWINS:
            kept.append(part)
    return kept


def _is_asked(name, interface):
    return not name.startswith("_") if interface is None else name in interface


def _collect(body, found, around, is_test, is_open):
    """Definitions become parts of their own, the rest belongs to what is around it."""
    for statement in _counted(body):
        if isinstance(statement, _DEFINITIONS):
            _define(statement, found, is_test, is_open)
        elif not _is_constant_name(statement, found):
            around["statements"] += _count([statement])
            around["wants"] |= _mentioned(statement)


def _define(node, found, is_test, is_open):
    is_open = is_open or bool(node.decorator_list) or (node.name.startswith("__") and node.name.endswith("__"))
    if is_test and node.name.lower().startswith(("test", "setup", "teardown")):
        is_open = is_open or _does_something(node)
    is_class = isinstance(node, ast.ClassDef)
    part = _part(node.name, node, 1, is_open=is_open, kind="other" if is_class else "function")
    found.append(part)
    for outside in [*node.decorator_list, *_head(node)]:
        part["wants"] |= _mentioned(outside)
    if is_class:
        is_foreign = any(not isinstance(base, ast.Name) or base.id != "object" for base in node.bases)
        _collect(node.body, found, part, is_test, is_open=is_foreign)
    else:
        part["statements"] += _count(node.body)
        part["wants"] |= set().union(*map(_mentioned, node.body))


def _head(node):
    return [*node.bases, *node.keywords] if isinstance(node, ast.ClassDef) else [node.args]


def _is_constant_name(statement, found):
    """A name for a constant is a part, too: a thousand of them are no larger program unless somebody uses them."""
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    is_one = isinstance(statement, ast.Assign | ast.AnnAssign) and len(targets) == 1
    if not is_one or not isinstance(targets[0], ast.Name):
        return False
    part = _part(targets[0].id, statement, 1, is_open=any(isinstance(each, ast.Call) for each in ast.walk(statement)))
    if statement.value and targets[0].id != "__all__":
        part["wants"] = _mentioned(statement.value)
    found.append(part)
    return True


def _count(body):
    """Statements that can be reached and do something, with those inside them."""
    total = 0
    for statement in _counted(body):
        if not _is_empty(statement):
            total += 1
        for inner in _bodies(statement):
            total += _count(inner)
    return total


def _bodies(statement):
    """The blocks inside a statement, but for a branch that a constant condition closes."""
    closed = _closed(statement)
    for field in ("body", "orelse", "finalbody"):
        if field != closed and isinstance(getattr(statement, field, None), list):
            yield getattr(statement, field)
    for inner in [*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())]:
        yield inner.body


def _closed(statement):
    """The name of the branch that a constant condition closes, or None."""
    if isinstance(statement, ast.If | ast.While) and isinstance(statement.test, ast.Constant):
        return "orelse" if statement.test.value else "body"
    return None


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
