"""The text of a source file as its language reads it, and a copy in which no comment gives our tools an order."""

import io
import re
import tokenize

# Orders to ruff and isort that no flag switches off, to lizard, and the declaration of an encoding that no longer holds.
_ORDERS = re.compile(r"#[ \t]*(?:ruff[ \t]*:[ \t]*)?(?:isort|yapf|fmt|ruff)[ \t]*:")
_FOREIGN_ORDERS = re.compile(r"lizard(?=\s+forgive)|GENERATED(?= CODE)|(?<=#)lizard", re.IGNORECASE)
_COOKIE = re.compile(r"^([ \t\f]*#.*?coding)([:=])", re.ASCII)
_SILENCERS = re.compile(
    r"#\s*(?:noqa|type:\s*ignore|ruff:|flake8:|pylint:\s*disable|nosec|isort:|fmt:|yapf:|pragma:|complexipy:|mypy:|pyright:)"
    r"|(?:#|//|/\*)\s*(?:#?lizard\s+forgive|eslint-disable|GENERATED CODE)",
    re.IGNORECASE,
)
_SUPPRESSED = 200


def decoded(content):
    """Python source as text, by its own declaration.

    Raises:
        SyntaxError, UnicodeDecodeError: Python would refuse it, too.
    """
    encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    return _lines(content.decode(encoding))


def foreign(content):
    """Source of another language as text: UTF-8, else a byte a character."""
    try:
        return _lines(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return _lines(content.decode("latin-1"))


def obedient(text):
    """The same text, as long and as wide, but for the comments that would silence a tool."""
    first, second, *rest = [*text.split("\n", 2), "", ""][: 3 if text.count("\n") > 1 else 2]
    start = [_COOKIE.sub(r"\1;", line) for line in (first, second)]
    whole = "\n".join([*start, *rest]) if "\n" in text else start[0]
    return _ORDERS.sub(lambda order: order[0].replace(":", ";"), whole)


def unmarked(text):
    """Text of another language without the marks at which lizard stops counting."""
    return _FOREIGN_ORDERS.sub(lambda mark: "x" * len(mark[0]), text)


def suppressed(text):
    """Comments that ask an analyser to look away, as (line, comment)."""
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        asked = _SILENCERS.search(line)
        if asked:
            found.append((number, line[asked.start() :].strip()[:200]))
    return found[:_SUPPRESSED]


def _lines(text):
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
