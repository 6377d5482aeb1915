"""Who imports whom in a submission: static, relative and in-function imports, and `import_module` of a constant name."""

import ast

COMPUTED = "?"  # the target of an import whose name is made at run time


def module_of(path, root):
    """A file's dotted name below the root package (or `.`, for flat modules); None where it lies elsewhere."""
    parts = path.removesuffix(".py").split("/")
    if parts[0] == "src":
        parts = parts[1:]
    if parts and parts[-1] == "__init__":
        parts = parts[:-1]
    name = ".".join(parts)
    is_below = root == "." or name == root or name.startswith(f"{root}.")
    return name if path.endswith(".py") and name and is_below else None


def imports(tree, module, is_package, known):
    """(target, line) of each import in a file.

    Args:
        tree: the file, parsed.
        module: its dotted name.
        is_package: whether it is an `__init__.py`.
        known: dotted names of the submission's modules.
    """
    package = module if is_package else module.rpartition(".")[0]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from _from(node, package, known)
        elif isinstance(node, ast.Call):
            yield from _dynamic(node, package)


def _from(node, package, known):
    base = node.module or ""
    if node.level:
        above = package.split(".")[: len(package.split(".")) - node.level + 1]
        base = ".".join([*above, *([node.module] if node.module else [])])
    for alias in node.names:
        inside = f"{base}.{alias.name}".strip(".")
        yield (inside if inside in known else base or inside), node.lineno


def _dynamic(node, package):
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    if name not in ("import_module", "__import__"):
        return
    first = node.args[0] if node.args else None
    if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
        yield COMPUTED, node.lineno
        return
    target = first.value
    dots = len(target) - len(target.lstrip("."))
    above = package.split(".")[: len(package.split(".")) - dots + 1] if dots else []
    yield ".".join([*above, target.lstrip(".")]), node.lineno
