"""One Python file: everything that can be said of it alone."""

import ast
import tokenize

import documented
import functions
import hidden
import languages
import radon.metrics
import size
import source
import tokens


def measured(name, content, sources):
    """One file's figures and facts, or why it can't be analysed.

    Args:
        name: its path.
        content: its bytes.
        sources: paths of the submission that are analysed.
    """
    try:
        compile(content, "submitted", "exec", dont_inherit=True)
        text = source.decoded(content)
        tree = ast.parse(text)
        return {"state": "analysed", **_facts(name, text, tree, sources)}
    except SyntaxError as wrong:
        return {"state": "unparsable", "why": f"it can't be parsed: {wrong.msg}", "line": wrong.lineno or 1}
    except (ValueError, RecursionError, MemoryError, tokenize.TokenError) as wrong:
        return {"state": "unparsable", "why": f"it can't be parsed: {type(wrong).__name__}", "line": 1}


def _facts(name, text, tree, sources):
    stream, nodes, is_test = tokens.read(text), list(ast.walk(tree)), languages.is_test(name)
    found = tokens.significant(stream)
    live = size.reached(tree, found)
    known, paths = functions.functions(text, tree, nodes, live)
    return {
        "maintainability": _maintainability(tree, nodes, paths, stream),
        "suppressed": source.suppressed(text),
        "functions": known,
        "units": size.units(tree, is_test, live),
        "public": documented.documented(tree),
        "hidden": hidden.hidden(nodes, sources),
        "mentions": hidden.mentions(nodes),
        "imports": _imports(nodes),
        "tokens": found,
        "text": source.obedient(text),
    }


def _maintainability(tree, nodes, paths, stream):
    """The index by radon's formula, from what is parsed and counted already."""
    volume = radon.metrics.h_visit_ast(tree).total.volume
    statements = sum(isinstance(node, ast.stmt) for node in nodes)
    comments, lines = tokens.comments(stream)
    return round(radon.metrics.mi_compute(volume, paths, statements, comments / lines * 100 if lines else 0), 2)


def _imports(nodes):
    """Names of modules that are imported absolutely, by their first part, with the line."""
    found = {}
    for node in nodes:
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and not node.level and node.module:
            names = [node.module]
        for name in names:
            found.setdefault(name.partition(".")[0], node.lineno)
    return found
