"""The contrary of one statement of a test, as edits of its text. Pure.

Lines stay where they are. An expected value becomes another one of its kind, far enough from the first that a slip of the
submission doesn't meet it; where there is none, the comparison or the expected exception is turned.
"""

import ast
import builtins
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Draw = Callable[[int], int]

_TURNS: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
    ast.Lt: ("<", ">="),
    ast.LtE: ("<=", ">"),
    ast.Gt: (">", "<="),
    ast.GtE: (">=", "<"),
}
_METHODS = {"True": "False", "In": "NotIn", "Is": "IsNot", "IsNone": "IsNotNone", "Equal": "NotEqual"}
_TURNED_METHODS = {f"assert{a}": f"assert{b}" for a, b in [*_METHODS.items(), *((b, a) for a, b in _METHODS.items())]}
_EQUAL_METHODS = {
    "assertEqual",
    "assertListEqual",
    "assertDictEqual",
    "assertTupleEqual",
    "assertSetEqual",
    "assertAlmostEqual",
}
_COMMON = ("ValueError", "TypeError", "KeyError", "IndexError", "AttributeError", "RuntimeError", "OSError")
_RARE = ("ZeroDivisionError", "BufferError", "EOFError")  # hardly a class of anybody's inherits from these


@dataclass(frozen=True, slots=True)
class Edit:
    """Bytes `start` to `end` of a file become `text`."""

    start: int
    end: int
    text: bytes

    @property
    def is_flip(self) -> bool:
        """Whether it turns a truth value, which a wrong answer meets easily."""
        return self.text in (b"True", b"False")


def edited(source: bytes, edits: Sequence[Edit]) -> bytes:
    """Return the text with all edits made; they don't overlap."""
    for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
        source = source[: edit.start] + edit.text + source[edit.end :]
    return source


def value(source: bytes, statement: ast.stmt, draw: Draw) -> Edit | None:
    """Another expected value for a statement that compares with a literal."""
    leaves = [leaf for side in _sides(statement) for leaf in _leaves(side)]
    return _other(source, leaves, draw)


def rows(
    source: bytes, function: ast.FunctionDef, statements: Sequence[ast.stmt], draw: Draw
) -> tuple[dict[int, Edit], int] | None:
    """Other expected values in a literal `parametrize`, by number of the case, and how many cases there are."""
    decorators = [d for d in function.decorator_list if isinstance(d, ast.Call) and _name(d.func) == "parametrize"]
    if (
        len(decorators) != 1
        or len(decorators[0].args) != 2
        or not isinstance(decorators[0].args[1], ast.List | ast.Tuple)
    ):
        return None
    names, table = _argnames(decorators[0].args[0]), decorators[0].args[1].elts
    compared = {side.id for statement in statements for side in _sides(statement) if isinstance(side, ast.Name)}
    columns = [number for number, name in enumerate(names) if name in compared]
    if len(columns) != 1:
        return None
    cells = [_cell(row, columns[0], len(names)) for row in table]
    edits = {
        n: edit for n, cell in enumerate(cells) if cell is not None and (edit := _other(source, _leaves(cell), draw))
    }
    return (edits, len(table)) if edits else None


def turned(source: bytes, statement: ast.stmt, draw: Draw) -> tuple[Edit, ...]:
    """The contrary of an assertion, or another exception than the one expected; nothing where there is no sure one."""
    equal = _equal(statement)
    if equal:
        start, end = _span(source, equal[draw(2)])
        return Edit(start, start, b"["), Edit(end, end, b"]")  # what is equal to everything is equal to this, too
    if isinstance(statement, ast.Assert):
        return _turned_test(source, statement.test)
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        return _turned_method(source, statement.value)
    if isinstance(statement, ast.With) and len(statement.items) == 1:
        return _turned_exception(source, statement.items[0].context_expr, draw)
    return ()


# ---------------------------------------------------------------- values
def _sides(statement: ast.stmt) -> list[ast.expr]:
    """What a statement holds equal, without a tolerance around it."""
    return [_inner(side) for side in _equal(statement)]


def _equal(statement: ast.stmt) -> list[ast.expr]:
    """The two sides of what a statement holds equal; nothing where it does no such thing."""
    if isinstance(statement, ast.Assert) and isinstance(statement.test, ast.Compare):
        compare = statement.test
        if len(compare.ops) == 1 and isinstance(compare.ops[0], ast.Eq):
            return [compare.left, compare.comparators[0]]
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        call = statement.value
        if _name(call.func) in _EQUAL_METHODS and len(call.args) == 2:
            return [*call.args] if not call.keywords else []
    return []


def _inner(side: ast.expr) -> ast.expr:
    """What stands in `approx(...)`, if it has no tolerance of its own."""
    if isinstance(side, ast.Call) and _name(side.func) == "approx" and len(side.args) == 1 and not side.keywords:
        return side.args[0]
    return side


def _leaves(node: ast.expr) -> list[ast.Constant]:
    """The constants of a literal; none where anything in it isn't one."""
    if isinstance(node, ast.Constant):
        return [node]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return _leaves(node.operand)
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        parts = list(node.elts)
    elif isinstance(node, ast.Dict):
        parts = list(node.values)
    else:
        return []
    inside = [_leaves(part) for part in parts]
    return [leaf for leaves in inside for leaf in leaves] if all(inside) else []


