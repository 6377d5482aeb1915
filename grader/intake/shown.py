"""What of a submission's files a report shows: text, and how it differs from what was given and from the reference; capped."""

import difflib
from collections.abc import Iterator, Mapping

from grader.results.model import Source
from grader.results.observations import Against, Difference

_FILE, _ALL = 200_000, 1_000_000  # characters
_COMPARED = 2000  # lines of a file: what is longer is not compared, since the time grows faster than the length
_SHOWN, _WIDTH, _FILES = 400, 300, 40  # lines of a difference, characters of a line, files


def sources(files: Mapping[str, bytes]) -> tuple[Source, ...]:
    """The text files for the source viewer, capped; what isn't text is not shown."""
    shown, room = [], _ALL
    for path, content in files.items():
        text = _text(content)
        if text is None or room <= 0:
            continue
        kept = text[: min(_FILE, room)]
        room -= len(kept)
        shown.append(Source(path, kept, text.count("\n") + 1, len(kept) < len(text)))
    return tuple(shown)


def differences(
    files: Mapping[str, bytes], starter: Mapping[str, bytes], reference: Mapping[str, bytes]
) -> tuple[Difference, ...]:
    """The files that stand in the starter or the reference too and differ there, each as a unified diff, for reviewers."""
    found = [*_differences(files, starter, "starter"), *_differences(files, reference, "reference")]
    return tuple(found[:_FILES])


def _differences(files: Mapping[str, bytes], others: Mapping[str, bytes], against: Against) -> Iterator[Difference]:
    for path in sorted(files.keys() & others.keys()):
        mine, theirs = (_lines(content) for content in (files[path], others[path]))
        if mine is None or theirs is None or mine == theirs:
            continue
        told = [line[:_WIDTH] for line in difflib.unified_diff(theirs, mine, against, path, lineterm="")]
        added, removed = (sum(line.startswith(sign) for line in told[2:]) for sign in "+-")
        yield Difference(against, path, added, removed, "\n".join(told[:_SHOWN]), len(told) > _SHOWN)


def _lines(content: bytes) -> list[str] | None:
    text = _text(content)
    lines = text.splitlines() if text is not None and len(text) <= _FILE else None
    return lines if lines is not None and len(lines) <= _COMPARED else None


def _text(content: bytes) -> str | None:
    if b"\0" in content:
        return None
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        return content.decode("latin-1") if len(content) < _FILE else None
