"""Code that runs and is in no source file that we read: in texts, in data files, in files that a loader takes.

Whatever runs Python from elsewhere needs one of a few doors, so the doors are what is looked for; each is a finding of its
own that counts like a file that could not be analysed. What can't be seen so: a language of the submission's own, kept in data
and interpreted by its code.
"""

import ast
import json
import re

_RUNNERS = {"exec", "eval", "compile", "__import__"}
_BUILTINS = {"builtins", "__builtins__"}
_WAYS_ROUND = {"__subclasses__", "__builtins__", "f_builtins"}
_LOADERS = {
    "spec_from_file_location": "loads a module from a file of any name",
    "spec_from_loader": "loads a module through a loader of its own",
    "SourceFileLoader": "loads a module from a file of any name",
    "SourcelessFileLoader": "loads compiled code",
    "ExtensionFileLoader": "loads compiled code",
    "run_path": "runs a file of any name",
    "load_source": "loads a module from a file of any name",
    "zipimporter": "imports from an archive",
    "FunctionType": "makes a function from compiled code",
    "CodeType": "makes compiled code",
    "InteractiveInterpreter": "runs code from text",
    "InteractiveConsole": "runs code from text",
    "runsource": "runs code from text",
}
_CODE_IN_DATA = re.compile(r"\b(?:lambda\b[^:\n]*:|def\s+\w+\s*\(|class\s+\w+\s*[(:])")
_BINARIES = (".so", ".pyd", ".pyc", ".pyo", ".dll", ".dylib", ".zip", ".egg", ".whl", ".pyz")
_SHOWN = 50
_DATA_BYTES = 1_000_000


def hidden(nodes, sources):
    """Doors that one Python file opens, as [rule, line, message].

    Args:
        nodes: all nodes of the file's tree.
        sources: paths of the submission that are analysed.
    """
    found = []
    for node in nodes:
        if isinstance(node, ast.Call):
            found += _call(node, sources)
        elif isinstance(node, ast.Name) and node.id in _RUNNERS and isinstance(node.ctx, ast.Load):
            found.append(["code-in-text", node.lineno, f"{node.id} runs code from text, which no analyser reads"])
        elif isinstance(node, ast.Subscript) and _is_lookup(node):
            found.append(["code-in-text", node.lineno, "builtins are looked up by their name"])
        elif isinstance(node, ast.Attribute) and _is_way_round(node):
            found.append(["code-in-text", node.lineno, f"{node.attr} leads to what runs code from text"])
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found += _renamed(node)
    return sorted(found, key=lambda each: each[1])[:_SHOWN]


def mentions(nodes):
    """File names that a Python file mentions as text, by their last part."""
    names = set()
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "." in node.value:
            names.add(node.value.rpartition("/")[2][:255])
    return sorted(names)[:1000]


def in_data(name, content, mentioned, imported):
    """Why a file that isn't source hides code, or None.

    Args:
        name: its path.
        content: its bytes.
        mentioned: file names that the code mentions.
        imported: names of modules that the code imports.
    """
    last = name.rpartition("/")[2]
    if last.endswith(_BINARIES):
        is_used = last in mentioned or last.partition(".")[0] in imported
        return "it is compiled or packed code that the submission uses" if is_used else None
    if last not in mentioned or len(content) > _DATA_BYTES:
        return None
    return "it is data with code in it, and the submission's code opens it" if _has_code(name, content) else None


def _has_code(name, content):
    text = content.decode("utf-8", "replace")
    if name.endswith((".json", ".jsonl")):
        try:
            return any(_CODE_IN_DATA.search(leaf) for leaf in _leaves(json.loads(text)))
        except (ValueError, RecursionError):
            return bool(_CODE_IN_DATA.search(text))
    return not name.endswith((".md", ".rst")) and bool(_CODE_IN_DATA.search(text))


def _leaves(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner)


def _call(node, sources):
    """What a call opens: a loader, a builtin by its name as text, an interpreter with code as an argument."""
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    texts = {part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)}
    if name in _LOADERS and not any(_is_source(text, sources) for text in texts):
        yield ["code-elsewhere", node.lineno, f"{name} {_LOADERS[name]}, which no analyser reads"]
    first = node.args[0] if node.args else None
    is_builtins = isinstance(first, ast.Name) and first.id in _BUILTINS
    if name in ("getattr", "vars", "attrgetter") and (is_builtins or texts & _RUNNERS):
        yield ["code-in-text", node.lineno, "a builtin that runs code from text is taken by its name"]
    if name in ("import_module", "__import__") and "builtins" in texts:
        yield ["code-in-text", node.lineno, "builtins are imported by their name"]
    if "-c" in texts and name in ("run", "Popen", "call", "check_call", "check_output", "system", "execv", "execvp"):
        yield ["code-in-text", node.lineno, f"{name} has an interpreter run code from text, which no analyser reads"]


def _is_source(text, sources):
    return any(source == text or source.endswith(f"/{text}") for source in sources)


def _is_way_round(node):
    """Whether an attribute leads to the builtins by a way that no honest program needs."""
    is_builtin = (
        isinstance(node.value, ast.Name) and node.value.id in _BUILTINS and node.attr in {*_RUNNERS, "__dict__"}
    )
    return is_builtin or node.attr in _WAYS_ROUND


def _is_lookup(node):
    """`__builtins__[...]`, or `globals()["__builtins__"]` and the like."""
    is_direct = isinstance(node.value, ast.Name) and node.value.id in _BUILTINS
    return is_direct or (isinstance(node.slice, ast.Constant) and node.slice.value in _BUILTINS)


def _renamed(node):
    """Builtins that are imported under another name, so that a use of them doesn't show."""
    names = {alias.name for alias in node.names}
    is_module = isinstance(node, ast.Import) and any(alias.name == "builtins" and alias.asname for alias in node.names)
    is_runner = isinstance(node, ast.ImportFrom) and node.module == "builtins" and names & {*_RUNNERS, "*"}
    if is_module or is_runner:
        yield ["code-in-text", node.lineno, "a builtin that runs code from text is imported under another name"]
