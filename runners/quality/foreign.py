"""Files in languages other than Python: lizard's size and cyclomatic complexity, a function at a time."""

import languages
import lizard
import source
import tokens

_TOKENS_A_LINE = 8


def measured(name, language, content):
    """One file's figures; `lines` are of eight tokens, as for Python."""
    text = source.foreign(content)
    found = tokens.foreign(text, comments(language))
    seen = lizard.FileAnalyzer(lizard.get_extensions([])).analyze_source_code(_named(name), source.unmarked(text))
    inside = [_function(each, found) for each in seen.function_list]
    rest = round(len(found) / _TOKENS_A_LINE) - sum(each["lines"] for each in inside)
    outside = [{"name": "<module>", "line": 1, "lines": rest, "cyclomatic": 1, "cognitive": None}] if rest > 0 else []
    return {
        "state": "analysed",
        "sloc": len({token[2] for token in found}),
        "suppressed": source.suppressed(text),
        "functions": inside + outside,
        "tokens": found,
    }


def comments(language):
    """How a language's comments start, as tokens.foreign wants it."""
    if language in languages.HASH_COMMENTS:
        return "hash"
    return "dash" if language in languages.DASH_COMMENTS else "slash"


def _function(seen, found):
    size = sum(seen.start_line <= token[2] <= seen.end_line for token in found)
    return {
        "name": seen.name,
        "line": max(1, seen.start_line),
        "lines": max(1, round(size / _TOKENS_A_LINE)),
        "cyclomatic": max(1, seen.cyclomatic_complexity),
        "cognitive": None,
    }


def _named(name):
    """A name of ours with the file's ending, which tells lizard the language."""
    return f"file.{name.rpartition('.')[2].lower()}"
