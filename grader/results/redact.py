"""What an audience may see of a result. Runs before any renderer, so no template can show more.

The reveal level of each test decides for the candidate:

    nothing   the group's points        count    and how many passed       names   and each test's title and outcome
    inputs    as names: today's record keeps inputs and expected values in one text, so neither is shown
    all       everything but the test's own code
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, Literal

from grader.results.model import Group, Results, Test

Audience = Literal["candidate", "reviewer"]

_UNNAMED = "a hidden test"
_TELLING = 8  # a shorter name of a test ("test_a") may be an innocent word elsewhere


def redact(results: Results, audience: Audience) -> Results:
    """Return what `audience` may see; a reviewer sees everything.

    Hidden tests leave nothing behind: where another stage quoted one, in a note or a gate, it reads "a hidden test".
    """
    if audience == "reviewer":
        return results
    hidden = [test for test in results.tests if test.revealed != "all"]
    rest = {
        field.name: _scrubbed(getattr(results, field.name), _secrets(hidden))
        for field in fields(results)
        if field.name not in ("tests", "groups", "sources", "assignment", "submission")
    }
    return replace(results, **rest, tests=_tests(results.tests), groups=tuple(map(_group, results.groups)))


def _tests(tests: Iterable[Test]) -> tuple[Test, ...]:
    seen = (test for test in tests if test.revealed in ("names", "inputs", "all"))
    return tuple(_test(test, f"test-{number}") for number, test in enumerate(seen, 1))


def _test(test: Test, neutral_id: str) -> Test:
    if test.revealed == "all":
        return replace(test, source=None)
    return replace(test, id=neutral_id, message=None, detail=None, source=None, output=None)


def _group(group: Group) -> Group:
    return replace(group, passed=0, tests=0) if group.revealed == "nothing" else group


def _secrets(hidden: Iterable[Test]) -> re.Pattern[str] | None:
    """Ids, the names within them, and titles that are sentences, longest first; None if nothing is hidden."""
    words: set[str] = set()
    for test in hidden:
        words |= {test.id, *(name for name in test.id.split("::") if len(name) >= _TELLING)}
        if test.revealed in ("nothing", "count") and " " in test.title:
            words.add(test.title)
    return re.compile("|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))) if words else None


def _scrubbed(value: Any, secrets: re.Pattern[str] | None) -> Any:
    """The same value with every secret in its texts replaced, however deep."""
    if secrets is None or value is None:
        return value
    if isinstance(value, str):
        return secrets.sub(_UNNAMED, value)
    if isinstance(value, tuple):
        return tuple(_scrubbed(item, secrets) for item in value)
    if isinstance(value, Mapping):
        return {_scrubbed(key, secrets): _scrubbed(item, secrets) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: _scrubbed(getattr(value, field.name), secrets) for field in fields(value)})
    return value
