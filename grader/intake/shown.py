"""What of a submission's files a report shows: text, capped."""

from collections.abc import Mapping

from grader.results.model import Source

_FILE, _ALL = 200_000, 1_000_000  # characters


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


def _text(content: bytes) -> str | None:
    if b"\0" in content:
        return None
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        return content.decode("latin-1") if len(content) < _FILE else None
