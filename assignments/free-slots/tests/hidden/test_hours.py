"""Working hours and time zones (R3, R4). Zones are fixed offsets, so that no machine's data is needed."""

from datetime import date, datetime, time, timedelta, timezone

from free_slots import first_slots, working_windows

HOUR = timedelta(hours=1)
WINTER, SUMMER = timezone(timedelta(hours=1)), timezone(timedelta(hours=2))


def test_working_hours():
    """The hours of a day, in its zone"""
    windows = working_windows(date(2026, 3, 2), time(9), time(17, 30), WINTER)

    assert windows == [(datetime(2026, 3, 2, 9, tzinfo=WINTER), datetime(2026, 3, 2, 17, 30, tzinfo=WINTER))]
    assert windows[0][0].utcoffset() == HOUR


def test_past_midnight():
    """Hours that run past midnight end on the next day"""
    [(_, closes)] = working_windows(date(2026, 12, 31), time(22), time(6), WINTER)

    assert closes == datetime(2027, 1, 1, 6, tzinfo=WINTER)


def test_round_the_clock():
    """Hours that close when they open last a day"""
    [(opens, closes)] = working_windows(date(2026, 3, 2), time(0), time(0), WINTER)

    assert closes - opens == 24 * HOUR


def test_other_zones():
    """Busy times of another zone count by their instant"""
    window = (datetime(2026, 3, 2, 9, tzinfo=WINTER), datetime(2026, 3, 2, 12, tzinfo=WINTER))
    busy = [(datetime(2026, 3, 2, 10, tzinfo=SUMMER), datetime(2026, 3, 2, 11, tzinfo=SUMMER))]

    [(start, _)] = first_slots([busy], HOUR, 1, window)

    assert (start, start.hour) == (datetime(2026, 3, 2, 10, tzinfo=WINTER), 10)


def test_answer_is_in_the_windows_zone():
    """The answer is in the window's zone"""
    window = (datetime(2026, 3, 2, 9, tzinfo=SUMMER), datetime(2026, 3, 2, 12, tzinfo=SUMMER))

    [(start, end)] = first_slots([], HOUR, 1, window)

    assert [start.utcoffset(), end.utcoffset(), start.hour] == [2 * HOUR, 2 * HOUR, 9]


def test_the_hour_that_is_skipped():
    """On the day clocks go forward, two hours of instants lie between 1:00 winter and 4:00 summer time"""
    window = (datetime(2026, 3, 29, 1, tzinfo=WINTER), datetime(2026, 3, 29, 4, tzinfo=SUMMER))

    assert len(first_slots([], HOUR, 9, window)) == 2


def test_the_hour_that_comes_twice():
    """On the day clocks go back, two hours of instants lie between 2:00 summer and 3:00 winter time"""
    window = (datetime(2026, 10, 25, 2, tzinfo=SUMMER), datetime(2026, 10, 25, 3, tzinfo=WINTER))

    assert len(first_slots([], HOUR, 9, window)) == 2


def test_busy_over_the_change():
    """A busy time over the change blocks the instants it lasts"""
    window = (datetime(2026, 3, 29, 0, tzinfo=WINTER), datetime(2026, 3, 29, 6, tzinfo=SUMMER))
    busy = [(datetime(2026, 3, 29, 1, tzinfo=WINTER), datetime(2026, 3, 29, 3, tzinfo=SUMMER))]

    assert len(first_slots([busy], HOUR, 9, window)) == 4
