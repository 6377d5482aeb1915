"""The architecture that an assignment asks for, against the imports and names that a submission has; by reading alone.

    table of the assignment + files -> {"findings": [[code, path, line, "rule: what (why)"]], "rules": how many}

| ARCH001 | upward import | ARCH005 | too many public names | ARCH009 | too many imports between two layers |
| ARCH002 | forbidden import | ARCH006 | module too long | ARCH010 | packages too deep |
| ARCH003 | cycle | ARCH007 | an import whose name is computed | | |
| ARCH004 | a required name is missing | ARCH008 | a file that can't be read | | |

An import that can't be known, and a file that can't be read, break every rule that they could have broken.
"""

import ast
import fnmatch
from collections import Counter, deque
from dataclasses import dataclass

import source
from imports import COMPUTED, imports, module_of

_SHOWN = 500
_IGNORED = ["tests/*", "*/tests/*", "test_*.py", "*/test_*.py", "*conftest.py", "*migrations/*", "*__main__.py"]


@dataclass(frozen=True)
class Module:
    """One module of the submission: `edges` are (target, line)."""

    name: str
    path: str
    tree: ast.Module
    edges: tuple
    lines: int


def findings(table, files, unread):
    """Judge a submission.

    Args:
        table: `[architecture]` of the assignment.
        files: content of the Python files that can be read, by path.
        unread: paths of those that can't.
    """
    root, ignored = table.get("root", "."), table.get("ignore") or _IGNORED

    def counts(path):
        return module_of(path, root) and not any(fnmatch.fnmatch(path, each) for each in ignored)

    modules = _modules({path: files[path] for path in sorted(files) if counts(path)}, root)
    laws = [*_layers(table, root), *_independent(table, root), *_forbid(table, root)]
    found = [each for law in laws for each in _broken(law, modules)]
    found += [*_required(table, modules), *_limits(table, root, modules)]
    found += [
        ["ARCH008", path, 1, f"{rule}: the file can't be read"]
        for path in filter(counts, unread)
        for rule in _rules(table)
    ]
    return {"findings": found[:_SHOWN], "rules": len(_rules(table))}


def _rules(table):
    """The name of every rule of a table, as messages begin with it."""
    required = [name for kind in ("modules", "classes", "functions") for name in table.get("require", {}).get(kind, ())]
    return [
        *(["layers"] if table.get("layers") else []),
        *(f"independent {n}" for n, _ in enumerate(table.get("independent", ()), 1)),
        *(f"forbid {n}" for n, _ in enumerate(table.get("forbid", ()), 1)),
        *(f"require {name}" for name in required),
        *(f"max {name}" for name, most in table.get("max", {}).items() if most is not None),
    ]


def _modules(files, root):
    named = {path: module_of(path, root) for path in files}
    known, modules = set(named.values()), {}
    for path, name in named.items():
        tree = ast.parse(source.decoded(files[path]))
        edges = tuple(dict.fromkeys(imports(tree, name, path.endswith("__init__.py"), known)))
        modules[name] = Module(name, path, tree, edges, files[path].count(b"\n"))
    return modules


@dataclass(frozen=True)
class Law:
    """`start` may not reach `end`, directly or through modules for which `passes` holds."""

    code: str
    rule: str
    start: object
    end: object
    passes: object
    why: str


def _layers(table, root):
    layers = [_full(each, root) for each in table.get("layers", ())]
    for number, lower in enumerate(layers):
        above = layers[:number]
        if above:
            yield Law("ARCH001", "layers", _in([lower]), _in(above), lambda name: not _in(layers)(name), "")


def _independent(table, root):
    for number, group in enumerate(table.get("independent", ()), 1):
        members = [_full(each, root) for each in group]
        for one in members:
            others = [other for other in members if other != one]
            passes = _not_in(members)
            yield Law("ARCH002", f"independent {number}", _in([one]), _in(others), passes, "")


def _forbid(table, root):
    for number, rule in enumerate(table.get("forbid", ()), 1):
        start = _full(rule["from"], root)
        yield Law("ARCH002", f"forbid {number}", _in([start]), _in(rule["import"]), lambda _: True, rule.get("why", ""))


def _full(name, root):
    return name if root == "." or name == root or name.startswith(f"{root}.") else f"{root}.{name}"


def _in(prefixes):
    return lambda name: any(name == prefix or name.startswith(f"{prefix}.") for prefix in prefixes)


def _not_in(prefixes):
    return lambda name: not _in(prefixes)(name)


