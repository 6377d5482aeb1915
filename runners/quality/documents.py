"""What a README tells: how to run it, how to test it, what was decided and why. No credit for length.

What the starter's README said already is nobody's own words.
"""

import re

_READ = 200_000
_CODE = re.compile(r"`[^`\n]+`|^(?: {4}|\t).+$|^\s*\$ .+$", re.MULTILINE)
_RUN = re.compile(
    r"\b(?:run|usage|use|start|install|import|call|example|gebruik\w*|uitvoer\w*|start\w*|draai\w*)\b", re.I
)
_TEST = re.compile(
    r"\b(?:pytest|unittest|doctest|tox|nox|(?:npm|yarn|make|mvn|cargo|go|gradle|dotnet|php\w*) \w*test\w*)\b", re.I
)
_WHY = re.compile(
    r"\b(?:because|decid\w+|decision\w*|chos[ei]\w*|choice\w*|trade-?offs?|instead of|so that|why|assum\w+|rather than"
    r"|left out|limitation\w*|omdat|zodat|waarom|keuze\w*|gekozen|besl\w+|aanname\w*|in plaats van)\b",
    re.I,
)
_SENTENCE_WORDS = 6


def documents(files, starter):
    """`{"readme": path or None, "run", "test", "decisions": line or 0}` of the submission's README.

    Args:
        files: content by path.
        starter: the same of the starter.
    """
    path = min((name for name in files if _is_readme(name)), key=lambda name: (name.count("/"), name), default=None)
    if path is None:
        return {"readme": None, "run": 0, "test": 0, "decisions": 0}
    given = {line.strip() for name, content in starter.items() if _is_readme(name) for line in _lines(content)}
    lines = ["" if line.strip() in given else line for line in _lines(files[path])]
    return {
        "readme": path,
        "run": _first(lines, lambda line, near: _RUN.search(near) and _CODE.search(line)),
        "test": _first(lines, lambda line, _: _TEST.search(line) and _CODE.search(line)),
        "decisions": _first(lines, lambda line, near: _WHY.search(line) and len(near.split()) >= _SENTENCE_WORDS),
    }


def _is_readme(name):
    return name.count("/") <= 1 and name.rpartition("/")[2].lower().partition(".")[0] == "readme"


def _lines(content):
    return content[:_READ].decode("utf-8", "replace").splitlines()


def _first(lines, fits):
    """The first line that fits, from 1; 0 where none does. `near` is a line with those above it, to the heading."""
    near = ""
    for number, line in enumerate(lines, 1):
        near = line if line.startswith("#") else f"{near} {line}"[-500:]
        if fits(line, near):
            return number
    return 0
