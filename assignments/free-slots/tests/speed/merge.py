"""`size` intervals in random order, of which about half overlap another."""

import random


def make(seed, size):
    """The intervals alone."""
    chance = random.Random(seed)
    starts = [chance.randrange(40 * size) for _ in range(size)]
    return ([(start, start + chance.randint(1, 60)) for start in starts],)


def check(arguments, result):
    """The same points are covered, by sorted intervals that neither overlap nor touch."""
    (intervals,) = arguments
    expected = []
    for start, end in sorted(intervals):
        if expected and start <= expected[-1][1]:
            expected[-1][1] = max(expected[-1][1], end)
        else:
            expected.append([start, end])
    assert result == [tuple(interval) for interval in expected]
