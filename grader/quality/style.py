"""Style: ruff's findings but for security, and files that can't be analysed."""

from grader.quality.answer import Answer, Located
from grader.quality.yardstick import Yardstick
from grader.results.model import Finding, Measurement, Severity
from grader.results.observations import Suppressed

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


def measurements(answer: Answer, against: Yardstick) -> tuple[Measurement, ...]:
    """Size in logical lines, the reference's beside it, and how many findings were asked to be silent."""
    asked = [f"{each.path}:{each.line}" for each in suppressed(answer)]
    size = () if against.lloc is None else (Measurement("reference lloc", against.lloc, "lines"),)
    lines = () if against.lines is None else (Measurement("reference size", against.lines, "lines of 8 tokens"),)
    is_read = any(file.language == "python" for file in answer.files)
    own = (Measurement("lloc", sum(file.lloc for file in answer.files), "lines"),) if is_read else ()
    return (*own, *size, *lines, Measurement("noqa", len(asked), "lines", evidence=", ".join(asked[:20]) or None))


def suppressed(answer: Answer) -> tuple[Suppressed, ...]:
    """Comments that ask an analyser to look away; none has an effect."""
    return tuple(Suppressed(file.path, max(1, line), text) for file in answer.files for line, text in file.suppressed)


def is_security(rule: str) -> bool:
    """Whether a rule is of the security family: S and three digits (SIM is simplification)."""
    return rule.startswith("S") and rule[1:].isdigit()


def severity(rule: str) -> Severity:
    """How much a rule matters: bugs most, layout least."""
    family = rule.rstrip("0123456789")
    return "medium" if family in _BUGS else "info" if family in _LAYOUT else "low"


def _finding(found: Located) -> Finding:
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
