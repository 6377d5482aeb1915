"""One Python file: everything that can be said of it alone."""

import ast
import tokenize

import documented
import functions
import hidden
import languages
import radon.metrics
import radon.raw
import radon.visitors
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
    raw, found, is_test = radon.raw.analyze(text), tokens.python(text), languages.is_test(name)
    live = size.reached(tree, found)
    return {
        "sloc": raw.sloc,
        "comments": raw.comments,
        "maintainability": _maintainability(tree, raw),
        "suppressed": source.suppressed(text),
        "functions": functions.functions(text, tree, live),
        "units": size.units(tree, is_test, live),
        "public": documented.documented(tree),
        "hidden": hidden.hidden(tree, sources),
        "mentions": hidden.mentions(tree),
        "imports": _imports(tree),
        "tokens": found,
        "text": source.obedient(text),
    }


def _maintainability(tree, raw):
    """The index of radon, from what is parsed and counted already."""
    volume = radon.metrics.h_visit_ast(tree).total.volume
    paths = radon.visitors.ComplexityVisitor.from_ast(tree).total_complexity
    share = raw.comments / raw.sloc * 100 if raw.sloc else 0
    return round(radon.metrics.mi_compute(volume, paths, raw.lloc, share), 2)


def _imports(tree):
    """Names of modules that are imported absolutely, by their first part, with the line."""
    found = {}
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and not node.level and node.module:
            names = [node.module]
        for name in names:
            found.setdefault(name.partition(".")[0], node.lineno)
    return found
