"""Foreign text in a message: on one line, capped, with nothing in it that a terminal obeys or hides."""

import unicodedata


def quote(text: str, limit: int = 200) -> str:
    """Return the text with control, format, private and lone surrogate characters as visible escapes.

    Args:
        text: anything, such as a file name from an archive.
        limit: characters kept of the escaped text; what is cut is counted.
    """
    kept = "".join(map(_visible, text[:limit]))[:limit]
    return kept if len(text) <= limit else f"{kept}... ({len(text) - limit} more)"


def _visible(char: str) -> str:
    # C*: controls, formats (bidi and zero-width among them), surrogates, private use; Zl and Zp break lines.
    if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
        return char.encode("unicode_escape").decode("ascii")
    return char
