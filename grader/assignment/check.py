"""What a schema can't say of an assignment: paths that exist, sums, ids that are one."""

import difflib
import math
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import get_args

from grader.assignment import architecture
from grader.assignment.criteria import CRITERIA, weight_of
from grader.assignment.duration import seconds
from grader.assignment.model import Rules, Weighting
from grader.assignment.parse import refusal
from grader.assignment.toml import Document, Key
from grader.results.model import Pillar
from grader.sandbox.packages import PIN

_RESERVED = {"pytest", "hypothesis", "conftest", "_pytest"}
_IMAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/:@-]{0,254}")
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")

Problem = tuple[Key, str]


def check_rules(rules: Rules, root: Path, document: Document) -> None:
    """Check an assignment.

    Raises:
        UsageError: G102, with one line for each mistake.
    """
    problems = [
        *_common(rules),
        *_groups(rules, root / "tests" / "hidden"),
        *_speed(rules, root),
        *_solutions(rules, root),
    ]
    if not (root / "tests" / "hidden").is_dir():
        problems.append(((), "there is no folder tests/hidden; hidden tests are what an assignment is for"))
    _refuse(problems, document)


def check_kit(rules: Rules, root: Path, document: Document) -> None:
    """Check a kit, which has public tests and nothing hidden.

    Raises:
        UsageError: G102, with one line for each mistake.
    """
    problems = list(_common(rules))
    if rules.solutions:
        problems.append((("solutions",), "a kit holds no solutions"))
    if not (root / "tests" / "public").is_dir():
        problems.append(((), "there is no folder tests/public in this kit"))
    _refuse(problems, document)


def _refuse(problems: Sequence[Problem], document: Document) -> None:
    if problems:
        raise refusal(document, [(document.line(key), what) for key, what in problems])


def _common(rules: Rules) -> Iterator[Problem]:
    if not _ID.fullmatch(rules.id):
        yield ("id",), f'"{rules.id[:60]}" is no id: lower-case letters, digits and hyphens'
    if not re.fullmatch(r"3\.\d{1,2}", rules.environment.python):
        yield ("environment", "python"), "a version such as 3.11 is meant"
    yield from _packages(rules)
    if rules.time_budget and seconds(rules.time_budget) is None:
        yield (
            ("time_budget",),
            f'"{rules.time_budget[:60]}" is no time: hours and minutes are meant, such as "3h" or "1h30m"',
        )
    yield from _modules(rules)
    yield from _limits(rules)
    yield from architecture.problems(rules.architecture)
    yield from weights(rules)


def _packages(rules: Rules) -> Iterator[Problem]:
    for table in ("packages", "test_packages"):
        for number, name in enumerate(getattr(rules.environment, table)):
            if not PIN.fullmatch(name):
                yield (
                    ("environment", table, number),
                    f'"{name[:60]}" is not pinned: write name==1.2.3, and each package that it needs itself',
                )
    if rules.environment.image and not _IMAGE.fullmatch(rules.environment.image):
        yield ("environment", "image"), f'"{rules.environment.image[:60]}" is no name of an image'


def _modules(rules: Rules) -> Iterator[Problem]:
    if not rules.door.modules:
        yield ("door", "modules"), "name at least one module that the tests import"
    for number, name in enumerate(rules.door.modules):
        key: Key = ("door", "modules", number)
        if not all(part.isidentifier() for part in name.split(".")):
            yield key, f"{name[:60]!r} is no module name"
        elif name.partition(".")[0] in sys.stdlib_module_names | _RESERVED:
            yield key, f"{name!r} is a name of Python's or of the test framework; choose another"


def _limits(rules: Rules) -> Iterator[Problem]:
    for name in rules.limits.__dataclass_fields__:
        if not 0 < getattr(rules.limits, name) < math.inf:
            yield ("limits", name), "a limit is above 0, and finite"


