"""How much text a page has room for: each text keeps its head and its tail, and when the room is used up, a few words are left.

Assertions stand at the end of what was captured, dumps of a timeout at its start, so the middle goes first. results.json keeps
all of it. Pure but for counting.
"""

_HEAD, _TAIL = 4_000, 12_000
_LEAST = 200


class Room:
    """Room for so many characters; texts take of it in the order in which they come."""

    def __init__(self, characters: int) -> None:
        self._left = characters

    def take(self, text: str | None) -> str | None:
        """The text, or what of it there is room for, with how much was cut."""
        if text is None:
            return None
        most = max(_LEAST, min(_HEAD + _TAIL, self._left))
        kept = text if len(text) <= most else _cut(text, most // 4, most - most // 4)
        self._left -= len(kept)
        return kept


def _cut(text: str, head: int, tail: int) -> str:
    return f"{text[:head]}\n[... {len(text) - head - tail} ...]\n{text[-tail:]}"