def _broken(law, modules):
    """A finding for each import with which a module of the law's start gets where it may not."""
    why = f" ({law.why})" if law.why else ""
    for module in modules.values():
        if not law.start(module.name):
            continue
        for target, line in module.edges:
            if target == COMPUTED:
                yield ["ARCH007", module.path, line, f"{law.rule}: {module.name} imports by a computed name{why}"]
                continue
            chain = _chain(law, target, modules)
            if chain:
                told = " -> ".join([module.name, *chain])
                yield [law.code, module.path, line, f"{law.rule}: {told}{why}"]


def _chain(law, target, modules):
    """The shortest way from an import to where the law forbids, or nothing."""
    ways, seen = deque([(target,)]), {target}
    while ways:
        way = ways.popleft()
        if law.end(way[-1]):
            return way
        module = modules.get(way[-1])
        if module is None or law.start(module.name) or not law.passes(module.name):
            continue
        for further, _ in module.edges:
            if further not in seen:
                seen.add(further)
                ways.append((*way, further))
    return ()


def _required(table, modules):
    asked = table.get("require", {})
    for name in asked.get("modules", ()):
        if name not in modules:
            yield ["ARCH004", _expected(name), 1, f"require {name}: there is no such module"]
    for kind, nodes in (("classes", (ast.ClassDef,)), ("functions", (ast.FunctionDef, ast.AsyncFunctionDef))):
        for name in asked.get(kind, ()):
            place, _, wanted = name.partition(":")
            module = modules.get(place)
            body = module.tree.body if module else ()
            if not any(isinstance(node, nodes) and node.name == wanted for node in body):
                path = module.path if module else _expected(place)
                yield ["ARCH004", path, 1, f"require {name}: it is not there"]


def _expected(module):
    """Where a module would be."""
    return f"{module.replace('.', '/')}.py"


def _limits(table, root, modules):
    most = {name: limit for name, limit in table.get("max", {}).items() if limit is not None}
    for module in modules.values():
        names = _public_names(module.tree)
        if len(names) > most.get("public_names", len(names)):
            yield ["ARCH005", module.path, 1, f"max public_names: {module.name} has {len(names)}"]
        if module.lines > most.get("module_lines", module.lines):
            yield ["ARCH006", module.path, 1, f"max module_lines: {module.name} has {module.lines}"]
        depth = module.name.count(".") + 1
        if depth > most.get("depth", depth):
            yield ["ARCH010", module.path, 1, f"max depth: {module.name} lies {depth} deep"]
    if "cycles" in most:
        yield from _too_many_cycles(modules, most["cycles"])
    if "imports_between" in most:
        yield from _too_many_between(table, root, modules, most["imports_between"])


def _public_names(tree):
    names = set()
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [node]
        for target in targets:
            names.add(getattr(target, "name", getattr(target, "id", "_")))
    return {name for name in names if isinstance(name, str) and not name.startswith("_")}


def _too_many_cycles(modules, most):
    cycles, seen = [], set()
    for name in sorted(modules):
        cycle = _cycle(name, modules) if name not in seen else None
        if cycle:
            seen |= set(cycle)
            cycles.append(cycle)
    for cycle in cycles if len(cycles) > most else ():
        first = modules[cycle[0]]
        line = next(line for target, line in first.edges if target == cycle[1])
        yield ["ARCH003", first.path, line, f"max cycles: {' -> '.join(cycle)}"]


def _cycle(start, modules):
    """The shortest way from a module back to itself."""
    ways, seen = deque([(start,)]), set()
    while ways:
        way = ways.popleft()
        for target, _ in modules[way[-1]].edges:
            if target == start and len(way) > 1:
                return (*way, start)
            if target in modules and target not in seen and target != start:
                seen.add(target)
                ways.append((*way, target))
    return None


def _too_many_between(table, root, modules, most):
    layers = [_full(each, root) for each in table.get("layers", ())]
    counts, places = Counter(), {}
    for module in modules.values():
        for target, line in module.edges:
            pair = (_layer(module.name, layers), _layer(target, layers))
            if None not in pair and pair[0] != pair[1]:
                counts[pair] += 1
                places[pair] = (module.path, line)
    for pair, count in sorted(counts.items()):
        if count > most:
            yield ["ARCH009", *places[pair], f"max imports_between: {pair[0]} imports {pair[1]} {count} times"]


def _layer(name, layers):
    return next((layer for layer in layers if _in([layer])(name)), None)
