"""Busy times merged, and the first free slots that several people have in common.

An interval is a pair (start, end) that holds its start and not its end. Merging sorts and sweeps once: n log n.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

Interval = tuple[Any, Any]
Slot = tuple[datetime, datetime]


def merge(intervals: Iterable[Interval]) -> list[Interval]:
    """Return the intervals sorted, with those that overlap or touch made one; empty ones vanish.

    Raises:
        ValueError: an interval ends before it starts.
    """
    merged: list[Interval] = []
    for start, end in sorted(_checked(intervals)):
        if merged and start <= merged[-1][1]:
            if end > merged[-1][1]:
                merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged


def merge_feed(feed: Sequence[int]) -> list[int]:
    """Do as `merge` does with a flat list: start, end, start, end, and so on.

    Raises:
        ValueError: an interval ends before it starts, or its end is missing.
    """
    if len(feed) % 2:
        raise ValueError("a feed holds pairs of start and end")
    pairs = zip(feed[::2], feed[1::2], strict=True)
    return [bound for interval in merge(list(pairs)) for bound in interval]


def first_slots(people: Sequence[Sequence[Slot]], length: timedelta, count: int, window: Slot) -> list[Slot]:
    """Return the first slots of a length in which nobody is busy, in the window's time zone.

    Args:
        people: the busy intervals of each person.
        length: of every slot.
        count: how many at most.
        window: where slots may lie.

    Raises:
        ValueError: an interval, the length or the count makes no sense, or a time has no zone.
    """
    if length <= timedelta(0):
        raise ValueError("length must be positive")
    if count < 0:
        raise ValueError("count must not be negative")
    [(opens, closes)] = list(map(_instants, [window]))
    busy = merge(_instants(each) for person in people for each in person)
    found: list[Slot] = []
    for start, end in _gaps(busy, opens, closes):
        while start + length <= end and len(found) < count:
            found.append((start, start + length))
            start += length
    zone = window[0].tzinfo
    return [(start.astimezone(zone), end.astimezone(zone)) for start, end in found]


def working_windows(day: date, opens: time, closes: time, zone: tzinfo) -> list[Slot]:
    """Return the working hours of a day as one interval; past midnight where they close no later than they open."""
    last = day if closes > opens else day + timedelta(days=1)
    return [(datetime.combine(day, opens, zone), datetime.combine(last, closes, zone))]


class Calendar:
    """Busy intervals of named people."""

    def __init__(self) -> None:
        self._busy: defaultdict[str, list[Slot]] = defaultdict(list)

    def add(self, person: str, start: datetime, end: datetime) -> None:
        """Make a person busy.

        Raises:
            ValueError: the interval ends before it starts, or a time has no zone.
        """
        self._busy[person].append(_instants((start, end)))

    def remove(self, person: str, start: datetime, end: datetime) -> None:
        """Take back an interval that was added.

        Raises:
            KeyError: it isn't there.
            ValueError: see `add`.
        """
        interval = _instants((start, end))
        if interval not in self._busy.get(person, ()):
            raise KeyError((person, start, end))
        self._busy[person].remove(interval)

    def busy(self, person: str) -> list[Slot]:
        """Return when a person is busy, merged."""
        return merge(self._busy.get(person, ()))

    def first_slots(self, people: Iterable[str], length: timedelta, count: int, window: Slot) -> list[Slot]:
        """Return the first common slots of the named; see the function of that name."""
        return first_slots([self._busy.get(person, []) for person in people], length, count, window)


def _checked(intervals: Iterable[Interval]) -> Iterator[Interval]:
    for start, end in intervals:
        if end < start:
            raise ValueError(f"an interval ends before it starts: {start} to {end}")
        if start != end:
            yield start, end


def _instants(interval: Slot) -> Slot:
    """The interval in one zone: arithmetic on clock times would go wrong on days when clocks change."""
    start, end = interval
    if start.tzinfo is None or end.tzinfo is None:
        raise ValueError("every datetime needs a time zone")
    if end.astimezone(UTC) < start.astimezone(UTC):
        raise ValueError(f"an interval ends before it starts: {start} to {end}")
    return start.astimezone(UTC), end.astimezone(UTC)


def _gaps(busy: Sequence[Slot], opens: datetime, closes: datetime) -> Iterator[Slot]:
    """The free intervals between merged busy ones, within the window."""
    free_from = opens
    for start, end in busy:
        if start > free_from:
            yield free_from, min(start, closes)
        free_from = max(free_from, end)
        if free_from >= closes:
            return
    yield free_from, closes
