"""Merging busy times (R1, R7)."""

import random

import pytest
from free_slots import merge, merge_feed


@pytest.mark.parametrize(
    ("intervals", "merged"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param([(1, 2)], [(1, 2)], id="one"),
        pytest.param([(5, 6), (1, 2)], [(1, 2), (5, 6)], id="unsorted"),
        pytest.param([(1, 3), (2, 4)], [(1, 4)], id="overlapping"),
        pytest.param([(1, 3), (3, 4)], [(1, 4)], id="touching"),
        pytest.param([(1, 9), (2, 3)], [(1, 9)], id="inside another"),
        pytest.param([(1, 9), (2, 3), (8, 12)], [(1, 12)], id="inside, then beyond"),
        pytest.param([(1, 2), (1, 2)], [(1, 2)], id="twice"),
        pytest.param([(1, 2), (3, 4)], [(1, 2), (3, 4)], id="one apart"),
        pytest.param([(3, 3)], [], id="empty"),
        pytest.param([(1, 2), (2, 2), (3, 3)], [(1, 2)], id="empty beside others"),
        pytest.param([(-5, -1), (-1, 0)], [(-5, 0)], id="below zero"),
        pytest.param([(1, 2), (2, 3), (3, 4), (9, 10)], [(1, 4), (9, 10)], id="a chain"),
    ],
)
def test_merge(intervals, merged):
    """Merges"""
    assert merge(intervals) == merged


def test_argument_stays():
    """The argument stays as it was"""
    intervals = [(5, 6), (1, 3), (2, 4)]
    merge(intervals)

    assert intervals == [(5, 6), (1, 3), (2, 4)]


def test_answer_is_of_tuples():
    """The answer is a list of tuples"""
    assert [type(interval) for interval in merge([(1, 3), (2, 4), (6, 7)])] == [tuple, tuple]


def test_many():
    """Merges many intervals as a slow and simple way does"""
    chance = random.Random(7)
    intervals = [(start, start + chance.randint(0, 9)) for start in (chance.randrange(3000) for _ in range(600))]
    covered = {point for start, end in intervals for point in range(start, end)}
    starts = sorted(point for point in covered if point - 1 not in covered)
    ends = sorted(point + 1 for point in covered if point + 1 not in covered)

    assert merge(intervals) == list(zip(starts, ends, strict=True))


def test_a_long_chain():
    """A chain of thousands that touch becomes one"""
    assert merge([(n, n + 1) for n in range(5000)]) == [(0, 5000)]


def test_a_feed():
    """A feed is merged as its intervals are, and stays as it was"""
    feed = [5, 7, 1, 3, 3, 3, 2, 4, 9, 9]

    assert merge_feed(feed) == [1, 4, 5, 7]
    assert (merge_feed([]), feed) == ([], [5, 7, 1, 3, 3, 3, 2, 4, 9, 9])
