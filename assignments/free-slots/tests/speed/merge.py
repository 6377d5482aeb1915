"""A feed of `size` intervals in random order, of which about half overlap another."""

import random


def make(seed, size):
    """The feed alone: start, end, start, end."""
    chance = random.Random(seed)
    starts = [chance.randrange(40 * size) for _ in range(size)]
    return ([bound for start in starts for bound in (start, start + chance.randint(1, 60))],)


def check(arguments, result):
    """The same points are covered, by sorted intervals that neither overlap nor touch."""
    (feed,) = arguments
    expected = []
    for start, end in sorted(zip(feed[::2], feed[1::2], strict=True)):
        if expected and start <= expected[-1]:
            expected[-1] = max(expected[-1], end)
        else:
            expected += [start, end]
    assert result == expected
