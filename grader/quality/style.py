"""Style: ruff's findings but for security, and files that can't be analysed."""

from grader.quality.answer import Answer, Linted
from grader.results.model import Finding, Measurement, Severity

UNPARSABLE = "unparsable"
_BUGS = ("F", "B", "PLE")
_LAYOUT = ("E", "W", "I")


def findings(answer: Answer) -> tuple[Finding, ...]:
    """Every finding of a style or bug rule, and one for each file that could not be analysed."""
    linted = tuple(_finding(found) for found in answer.ruff if not is_security(found.rule))
    broken = tuple(
        Finding("grader", UNPARSABLE, file.path, file.line, 1, "medium", f"not analysed: {file.why}")
        for file in answer.files
        if not file.is_analysed
    )
    return linted + broken


def measurements(answer: Answer) -> tuple[Measurement, ...]:
    """Size in lines, and how many findings were asked to be silent."""
    lloc = sum(file.lloc for file in answer.files)
    noqa = [f"{file.path}:{line}" for file in answer.files for line in file.noqa]
    return (
        Measurement("lloc", lloc, "lines"),
        Measurement("noqa", len(noqa), "lines", evidence=", ".join(noqa[:20]) or None),
    )


def is_security(rule: str) -> bool:
    """Whether a rule is of the security family: S and three digits (SIM is simplification)."""
    return rule.startswith("S") and rule[1:].isdigit()


def severity(rule: str) -> Severity:
    """How much a rule matters: bugs most, layout least."""
    family = rule.rstrip("0123456789")
    return "medium" if family in _BUGS else "info" if family in _LAYOUT else "low"


def _finding(found: Linted) -> Finding:
    return Finding(
        tool="ruff",
        rule=found.rule,
        path=found.path,
        line=found.line,
        column=found.column,
        severity=severity(found.rule),
        message=found.message,
        url=found.url,
        fixable=found.fixable,
    )
