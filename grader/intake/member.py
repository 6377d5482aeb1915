"""One of many submissions, before it is looked into: where it is, whose it is, and when it came."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Member:
    """A submission of a batch.

    Args:
        name: what a lead knows the candidate by; foreign text.
        path: what `source.take` understands.
        source: the same as it goes into the record: relative to what was given, or `repo@revision`.
        id: given by a manifest, else None.
        received_at: ISO 8601 in UTC, as `deadline`; None where nobody said.
        time_factor: how much longer than others this candidate had, 1 for as long.
    """

    name: str
    path: str
    source: str
    id: str | None = None
    received_at: str | None = None
    deadline: str | None = None
    time_factor: float | None = None
