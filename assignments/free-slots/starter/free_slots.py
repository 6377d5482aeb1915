"""Merge busy times, and find the first free slots that several people have in common. The brief says what each must do."""

from datetime import date, datetime, time, timedelta, tzinfo

Slot = tuple[datetime, datetime]


def merge(intervals: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """R1"""
    raise NotImplementedError


def merge_feed(feed: list[int]) -> list[int]:
    """R7"""
    raise NotImplementedError


def first_slots(people: list[list[Slot]], length: timedelta, count: int, window: Slot) -> list[Slot]:
    """R2, R3"""
    raise NotImplementedError


def working_windows(day: date, opens: time, closes: time, zone: tzinfo) -> list[Slot]:
    """R4"""
    raise NotImplementedError


class Calendar:
    """R5"""

    def add(self, person: str, start: datetime, end: datetime) -> None:
        raise NotImplementedError

    def remove(self, person: str, start: datetime, end: datetime) -> None:
        raise NotImplementedError

    def busy(self, person: str) -> list[Slot]:
        raise NotImplementedError

    def first_slots(self, people: list[str], length: timedelta, count: int, window: Slot) -> list[Slot]:
        raise NotImplementedError
