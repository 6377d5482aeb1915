"""A solution's source, changed where nothing depends on it: no two trials see the same bytes, syntax tree or byte code.

A suite could otherwise tell the reference from a planted fault by a fingerprint, without testing anything.
"""

import ast
import hashlib
from collections.abc import Mapping


def varied(files: Mapping[str, bytes], salt: str) -> Mapping[str, bytes]:
    """Return the files with the Python among them varied; what can't be parsed, as a planted fault may be, stays.

    Args:
        files: content by path, of a solution that the assignment's author wrote.
        salt: another one, another variation.
    """
    return {
        name: _varied(content, f"{salt} {name}") if name.endswith(".py") else content for name, content in files.items()
    }


def _varied(content: bytes, salt: str) -> bytes:
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError):
        return content
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    for number, node in enumerate(functions):
        drawn = hashlib.sha256(f"{salt} {number}".encode()).hexdigest()
        is_told = isinstance(node.body[0], ast.Expr) and isinstance(node.body[0].value, ast.Constant)
        node.body.insert(int(is_told), ast.parse(f"_{drawn[:8]} = {int(drawn[8:12], 16)}").body[0])
    return f"{ast.unparse(ast.fix_missing_locations(tree))}\n".encode()