def _other(source: bytes, leaves: Sequence[ast.Constant], draw: Draw) -> Edit | None:
    changeable = [
        (leaf, text) for leaf in leaves if (text := _another(leaf.value, draw)) and leaf.lineno == leaf.end_lineno
    ]
    if not changeable:
        return None
    leaf, text = changeable[draw(len(changeable))]
    return Edit(*_span(source, leaf), text.encode("utf-8"))


def _another(constant: object, draw: Draw) -> str | None:
    """A constant of the same kind that is plainly another one."""
    if isinstance(constant, bool):
        return repr(not constant)
    if isinstance(constant, int):
        return repr(_another_number(constant, draw))
    if isinstance(constant, float) and abs(constant) < 1e15:
        return repr(round(constant + (2 + draw(7)) * (abs(constant) / 8 or 1.0), 6))
    if isinstance(constant, str):
        return repr(_another_text(constant, draw)) if constant.isprintable() else None
    return None


def _another_number(number: int, draw: Draw) -> int:
    reach = max(9, abs(number) // 3)
    near = {number - 1, number, number + 1, -number, 2 * number}
    while (other := max(0, number - reach) + draw(2 * reach + 1)) in near:
        pass
    return other


def _another_text(text: str, draw: Draw) -> str:
    places = [n for n, letter in enumerate(text) if letter.isascii() and letter.isalnum()]
    if not places:
        return text + "abcdefghij"[draw(10)]
    at = places[draw(len(places))]
    alphabet = "0123456789" if text[at].isdigit() else "abcdefghijklmnopqrstuvwxyz"
    others = [letter for letter in alphabet if letter != text[at].lower()]
    letter = others[draw(len(others))]
    return text[:at] + (letter.upper() if text[at].isupper() else letter) + text[at + 1 :]


def _argnames(node: ast.expr) -> list[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [name.strip() for name in node.value.split(",") if name.strip()]
    if isinstance(node, ast.List | ast.Tuple):
        return [part.value for part in node.elts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    return []


def _cell(row: ast.expr, column: int, columns: int) -> ast.expr | None:
    """A case's value in a column; `pytest.param` counts if it has no marks."""
    cells = [row] if columns == 1 else list(row.elts) if isinstance(row, ast.Tuple | ast.List) else []
    if isinstance(row, ast.Call):
        is_plain = _name(row.func) == "param" and all(keyword.arg == "id" for keyword in row.keywords)
        cells = list(row.args) if is_plain else []
    return cells[column] if len(cells) == columns else None


# ---------------------------------------------------------------- turns
def _turned_test(source: bytes, test: ast.expr) -> tuple[Edit, ...]:
    start, end = _span(source, test)
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = _span(source, test.operand)[0]
        return (Edit(start, inner, b""),) if b"(" not in source[start:inner] else _negated(start, end)
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        left, right = _span(source, test.left)[1], _span(source, test.comparators[0])[0]
        old, new = _TURNS[type(test.ops[0])]
        if source[left:right].strip() == old.encode():
            return (Edit(left, right, source[left:right].replace(old.encode(), new.encode())),)
    if isinstance(test, ast.Call | ast.Name | ast.Attribute | ast.Subscript):
        return (Edit(start, start, b"not "),)
    return _negated(start, end)


def _negated(start: int, end: int) -> tuple[Edit, ...]:
    return Edit(start, start, b"not ("), Edit(end, end, b")")


def _turned_method(source: bytes, call: ast.Call) -> tuple[Edit, ...]:
    new = _TURNED_METHODS.get(_name(call.func))
    if new is None or not isinstance(call.func, ast.Attribute):
        return ()
    end = _span(source, call.func)[1]
    return (Edit(end - len(call.func.attr), end, new.encode()),)


def _turned_exception(source: bytes, context: ast.expr, draw: Draw) -> tuple[Edit, ...]:
    if not isinstance(context, ast.Call) or _name(context.func) not in ("raises", "assertRaises") or not context.args:
        return ()
    expected = context.args[0]
    if not isinstance(expected, ast.Name | ast.Attribute):
        return ()
    known = getattr(builtins, _name(expected), None) if isinstance(expected, ast.Name) else None
    others = [name for name in _COMMON if not _related(known, getattr(builtins, name))] if known else list(_RARE)
    return (Edit(*_span(source, expected), others[draw(len(others))].encode()),) if others else ()


def _related(one: object, other: type) -> bool:
    return not isinstance(one, type) or issubclass(one, other) or issubclass(other, one)


# ---------------------------------------------------------------- places
def _name(function: ast.expr) -> str:
    return ast.unparse(function).rpartition(".")[2]


def _span(source: bytes, node: ast.expr) -> tuple[int, int]:
    """Where a node stands, in bytes from the start of the file."""
    lines = source.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    return starts[node.lineno - 1] + node.col_offset, starts[node.end_lineno - 1] + node.end_col_offset
