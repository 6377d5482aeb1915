"""Duplication: blocks of six lines or more that stand in a submission twice; what the starter held is nobody's copy."""

from grader.quality.answer import Answer
from grader.quality.complexity import functions
from grader.quality.yardstick import Yardstick
from grader.results.model import Measurement
from grader.results.observations import Duplicate

_TOKENS_A_LINE = 8
_MOST = 1.5  # times the reference's size: more code than that makes no copy smaller


def duplicates(answer: Answer) -> tuple[Duplicate, ...]:
    """Each copy with the earlier place that it repeats."""
    return tuple(Duplicate(*block) for block in answer.copies.blocks)


def measurements(answer: Answer, against: Yardstick) -> tuple[Measurement, ...]:
    """The share of code in copies, both places counted; nothing where no file was analysed.

    The whole is the code that somebody mentions, as complexity has it, and at most 1.5 times the reference's.
    """
    size = sum(function.lines for function in functions(answer))
    if not size:
        return ()
    own = max(1.0, size - answer.copies.given / _TOKENS_A_LINE)
    most = own if against.lines is None else min(own, _MOST * against.lines)
    share = min(100.0, 100 * answer.copies.copied / _TOKENS_A_LINE / most)
    return (Measurement("duplication", round(share, 2), "% of the code"),)
