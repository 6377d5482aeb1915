"""What pytest said of a failed test, read for people: what was called, expected and got, and the submission's frames; pure.

The text holds values of a submission, so it is read tolerantly: what doesn't look as expected is left to the full text.
"""

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_COMPARED = re.compile(r"^E +(?:AssertionError: )?assert (.+) == (.+)$", re.MULTILINE)
_WHERE = re.compile(r"^E +\+ +(where|and) +(.+?) = (.+)$", re.MULTILINE)
_FRAME = re.compile(r'^E? *File "([^"\n]{1,500})", line (\d{1,7}), in (.{1,200})$', re.MULTILINE)
_LONGEST = 4000  # characters of a line that is looked at
_MARKED = 400  # characters of a value up to which differing parts are marked
_FRAMES = 8

Part = tuple[bool, str]


@dataclass(frozen=True, slots=True)
class Compared:
    """Both sides of a failed `==`, and the call that gave the first, where pytest tells."""

    got: str
    expected: str
    called: str | None


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a traceback went through the submission."""

    path: str
    line: int
    name: str


def compared(detail: str) -> Compared | None:
    """Return both sides of the comparison that failed; None where there is none, or more than one reading."""
    text = "\n".join(line[:_LONGEST] for line in detail.splitlines())
    found = _COMPARED.search(text)
    if found is None or " == " in found[1] or " == " in found[2]:
        return None
    left, right = found[1], found[2]
    calls = dict(_calls(text))
    if right in calls and left not in calls:
        left, right = right, left
    return Compared(left, right, calls.get(left))


def _calls(text: str) -> Iterator[tuple[str, str]]:
    """Value and call of each side, the innermost call last; a value that is its own spelling says nothing."""
    side = ""
    for found in _WHERE.finditer(text):
        value, call = found[2].strip(), found[3].strip()
        if value == call or "<glass" in call:
            continue
        side = value if found[1] == "and" or not side else side
        yield side, call


def frames(detail: str, paths: Iterable[str]) -> list[Frame]:
    """Return the frames that are in files of the submission, outermost first."""
    known = sorted(paths, key=len, reverse=True)
    found = []
    for match in _FRAME.finditer(detail):
        path = next((path for path in known if match[1] == path or match[1].endswith(f"/{path}")), None)
        if path is not None:
            found.append(Frame(path, int(match[2]), match[3]))
    return list(dict.fromkeys(found))[-_FRAMES:]


def differing(one: str, other: str) -> tuple[list[Part], list[Part]]:
    """Return both texts in parts, each with whether it differs; long texts in one part."""
    if max(len(one), len(other)) > _MARKED:
        return [(False, one)], [(False, other)]
    mine: list[Part] = []
    theirs: list[Part] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        mine.append((kind != "equal", one[a:b]))
        theirs.append((kind != "equal", other[c:d]))
    return [part for part in mine if part[1]], [part for part in theirs if part[1]]