def weights(rules: Rules | Weighting) -> Iterator[Problem]:
    """What is wrong with weights and gates."""
    pillars: dict[str, float] = {pillar: getattr(rules.pillars, pillar) for pillar in get_args(Pillar)}
    yield from (
        (("pillars", name), "a weight is 0 or more, and finite")
        for name, weight in pillars.items()
        if not 0 <= weight < math.inf
    )
    if abs(sum(pillars.values()) - 100) > 1e-9:
        yield ("pillars",), f"the pillars' weights sum to 100, these to {sum(pillars.values()):g}"
    yield from _criteria(rules, pillars)
    for name in ("min_share", "accept_share"):
        if not 0 <= getattr(rules.gates, name) <= 1:
            yield ("gates", name), "a share is 0 to 1"


def _criteria(rules: Rules | Weighting, pillars: Mapping[str, float]) -> Iterator[Problem]:
    for name, criterion in rules.criteria.items():
        if name not in CRITERIA:
            yield ("criteria", name), f"there is no criterion {name[:60]!r}; {_closest(name)}"
        if not 0 <= criterion.weight < math.inf:
            yield ("criteria", name, "weight"), "a weight is 0 or more, and finite"
    for pillar, weight in pillars.items():
        inside = [name for name, place in CRITERIA.items() if place.pillar == pillar]
        if weight > 0 and not any(weight_of(rules, name) for name in inside):
            given: Key = next((("criteria", name) for name in rules.criteria if name in inside), ("pillars", pillar))
            yield given, f"all criteria of {pillar} weigh 0, yet the pillar has {weight:g}"


def _closest(name: str) -> str:
    near = difflib.get_close_matches(name, CRITERIA, 1, 0.5)
    return f'the closest known is "{near[0]}"' if near else f"known are: {', '.join(CRITERIA)}"


def _groups(rules: Rules, hidden: Path) -> Iterator[Problem]:
    yield from _twice("groups", [group.id for group in rules.groups])
    for number, group in enumerate(rules.groups):
        if group.points <= 0:
            yield ("groups", number, "points"), "a group has points above 0"
        if not group.tests:
            yield ("groups", number), "name at least one file, class or test"
        for test in group.tests:
            if not _inside(hidden, test.partition("::")[0]):
                yield ("groups", number, "tests"), f"there is no {test.partition('::')[0][:100]!r} below tests/hidden"


def _speed(rules: Rules, root: Path) -> Iterator[Problem]:
    yield from _twice("speed", [case.id for case in rules.speed])
    for number, case in enumerate(rules.speed):
        module, _, function = case.call.partition(":")
        if module not in rules.door.modules or not function.isidentifier():
            yield ("speed", number, "call"), "`module:function` of a module of the door is meant"
        if not _inside(root, case.inputs):
            yield ("speed", number, "inputs"), f"there is no {case.inputs[:100]!r} in the assignment"
        if not case.sizes or min(case.sizes) <= 0 or list(case.sizes) != sorted(set(case.sizes)):
            yield ("speed", number, "sizes"), "sizes are above 0 and rise"


def _solutions(rules: Rules, root: Path) -> Iterator[Problem]:
    yield from _twice("solutions", [solution.path for solution in rules.solutions])
    references = [solution for solution in rules.solutions if solution.reference]
    if len(references) != 1 and (references or rules.door.glass == "on"):
        yield ("solutions",), f"exactly one solution has reference = true, here {len(references)}"
    groups = {group.id for group in rules.groups} or {"tests"}
    for number, solution in enumerate(rules.solutions):
        if not _inside(root, solution.path):
            yield ("solutions", number, "path"), f"there is no {solution.path[:100]!r} in the assignment"
        for group in solution.fails:
            if group not in groups:
                yield ("solutions", number, "fails"), f"there is no group {group[:60]!r}"


def _twice(table: str, ids: Sequence[str]) -> Iterable[Problem]:
    return [((table, n), f"{id_[:60]!r} is there twice") for n, id_ in enumerate(ids) if id_ in ids[:n]]


def _inside(root: Path, path: str) -> bool:
    """Whether a path stays below its root and exists."""
    target = (root / path).resolve()
    return bool(path) and target.is_relative_to(root.resolve()) and target.exists()
