"""Source text as lines of (kind, text), for the viewer: keywords, strings, comments and definitions; pure.

Spans for names and punctuation would double the file, so there are none.
"""

from collections.abc import Iterator
from typing import Any

from pygments.lexers import get_lexer_for_filename
from pygments.token import Comment, Keyword, Name, String
from pygments.util import ClassNotFound

_WIDEST, _LONGEST = 400, 2000

Part = tuple[str, str]


def lines(path: str, text: str) -> list[list[Part]]:
    """Return the text's lines, at most 2,000, each at most 400 characters wide."""
    return [_folded(line) for line in list(_split(path, text))[:_LONGEST]]


def _split(path: str, text: str) -> Iterator[list[Part]]:
    line: list[Part] = []
    for kind, value in _tokens(path, text):
        first, *rest = value.split("\n")
        line.append((kind, first))
        for part in rest:
            yield line
            line = [(kind, part)]
    if any(part for _, part in line):
        yield line


def _tokens(path: str, text: str) -> Iterator[Part]:
    try:
        lexer = get_lexer_for_filename(path, stripnl=False, ensurenl=False)
    except ClassNotFound:
        yield "", text
        return
    for kind, value in lexer.get_tokens(text):
        yield _kind(kind), value


def _kind(token: Any) -> str:
    if token in Keyword:
        return "k"
    if token in String:
        return "s"
    if token in Comment:
        return "c"
    return "d" if token in Name.Function or token in Name.Class else ""


def _folded(line: list[Part]) -> list[Part]:
    kept, room = [], _WIDEST
    for kind, text in _merged(line):
        kept.append((kind, text[:room]))
        room -= len(text)
        if room < 0:
            return [*kept, ("c", f" ... {-room} characters more")]
    return kept


def _merged(line: list[Part]) -> list[Part]:
    merged: list[Part] = []
    for kind, text in line:
        if merged and merged[-1][0] == kind:
            merged[-1] = (kind, merged[-1][1] + text)
        elif text:
            merged.append((kind, text))
    return merged
