"""Foreign text in a message: on one line, capped, with nothing in it that a terminal obeys or hides."""


def quote(text: str, limit: int = 200) -> str:
    """Return the text with control, format, private and lone surrogate characters as visible escapes.

    Args:
        text: anything, such as a file name from an archive.
        limit: characters kept of the escaped text; what is cut is counted.
    """
    kept = "".join(map(_visible, text[:limit]))[:limit]
    return kept if len(text) <= limit else f"{kept}... ({len(text) - limit} more)"


def _visible(char: str) -> str:
    # Not printable: controls, formats (bidi and zero-width among them), surrogates, private use, odd spaces and line ends.
    return char if char.isprintable() else char.encode("unicode_escape").decode("ascii")


def size(count: float) -> str:
    """Return a number of bytes as people read it, such as `2.9 MiB`."""
    for unit in ("bytes", "KiB", "MiB", "GiB"):
        if count < 1024 or unit == "GiB":
            break
        count /= 1024
    return f"{count:.0f} {unit}" if unit == "bytes" else f"{count:.1f} {unit}"
