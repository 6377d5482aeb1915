"""Hostile text made safe, one function an output syntax. Pure."""

import re

_MARKDOWN = re.compile(r"([!-/:-@\[-`{-~])")
_HEX = re.compile(r"[0-9a-fA-F]{7,}")
# Spreadsheets of East Asia take the wide forms, too; quotes and blanks may stand before a formula.
_FORMULA = re.compile(r"(^|;[\s\"]*)([=+\-@\uff1d\uff0b\uff0d\uff20])")
_ZERO_WIDTH = "\u200b"
_WITHOUT_LINES = {ord("\n"): None, ord("\t"): None}


def visible(text: str, *, lines: bool = True) -> str:
    """Controls, bidirectional and invisible characters as escapes; line ends and tabs stay where `lines` is true."""
    if text.isprintable() or (lines and text.translate(_WITHOUT_LINES).isprintable()):
        return text
    kept = "\n\t" if lines else ""
    return "".join(char if char in kept else _visible(char) for char in text)


def xml(text: str) -> str:
    """Text for XML 1.0: what it forbids is shown as an escape. Markup is the writer's to escape."""
    return visible(text).replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff")


def csv_cell(text: str) -> str:
    """Text for a spreadsheet's cell: never a formula, nor where a semicolon parts cells, as it does in many languages."""
    return _FORMULA.sub(r"\1'\2", visible(text, lines=False))


def markdown(text: str, limit: int = 300) -> str:
    """Text for a Markdown cell or line: no markup, no mention, no reference, no link."""
    line = " ".join(visible(text[:limit]).split()) + ("..." if len(text) > limit else "")
    line = re.sub(r"([@#])", rf"\1{_ZERO_WIDTH}", line)
    line = re.sub(r"(?i)\b(gh)-(?=\d)", rf"\1{_ZERO_WIDTH}-", line)
    line = re.sub(r"(?i)w(?=ww\.)", f"w{_ZERO_WIDTH}", line)
    line = re.sub(r"://", f":{_ZERO_WIDTH}//", line)
    line = _HEX.sub(lambda found: _ZERO_WIDTH.join(re.findall(".{1,6}", found[0])), line)
    return _MARKDOWN.sub(r"\\\1", line)


def github_data(text: str) -> str:
    """The message of a GitHub workflow command."""
    return visible(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def github_property(text: str) -> str:
    """A property of a GitHub workflow command."""
    return github_data(text).replace(":", "%3A").replace(",", "%2C")


def _visible(char: str) -> str:
    return char if char.isprintable() else char.encode("unicode_escape").decode("ascii")
