"""Source text as lines of (kind, text), for the viewer: keywords, strings, comments and definitions; pure.

A kind is an element of HTML: `b` a keyword, `u` a string, `i` a comment, `dfn` a definition; classes would double the file.
Python, which most files are, is split by one regular expression: a report spent two thirds of its time in a full lexer.
Other languages take Pygments.
"""

import keyword
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from pygments.lexers import get_lexer_for_filename
from pygments.token import Comment, Keyword, Name, String
from pygments.util import ClassNotFound

_WIDEST, _LONGEST = 400, 2000
_CACHED = 64  # texts: a run's report for the candidate and the one for reviewers show the same

_PYTHON = re.compile(
    r"(?P<i>#[^\n]*)"
    r"|(?P<u>(?:\b[rbfuRBFU]{1,2})?(?:"
    r'"""(?:[^\\"]|\\.|"(?!""))*(?:"""|\Z)'
    r"|'''(?:[^\\']|\\.|'(?!''))*(?:'''|\Z)"
    r'|"(?:[^\\\n"]|\\.)*"?'
    r"|'(?:[^\\\n']|\\.)*'?))"
    r"|(?P<dfn>(?<=\bdef )\w+|(?<=\bclass )\w+)"
    rf"|(?P<b>\b(?:{'|'.join(keyword.kwlist)})\b)"
    r"|\w+",
    re.DOTALL,
)

Part = tuple[str, str]


@lru_cache(maxsize=_CACHED)
def lines(path: str, text: str) -> list[list[Part]]:
    """Return the text's lines, at most 2,000, each at most 400 characters wide."""
    return [_folded(line) for line in _split(path, text)][:_LONGEST]


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
    if path.endswith((".py", ".pyi")):
        yield from _python(text)
        return
    try:
        lexer = get_lexer_for_filename(path, stripnl=False, ensurenl=False)
    except ClassNotFound:
        yield "", text
        return
    for kind, value in lexer.get_tokens(text):
        yield _kind(kind), value


def _python(text: str) -> Iterator[Part]:
    at = 0
    for found in _PYTHON.finditer(text):
        if found.lastgroup is not None:
            yield "", text[at : found.start()]
            yield found.lastgroup, found[0]
            at = found.end()
    yield "", text[at:]


def _kind(token: Any) -> str:
    if token in Keyword:
        return "b"
    if token in String:
        return "u"
    if token in Comment:
        return "i"
    return "dfn" if token in Name.Function or token in Name.Class else ""


def _folded(line: list[Part]) -> list[Part]:
    kept, room = [], _WIDEST
    for kind, text in _merged(line):
        kept.append((kind, text[:room]))
        room -= len(text)
        if room < 0:
            return [*kept, ("i", f" ... +{-room}")]
    return kept


def _merged(line: list[Part]) -> list[Part]:
    merged: list[Part] = []
    for kind, text in line:
        if merged and merged[-1][0] == kind:
            merged[-1] = (kind, merged[-1][1] + text)
        elif text:
            merged.append((kind, text))
    return merged
