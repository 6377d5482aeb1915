"""What is refused (R6, R7)."""

from datetime import UTC, datetime, timedelta

import pytest
from free_slots import Calendar, first_slots, merge, merge_feed

HOUR = timedelta(hours=1)


def at(hour):
    return datetime(2026, 3, 2, hour, tzinfo=UTC)


WINDOW = (at(9), at(17))


def test_merge_refuses_what_ends_before_it_starts():
    """An interval that ends before it starts is refused"""
    with pytest.raises(ValueError, match="ends before it starts"):
        merge([(1, 2), (4, 3)])


def test_a_feed_without_its_last_end():
    """A feed of an odd number of items is refused, and so is an interval in it that ends before it starts"""
    with pytest.raises(ValueError, match="pairs of start and end"):
        merge_feed([1, 2, 3])
    with pytest.raises(ValueError, match="ends before it starts"):
        merge_feed([1, 2, 4, 3])


def test_busy_that_ends_before_it_starts():
    """A busy time that ends before it starts is refused"""
    with pytest.raises(ValueError, match="ends before it starts"):
        first_slots([[(at(12), at(11))]], HOUR, 1, WINDOW)


@pytest.mark.parametrize("length", [timedelta(0), -HOUR], ids=["none", "negative"])
def test_length(length):
    """A length that isn't positive is refused"""
    with pytest.raises(ValueError, match="length must be positive"):
        first_slots([], length, 1, WINDOW)


def test_count():
    """A negative count is refused"""
    with pytest.raises(ValueError, match="count must not be negative"):
        first_slots([], HOUR, -1, WINDOW)


def test_time_without_a_zone():
    """A time without a zone is refused"""
    with pytest.raises(ValueError, match="time zone"):
        first_slots([], HOUR, 1, (datetime(2026, 3, 2, 9), datetime(2026, 3, 2, 17)))


def test_removing_what_is_not_there():
    """Removing what isn't there is a KeyError, and changes nothing"""
    calendar = Calendar()
    calendar.add("ana", at(9), at(11))

    with pytest.raises(KeyError):
        calendar.remove("ana", at(9), at(10))

    assert calendar.busy("ana") == [(at(9), at(11))]


def test_a_refused_time_is_not_added():
    """A refused busy time is not added"""
    calendar = Calendar()
    with pytest.raises(ValueError, match="ends before it starts"):
        calendar.add("ana", at(12), at(11))

    assert calendar.busy("ana") == []
