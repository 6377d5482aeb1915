"""The brief's examples."""

from datetime import UTC, datetime, timedelta

import pytest
from free_slots import Calendar, first_slots, merge, merge_feed

HOUR = timedelta(hours=1)


def at(hour):
    return datetime(2026, 3, 2, hour, tzinfo=UTC)


def test_merge():
    """Merges what overlaps or touches"""
    assert merge([(5, 7), (1, 3), (3, 4)]) == [(1, 4), (5, 7)]


def test_merge_nothing():
    """Nothing stays nothing"""
    assert merge([]) == []


def test_merge_feed():
    """Merges the flat form likewise"""
    assert merge_feed([5, 7, 1, 3, 3, 4]) == [1, 4, 5, 7]


def test_first_slots():
    """Finds the first common slots"""
    people = [[(at(9), at(11))], [(at(10), at(12)), (at(13), at(14))]]

    found = first_slots(people, HOUR, 2, (at(9), at(17)))

    assert found == [(at(12), at(13)), (at(14), at(15))]


def test_calendar():
    """Keeps a calendar"""
    calendar = Calendar()
    calendar.add("ana", at(9), at(11))

    assert calendar.first_slots(["ana"], HOUR, 1, (at(9), at(17))) == [(at(11), at(12))]


def test_refuses():
    """Refuses what ends before it starts"""
    with pytest.raises(ValueError, match="ends before it starts"):
        merge([(4, 3)])
