"""`[architecture]` of an assignment as values: which parts a submission must have, and who may import whom.

Names of modules are relative to `root`, or begin with it; `root = "."` is for flat modules.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields

_STRICT = {"extra": "forbid", "strict": True}


def _key(name: str) -> str:
    """A field's key in the file: `from_` is `from`, which Python keeps for itself."""
    return name.rstrip("_")


_BY_KEY = {**_STRICT, "alias_generator": _key}


@dataclass(frozen=True, slots=True)
class Forbidden:
    """What a module and all below it may not import, directly or through others; `why` is shown with each breach."""

    __pydantic_config__ = _BY_KEY
    from_: str
    import_: tuple[str, ...]
    why: str = ""


@dataclass(frozen=True, slots=True)
class Required:
    """What must be there; classes and functions as `module:name`."""

    __pydantic_config__ = _STRICT
    modules: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Most:
    """Limits, of each module or of all; None is no limit."""

    __pydantic_config__ = _STRICT
    public_names: int | None = None
    module_lines: int | None = None
    imports_between: int | None = None
    cycles: int | None = None
    depth: int | None = None


@dataclass(frozen=True, slots=True)
class Architecture:
    """The whole table; `layers` from the top down, `ignore` are patterns of paths (empty: tests and entry points)."""

    __pydantic_config__ = _STRICT
    root: str = "."
    layers: tuple[str, ...] = ()
    independent: tuple[tuple[str, ...], ...] = ()
    forbid: tuple[Forbidden, ...] = ()
    require: Required = field(default_factory=Required)
    max: Most = field(default_factory=Most)
    ignore: tuple[str, ...] = ()


def table(rules: Architecture) -> dict[str, object]:
    """The same as plain data, by the keys of the file."""
    return {
        "root": rules.root,
        "layers": list(rules.layers),
        "independent": [list(group) for group in rules.independent],
        "forbid": [{"from": each.from_, "import": list(each.import_), "why": each.why} for each in rules.forbid],
        "require": {each.name: list(getattr(rules.require, each.name)) for each in fields(rules.require)},
        "max": {each.name: getattr(rules.max, each.name) for each in fields(rules.max)},
        "ignore": list(rules.ignore),
    }


def problems(rules: Architecture | None) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """What a schema can't say of the table, each with the path of its key."""
    if rules is None:
        return
    for kind in ("classes", "functions"):
        for number, name in enumerate(getattr(rules.require, kind)):
            if not all(name.partition(":")[::2]):
                yield ("architecture", "require", kind, number), "`module:name` is meant"
    for each in fields(rules.max):
        if (getattr(rules.max, each.name) or 0) < 0:
            yield ("architecture", "max", each.name), "a limit is 0 or more"
    for number, rule in enumerate(rules.forbid):
        if not rule.from_ or not rule.import_:
            yield ("architecture", "forbid", number), "name a module, and what it may not import"
