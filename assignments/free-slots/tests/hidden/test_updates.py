"""A calendar that changes (R5)."""

from datetime import UTC, datetime, timedelta

import pytest
from free_slots import Calendar

HOUR = timedelta(hours=1)


def at(hour):
    return datetime(2026, 3, 2, hour, tzinfo=UTC)


WINDOW = (at(9), at(17))


@pytest.fixture
def calendar():
    filled = Calendar()
    filled.add("ana", at(9), at(11))
    filled.add("ben", at(11), at(12))
    return filled


def first(calendar, *people):
    found = calendar.first_slots(people, HOUR, 1, WINDOW)
    return found[0][0].hour if found else None


def test_named_people(calendar):
    """Only the named are looked at"""
    assert [first(calendar, "ana"), first(calendar, "ben"), first(calendar, "ana", "ben")] == [11, 9, 12]


def test_unknown_is_free(calendar):
    """An unknown person is free"""
    assert (first(calendar, "cem"), calendar.busy("cem")) == (9, [])


def test_adding_changes_the_answer(calendar):
    """What is added counts from then on"""
    before = first(calendar, "ana")
    calendar.add("ana", at(11), at(15))

    assert (before, first(calendar, "ana")) == (11, 15)


def test_removing_changes_the_answer(calendar):
    """What is removed counts no longer"""
    before = first(calendar, "ana")
    calendar.remove("ana", at(9), at(11))

    assert (before, first(calendar, "ana")) == (11, 9)


def test_busy_is_merged(calendar):
    """Busy times come merged"""
    calendar.add("ana", at(14), at(15))
    calendar.add("ana", at(10), at(13))

    assert calendar.busy("ana") == [(at(9), at(13)), (at(14), at(15))]


def test_added_twice_removed_once(calendar):
    """What was added twice is there until it was removed twice"""
    calendar.add("ana", at(9), at(11))
    calendar.remove("ana", at(9), at(11))

    assert first(calendar, "ana") == 11


def test_calendars_are_apart(calendar):
    """Two calendars share nothing"""
    assert [first(calendar, "ana"), first(Calendar(), "ana")] == [11, 9]


def test_changing_an_answer_changes_nothing(calendar):
    """A caller who changes an answer changes no calendar"""
    calendar.busy("ana").clear()

    assert calendar.busy("ana") == [(at(9), at(11))]
