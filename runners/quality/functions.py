"""Functions of a Python file: size, radon's cyclomatic and complexipy's cognitive complexity; the rest as `<module>`.

Size is in lines of eight tokens, docstrings and comments aside, so that neither one long line nor a token a line changes it.
"""

import ast
import bisect

import complexipy
import radon.visitors

_TOKENS_A_LINE = 8
OUTSIDE = "<module>"


def functions(text, tree, nodes, found):
    """Every function with its own figures, without those of functions inside it; and the paths of all together.

    Args:
        text: the source.
        tree: the same, parsed.
        nodes: all nodes of the tree.
        found: its tokens, without those that can't be reached.
    """
    known = _cognitive(text)
    cognitive = {part.line_start: part for part in known if part.name != OUTSIDE}
    by_line = {node.lineno: node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    sizes = _sizes(by_line, found)
    visitor = radon.visitors.ComplexityVisitor.from_ast(tree)
    blocks = [part for block in visitor.blocks for part in _parts(block)]
    inside = [_function(block, by_line, sizes, cognitive) for block in blocks]
    return [*inside, *_outside(tree, sizes[0], known)], visitor.total_complexity


def _cognitive(text):
    """Figures of complexipy, whatever its own comments in the file ask for."""
    try:
        return complexipy.code_complexity(text, True, True, False).functions
    except Exception:
        return []


def _sizes(nodes, found):
    """Tokens of each function alone, by the line of its `def`; under 0, those outside all."""
    places = [(token[2], token[3]) for token in found]
    spans = sorted((node.lineno, node.col_offset, node) for node in nodes.values())
    whole = {line: _between(places, node) for line, _, node in spans}
    sizes = dict(whole)
    sizes[0] = len(found)
    open_ones = []
    for line, _, node in spans:
        while open_ones and not _is_within(node, open_ones[-1]):
            open_ones.pop()
        sizes[open_ones[-1].lineno if open_ones else 0] -= whole[line]
        open_ones.append(node)
    return sizes


def _between(places, node):
    start = bisect.bisect_left(places, (node.lineno, 0))
    return bisect.bisect_left(places, (node.end_lineno, 1_000_000_000)) - start


def _is_within(node, outer):
    return node.end_lineno <= outer.end_lineno


def _parts(block):
    """A function with those inside it; of a class only its methods, which radon lists by themselves, too."""
    if isinstance(block, radon.visitors.Class):
        return
    yield block
    for inner in block.closures:
        yield from _parts(inner)


def _function(block, nodes, sizes, cognitive):
    name = f"{block.classname}.{block.name}" if getattr(block, "classname", None) else block.name
    own = block.complexity - sum(inner.complexity for inner in block.closures)
    known = cognitive.get(block.lineno) or cognitive.get(_first_line(nodes.get(block.lineno)))
    is_same = known is not None and known.name.split("::")[-1] == block.name
    return {
        "name": name,
        "line": block.lineno,
        "lines": lines(sizes.get(block.lineno, 0)),
        "cyclomatic": max(1, own),
        "cognitive": known.complexity if is_same else None,
    }


def _first_line(node):
    return min([node.lineno, *(part.lineno for part in node.decorator_list)]) if node else 0


def _outside(tree, size, tangles):
    """Code outside of all functions, in the bodies of classes too, as one more function."""
    visitor = radon.visitors.ComplexityVisitor()
    visitor.visit(ast.Module(_loose(tree.body), []))
    known = next((part.complexity for part in tangles if part.name == OUTSIDE), None)
    if size <= 0:
        return []
    paths = max(1, visitor.complexity)
    return [{"name": OUTSIDE, "line": 1, "lines": lines(size), "cyclomatic": paths, "cognitive": known}]


def _loose(body):
    """The statements of a module and its classes that are in no function."""
    found = []
    for statement in body:
        if isinstance(statement, ast.ClassDef):
            found += _loose(statement.body)
        elif not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            found.append(statement)
    return found


def lines(count):
    """Tokens as lines, at least one."""
    return max(1, round(count / _TOKENS_A_LINE))
