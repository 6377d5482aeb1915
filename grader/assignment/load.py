"""A folder, or the id of a bundled one, as an Assignment; every mistake at once, with its line.

An assignment has `assignment.toml`, hidden tests and solutions; a kit has `kit.toml` and public tests alone.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

from grader.assignment import toml
from grader.assignment.check import check_kit, check_rules
from grader.assignment.model import Assignment, Rules, TestGroup
from grader.assignment.parse import parse
from grader.errors import UsageError
from grader.quote import quote

Level = Literal["public", "hidden"]

_LEFT_OUT = {"__pycache__", ".pytest_cache", ".ruff_cache", ".mypy_cache", ".hypothesis", ".git", "out", ".DS_Store"}
_ID = re.compile(r"[a-z0-9][a-z0-9-]*")


def load(reference: str, bundled: Path) -> Assignment:
    """Return an assignment.

    Args:
        reference: a folder, or the id of a bundled one.
        bundled: where the bundled ones are.

    Raises:
        UsageError: it is missing, or its file has mistakes; all of them are named.
    """
    root = Path(reference)
    if not root.is_dir() and _ID.fullmatch(reference):
        root = bundled / reference
    if not root.is_dir():
        raise UsageError(
            "G103",
            f"no assignment {quote(reference)}",
            "An assignment is a folder with assignment.toml, or the id of a bundled one.",
            f"Bundled are: {', '.join(sorted(_ids(bundled))) or 'none'}. Nothing was run.",
        )
    document = toml.read(root / "assignment.toml")
    rules = parse(document)
    check_rules(rules, root, document)
    return _assignment(rules, root, is_kit=False)


def load_kit(root: Path) -> Assignment:
    """Return a kit: public tests, no hidden ones, no solutions.

    Raises:
        UsageError: it is missing, or its file has mistakes.
    """
    document = toml.read(root / "kit.toml")
    rules = parse(document)
    check_kit(rules, root, document)
    return _assignment(rules, root, is_kit=True)


def list_bundled(bundled: Path) -> tuple[Assignment, ...]:
    """Return the bundled assignments, by id."""
    return tuple(load(name, bundled) for name in sorted(_ids(bundled)))


def tree(assignment: Assignment, level: Level) -> Mapping[str, bytes]:
    """Return what the examiner needs: the tests of the level as `hidden/...`, the makers of speed inputs as `speed/...`."""
    tests = assignment.hidden if level == "hidden" else assignment.public
    if tests is None:
        raise UsageError(
            "G104",
            f"{assignment.rules.id!r} has no {level} tests",
            "They stand in tests/hidden and tests/public; a kit has public ones alone.",
            "Choose an assignment that has them. Nothing was run.",
        )
    taken = {f"hidden/{path.relative_to(tests).as_posix()}": path.read_bytes() for path in files(tests)}
    for case in assignment.rules.speed if level == "hidden" else ():
        taken[f"speed/{case.inputs}"] = (assignment.root / case.inputs).read_bytes()
    return taken


def starter(assignment: Assignment) -> Mapping[str, bytes]:
    """Return the files that every candidate was given, by their path below `starter`; none where there is no starter."""
    folder = assignment.root / "starter"
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files(folder)} if folder.is_dir() else {}


def group_of(assignment: Assignment, test: str, level: Level) -> TestGroup:
    """Return the group that a test's id belongs to: the longest of the groups' names that fits.

    Raises:
        UsageError: no group names it.
    """
    if level == "public":
        return TestGroup("public", (), "Public tests", 1, "all")
    groups = assignment.rules.groups or (TestGroup("tests", (), "Tests"),)
    if not assignment.rules.groups:
        return groups[0]
    fitting = [(len(name), group) for group in groups for name in group.tests if _fits(name, test)]
    if not fitting:
        raise UsageError(
            "G105",
            f"{quote(test)} belongs to no group of {assignment.rules.id!r}",
            "A test without a group would earn nothing and be seen by nobody.",
            "Name its file, class or function in [[groups]] of assignment.toml. Nothing was run.",
        )
    return max(fitting, key=lambda pair: pair[0])[1]


def _fits(name: str, test: str) -> bool:
    return test == name or test.startswith((f"{name}::", f"{name}[", f"{name}/"))


def _assignment(rules: Rules, root: Path, *, is_kit: bool) -> Assignment:
    hidden, public = root / "tests" / "hidden", root / "tests" / "public"
    reference = next((root / solution.path for solution in rules.solutions if solution.reference), None)
    return Assignment(
        rules=rules,
        root=root,
        digest=_digest(root),
        hidden=None if is_kit else hidden,
        public=public if public.is_dir() else None,
        reference=None if is_kit else reference,
    )


def _digest(root: Path) -> str:
    total = hashlib.sha256()
    for path in files(root):
        content = path.read_bytes()
        name = path.relative_to(root).as_posix().encode("utf-8", "surrogateescape")
        total.update(b"%d:%d:" % (len(name), len(content)) + name + content)
    return f"sha256:{total.hexdigest()}"


def files(folder: Path) -> Iterator[Path]:
    """The files of an assignment, sorted; caches, results and version control left out."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not _LEFT_OUT.intersection(path.relative_to(folder).parts):
            yield path


def _ids(bundled: Path) -> list[str]:
    return [path.parent.name for path in bundled.glob("*/assignment.toml")]
