"""Security: ruff's S rules, by severity; a submission's own tests may assert."""

from pathlib import PurePosixPath

from grader.quality.answer import Answer, Located
from grader.quality.style import is_security
from grader.quality.yardstick import Yardstick
from grader.results.model import Finding, Measurement, Severity

_ASSERT = "S101"
# Code from data, shells, unsafe loaders and the like; the rest of the family is worth a look.
_HIGH = frozenset(["S102", "S301", "S302", "S307", "S506", "S602", "S604", "S605", "S608", "S609"])
_MEDIUM = frozenset(
    [
        "S105",
        "S106",
        "S107",
        "S108",
        "S113",
        "S303",
        "S304",
        "S305",
        "S306",
        "S310",
        "S311",
        "S312",
        "S313",
        "S324",
        "S501",
        "S603",
        "S606",
        "S701",
    ]
)


def findings(answer: Answer) -> tuple[Finding, ...]:
    """Every finding of the family, but for asserts in tests."""
    return tuple(
        _finding(found)
        for found in answer.ruff
        if is_security(found.rule) and not (found.rule == _ASSERT and is_test(found.path))
    )


def measurements(answer: Answer, _: Yardstick) -> tuple[Measurement, ...]:
    """How many there are."""
    return (Measurement("security findings", len(findings(answer)), "findings"),)


def is_test(path: str) -> bool:
    """Whether a file is one of the submission's own tests, by the usual names."""
    pure = PurePosixPath(path)
    return (
        pure.name.startswith("test_")
        or pure.name.endswith("_test.py")
        or "tests" in pure.parts[:-1]
        or pure.name == "conftest.py"
    )


def _finding(found: Located) -> Finding:
    severity: Severity = "high" if found.rule in _HIGH else "medium" if found.rule in _MEDIUM else "low"
    return Finding("ruff", found.rule, found.path, found.line, found.column, severity, found.message, found.url, False)
