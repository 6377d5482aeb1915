"""What a test claims, and how its text reads with one claim turned into its contrary. Pure; reads hidden tests, which are trusted.

A test and its contradiction can't both pass, whatever the submission is. So a claim is only taken where it is certain to be
reached: in a plain function, at its top level (or in a loop over a literal), with nothing that returns, skips or is expected
to fail. Positions are bytes of the file.
"""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.examine import contrary
from grader.examine.contrary import Draw, Edit

_MARKS_THAT_EXCUSE = {"xfail", "skip", "skipif", "expectedFailure", "skipIf", "skipUnless"}
_WRAPPERS = {"given", "settings", "example", "seed", "patch", "object", "dict", "multiple"}
_CALLS_THAT_LEAVE = {"skip", "xfail", "importorskip", "skipTest", "exit", "_exit", "abort"}
_LEAVES = (ast.Return, ast.Yield, ast.YieldFrom, ast.Await, ast.Break, ast.Continue)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim of a test function, and the edits that turn it.

    `function` is its id within the file; `cases` are the numbers of the parametrised cases that are turned, of `rows`
    cases in all (None: every case is). `is_value` where an expected value was changed, so that hardly any wrong answer
    satisfies it either.
    """

    function: str
    edits: tuple[Edit, ...]
    is_value: bool
    cases: frozenset[int] | None = None
    rows: int | None = None


def claims(source: bytes, draw: Draw) -> tuple[Claim, ...]:
    """Return at most one claim for each test function of a file; none where it can't be read.

    Args:
        source: the file.
        draw: gives a whole number below its argument that nobody can foresee.
    """
    try:
        source.decode("utf-8")
        tree = ast.parse(source)
    except (ValueError, SyntaxError, RecursionError):
        return ()
    if source.startswith(b"\xef\xbb\xbf") or _excuses(tree.body):
        return ()
    found = (_claim(source, function, name, draw) for name, function in _functions(tree))
    return tuple(claim for claim in found if claim is not None and _reads(source, claim))


def _reads(source: bytes, claim: Claim) -> bool:
    """Whether the text is still Python, with the lines where they were."""
    changed = contrary.edited(source, claim.edits)
    try:
        ast.parse(changed)
    except (ValueError, SyntaxError):
        return False
    return changed.count(b"\n") == source.count(b"\n")


def _functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and _is_plain(node):
            yield node.name, node
        elif isinstance(node, ast.ClassDef) and not _excuses(node.body) and all(map(_is_mark, node.decorator_list)):
            methods = (inner for inner in node.body if isinstance(inner, ast.FunctionDef))
            yield from ((f"{node.name}::{inner.name}", inner) for inner in methods if _is_plain(inner))


def _excuses(body: Sequence[ast.stmt]) -> bool:
    """Whether a `pytestmark` of a file or class may skip its tests or expect them to fail."""
    assigned = [node for node in body if isinstance(node, ast.Assign | ast.AnnAssign)]
    return any(
        mark in ast.unparse(node)
        for node in assigned
        if "pytestmark" in ast.unparse(node)
        for mark in ("xfail", "skip")
    )


def _is_plain(function: ast.FunctionDef) -> bool:
    """Whether each statement at the top level is reached, unless one before it raises."""
    if not function.name.startswith("test") or not all(map(_is_mark, function.decorator_list)):
        return False
    return not any(
        isinstance(node, _LEAVES) or (isinstance(node, ast.Call) and _last(node.func) in _CALLS_THAT_LEAVE)
        for node in _own(function.body)
    )


def _is_mark(decorator: ast.expr) -> bool:
    function = decorator.func if isinstance(decorator, ast.Call) else decorator
    names = ast.unparse(function).split(".")
    if names[-1] in _MARKS_THAT_EXCUSE or any(mark in ast.unparse(decorator) for mark in ("xfail", "mark.skip")):
        return False
    return "mark" in names[:-1] or names[-1] in _WRAPPERS


def _own(body: Sequence[ast.stmt]) -> Iterator[ast.AST]:
    """All nodes of a function's own scope."""
    waiting: list[ast.AST] = list(body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, _SCOPES):
            waiting.extend(ast.iter_child_nodes(node))


def _claim(source: bytes, function: ast.FunctionDef, name: str, draw: Draw) -> Claim | None:
    """A claim about a value if there is one, else any."""
    statements = list(_reached(function.body))
    values = [edit for statement in statements if (edit := contrary.value(source, statement, draw))]
    if values:
        edit = values[draw(len(values))]
        return Claim(name, (edit,), is_value=not edit.is_flip)
    rows = contrary.rows(source, function, statements, draw)
    if rows is not None:
        by_case, count = rows
        is_value = not any(edit.is_flip for edit in by_case.values())
        return Claim(name, tuple(by_case.values()), is_value, frozenset(by_case), count)
    turned = [edits for statement in statements if (edits := contrary.turned(source, statement, draw))]
    return Claim(name, turned[draw(len(turned))], is_value=False) if turned else None


def _reached(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in body:
        yield statement
        if isinstance(statement, ast.For) and isinstance(statement.iter, ast.List | ast.Tuple) and statement.iter.elts:
            yield from (inner for inner in statement.body if isinstance(inner, ast.Assert))


def _last(function: ast.expr) -> str:
    return ast.unparse(function).rpartition(".")[2]
