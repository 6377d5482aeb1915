"""Finding common slots (R2, R3)."""

from datetime import UTC, datetime, timedelta

import pytest
from free_slots import first_slots

HOUR = timedelta(hours=1)


def at(hour, minute=0):
    return datetime(2026, 3, 2, hour, minute, tzinfo=UTC)


def hours(slots):
    return [(start.hour + start.minute / 60, end.hour + end.minute / 60) for start, end in slots]


WINDOW = (at(9), at(17))


def test_nobody():
    """Where nobody is asked, the window is free"""
    assert hours(first_slots([], HOUR, 2, WINDOW)) == [(9, 10), (10, 11)]


def test_nobody_busy():
    """Where nobody is busy, slots start with the window"""
    assert hours(first_slots([[], []], HOUR, 1, WINDOW)) == [(9, 10)]


def test_example():
    """The brief's example"""
    people = [[(at(9), at(11))], [(at(10), at(12)), (at(13), at(14))]]

    assert hours(first_slots(people, HOUR, 2, WINDOW)) == [(12, 13), (14, 15)]


def test_a_gap_of_just_the_length():
    """A gap of exactly the length is a slot"""
    assert hours(first_slots([[(at(9), at(10)), (at(11), at(17))]], HOUR, 9, WINDOW)) == [(10, 11)]


def test_a_gap_too_short():
    """A gap a minute short is none"""
    assert first_slots([[(at(9), at(10)), (at(10, 59), at(17))]], HOUR, 9, WINDOW) == []


def test_back_to_back():
    """Slots follow each other without a pause"""
    assert hours(first_slots([], 2 * HOUR, 9, WINDOW)) == [(9, 11), (11, 13), (13, 15), (15, 17)]


def test_rest_of_a_gap_is_no_slot():
    """What is left of a gap is no slot"""
    assert hours(first_slots([], 3 * HOUR, 9, WINDOW)) == [(9, 12), (12, 15)]


def test_fewer_than_asked():
    """Fewer where there are fewer"""
    assert len(first_slots([[(at(10), at(17))]], HOUR, 5, WINDOW)) == 1


def test_none_asked():
    """None where none are asked for"""
    assert first_slots([], HOUR, 0, WINDOW) == []


def test_busy_all_day():
    """None where somebody is busy all day"""
    assert first_slots([[(at(8), at(18))]], HOUR, 1, WINDOW) == []


def test_busy_around_the_window():
    """What lies outside of the window doesn't matter"""
    people = [[(at(7), at(8)), (at(8), at(10)), (at(16), at(19)), (at(20), at(21))]]

    assert hours(first_slots(people, 3 * HOUR, 9, WINDOW)) == [(10, 13), (13, 16)]


def test_unsorted_and_overlapping():
    """Busy times may overlap and come in any order"""
    people = [[(at(13), at(15)), (at(9), at(12)), (at(14), at(16)), (at(10), at(11))]]

    assert hours(first_slots(people, HOUR, 9, WINDOW)) == [(12, 13), (16, 17)]


def test_end_is_free():
    """A busy time's end is free, and so is its start's last moment before"""
    people = [[(at(9, 30), at(10))]]

    assert hours(first_slots(people, HOUR / 2, 2, WINDOW)) == [(9, 9.5), (10, 10.5)]


def test_arguments_stay():
    """The arguments stay as they were"""
    people = [[(at(13), at(15)), (at(9), at(12))]]
    first_slots(people, HOUR, 1, WINDOW)

    assert people == [[(at(13), at(15)), (at(9), at(12))]]


@pytest.mark.parametrize("count", [1, 3])
def test_many_people(count):
    """Each of many people blocks an hour"""
    people = [[(at(hour), at(hour + 1))] for hour in (9, 10, 12, 14)]

    assert hours(first_slots(people, HOUR, count, WINDOW)) == [(11, 12), (13, 14), (15, 16)][:count]
