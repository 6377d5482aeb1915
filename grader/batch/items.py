"""What each test tells of the submissions: how hard it is, and whether the strong pass it. Pure.

Discrimination is the item-rest correlation (Pearson) of passing a test with the points of all other tests; a negative one
says that the strong fail what the weak pass, which mostly means a wrong expectation. A flag asks a person to look.
"""

import math
import statistics
from collections.abc import Sequence

from grader.results.batch import LETTERS, BatchTest, Entry
from grader.results.standing import Flag, Item

_FEWEST = 10  # submissions: below, a share or a correlation says little
_INVERTED = -0.05


def analyse(tests: Sequence[BatchTest], entries: Sequence[Entry]) -> tuple[Item, ...]:
    """Return what is known of each test, the hardest first.

    Args:
        tests: in the order of `Entry.outcomes`.
        entries: graded, each piece of work once.
    """
    passed = [[outcome == LETTERS["passed"] for outcome in entry.outcomes] for entry in entries]
    earned = [sum(t.max_points for t, ok in zip(tests, row, strict=True) if ok) for row in passed]
    found = [_item(n, test, entries, [row[n] for row in passed], earned) for n, test in enumerate(tests)]
    return tuple(sorted(found, key=lambda item: (item.share, item.index)))


def _item(
    index: int, test: BatchTest, entries: Sequence[Entry], passed: Sequence[bool], earned: Sequence[float]
) -> Item:
    share = sum(passed) / len(passed) if passed else 0.0
    rest = [points - test.max_points * ok for points, ok in zip(earned, passed, strict=True)]
    correlation = _correlation([float(ok) for ok in passed], rest)
    timeouts = sum(entry.outcomes[index] == LETTERS["timeout"] for entry in entries)
    if len(passed) < _FEWEST:
        return Item(index, share, None, timeouts, "")
    return Item(index, share, correlation, timeouts, _flag(share, correlation))


def _flag(share: float, correlation: float | None) -> Flag:
    if share in (0.0, 1.0):
        return "nobody" if share == 0.0 else "everybody"
    return "inverted" if correlation is not None and correlation < _INVERTED else ""


def _correlation(xs: Sequence[float], ys: Sequence[float]) -> float | None:
    """Pearson's, or None where one side doesn't vary."""
    if len(xs) < 2:
        return None
    mean_x, mean_y = statistics.fmean(xs), statistics.fmean(ys)
    spread_x, spread_y = (math.sqrt(sum((v - mean) ** 2 for v in vs)) for vs, mean in ((xs, mean_x), (ys, mean_y)))
    if not spread_x or not spread_y:
        return None
    return sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True)) / (spread_x * spread_y)
