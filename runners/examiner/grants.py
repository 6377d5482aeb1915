"""Whose opinion the test asks for: objects that it made itself, by calling their class, and never got in another way.

A result, an argument of a callback or an item of a list could stand where a number belongs. So each arrival of an object is
counted, whatever the message called it, and each that was the answer to a call of its class; one more, and it is only compared.
"""

from collections import Counter
from typing import Optional


class Grants:
    """Of one test; `before` are those of the collection that it goes on from."""

    def __init__(self, before: Optional["Grants"] = None) -> None:
        self._arrived: Counter[int] = Counter(before._arrived if before else ())
        self._made: Counter[int] = Counter(before._made if before else ())

    def arrived(self, number: int, times: int = 1) -> None:
        """An object came, with whatever message; less than once where that one is not to count."""
        self._arrived[number] += times

    def made(self, number: int) -> None:
        """Once, it came as the answer to a call of its class."""
        self._made[number] += 1

    def holds(self, number: int) -> bool:
        """Whether the object has come in that way alone."""
        return 0 < self._made[number] == self._arrived[number]
