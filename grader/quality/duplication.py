"""Duplication: blocks of six lines or more that stand in a submission twice; what the starter held is nobody's copy."""

from grader.quality.answer import Answer
from grader.quality.yardstick import Yardstick
from grader.results.model import Measurement
from grader.results.observations import Duplicate

_TOKENS_A_LINE = 8
_MOST = 1.5  # times the reference's size: more code than that makes no copy smaller


def duplicates(answer: Answer) -> tuple[Duplicate, ...]:
    """Each copy with the earlier place that it repeats."""
    return tuple(Duplicate(*block) for block in answer.copies.blocks)


def measurements(answer: Answer, against: Yardstick) -> tuple[Measurement, ...]:
    """The share of code in copies, both places counted; nothing where no file was analysed."""
    copies = answer.copies
    if not copies.all:
        return ()
    most = copies.all if against.lines is None else min(copies.all, _MOST * _TOKENS_A_LINE * against.lines)
    share = min(100.0, 100 * copies.copied / most)
    return (Measurement("duplication", round(share, 2), "% of the code"),)
