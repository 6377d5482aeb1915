"""The architecture that an assignment asks for: breaches as findings, ARCH001 to ARCH010, and how many rules there are.

A message begins with the name of the rule that was broken and a colon; the score counts by that name.
"""

from grader.quality.answer import Answer
from grader.quality.yardstick import Yardstick
from grader.results.model import Finding, Measurement

RULES = "architecture rules"


def findings(answer: Answer) -> tuple[Finding, ...]:
    """Every breach."""
    return tuple(
        Finding("grader", found.rule, found.path, found.line, 1, "medium", found.message) for found in answer.breaches
    )


def measurements(answer: Answer, _: Yardstick) -> tuple[Measurement, ...]:
    """How many rules the assignment has; nothing where it has none."""
    return (Measurement(RULES, answer.rules, "rules"),) if answer.rules else ()
