"""The rules of the brief, each with its smallest example."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest

from free_slots import Calendar, first_slots, merge, merge_feed, working_windows

HOUR = timedelta(hours=1)


def at(hour: int) -> datetime:
    """Return an hour of one day, in UTC."""
    return datetime(2026, 3, 2, hour, tzinfo=UTC)


WINDOW = (at(9), at(17))


def test_merged_intervals_are_sorted_and_apart() -> None:
    intervals = [(8, 9), (1, 5), (2, 3), (5, 6), (7, 7)]

    merged = merge(intervals)

    assert merged == [(1, 6), (8, 9)]
    assert intervals == [(8, 9), (1, 5), (2, 3), (5, 6), (7, 7)]


def test_a_feed_is_merged_in_its_flat_form() -> None:
    assert merge_feed([8, 9, 1, 5, 5, 6]) == [1, 6, 8, 9]
    with pytest.raises(ValueError, match="pairs of start and end"):
        merge_feed([1])


def test_slots_fill_the_gaps_of_all_people() -> None:
    people = [[(at(9), at(11))], [(at(13), at(16)), (at(10), at(12))]]

    assert first_slots(people, HOUR, 9, WINDOW) == [(at(12), at(13)), (at(16), at(17))]


def test_busy_times_of_another_zone_are_instants() -> None:
    zone = timezone(timedelta(hours=2))
    busy = [(at(9).astimezone(zone), at(16).astimezone(zone))]

    assert first_slots([busy], HOUR, 2, WINDOW) == [(at(16), at(17))]


def test_night_hours_end_the_next_day() -> None:
    hours = working_windows(date(2026, 3, 2), time(22), time(6), UTC)

    assert hours == [(at(22), at(6) + timedelta(days=1))]


def test_a_calendar_answers_for_what_it_holds_now() -> None:
    calendar = Calendar()
    calendar.add("ana", at(9), at(10))
    before = calendar.first_slots(["ana", "nobody"], HOUR, 1, WINDOW)

    calendar.remove("ana", at(9), at(10))

    assert before == [(at(10), at(11))]
    assert calendar.first_slots(["ana", "nobody"], HOUR, 1, WINDOW) == [(at(9), at(10))]


def test_what_is_refused() -> None:
    with pytest.raises(ValueError, match="ends before it starts"):
        merge([(2, 1)])
    with pytest.raises(ValueError, match="length must be positive"):
        first_slots([], timedelta(0), 1, WINDOW)
    with pytest.raises(ValueError, match="count must not be negative"):
        first_slots([], HOUR, -1, WINDOW)
    with pytest.raises(ValueError, match="time zone"):
        first_slots([], HOUR, 1, (datetime(2026, 3, 2), at(17)))
    with pytest.raises(KeyError):
        Calendar().remove("ana", at(9), at(10))


def test_a_long_row_of_intervals_that_touch_is_one() -> None:
    assert merge([(n, n + 1) for n in range(5000)]) == [(0, 5000)]
