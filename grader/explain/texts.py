"""The texts behind `grader explain`: Markdown with a section a code, and ruff's own words on its rules. Pure but for files.

A section is `## CODE: title` and paragraphs; the first file that has a code explains it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Kind = Literal["error", "criterion", "word", "rule"]

_FILES: Mapping[str, Kind] = {"errors.md": "error", "criteria.md": "criterion", "words.md": "word", "rules.md": "rule"}
_SECTION = re.compile(r"^## ([\w-]+): (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a code means; `text` is paragraphs parted by blank lines, code in them indented by four spaces."""

    code: str
    kind: Kind
    title: str
    text: str


def own(folder: Path) -> Mapping[str, Explanation]:
    """Return our own texts by code, from the Markdown of a folder."""
    found: dict[str, Explanation] = {}
    for name, kind in _FILES.items():
        for code, title, text in _sections((folder / name).read_text("utf-8")):
            found.setdefault(code, Explanation(code, kind, title, text))
    return found


def ruff(rules: Sequence[Mapping[str, Any]]) -> Mapping[str, Explanation]:
    """Return the texts of ruff's stable rules by code, from what it says of them."""
    return {str(rule["code"]): _rule(rule) for rule in rules if rule.get("code") and "Stable" in rule["status"]}


def _sections(text: str) -> Iterator[tuple[str, str, str]]:
    parts = _SECTION.split(text)[1:]
    for code, title, body in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        yield code, title.strip(), body.strip()


def _rule(rule: Mapping[str, Any]) -> Explanation:
    told = str(rule["explanation"])
    paragraphs = [
        _part(told, "What it does"),
        _part(told, "Why is this bad?"),
        _code(_part(told, "Example")),
        rule["fix"],
    ]
    title = f"{rule['name']}: {rule['summary']}"
    return Explanation(rule["code"], "rule", title, "\n\n".join(part for part in paragraphs if part))


def _part(text: str, heading: str) -> str:
    """The paragraphs below a heading."""
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return found[1].strip() if found else ""


def _code(text: str) -> str:
    """Fenced blocks indented by four spaces, each a paragraph of its own; an empty line in one holds the spaces."""
    lines, inside = [], False
    for line in text.split("\n"):
        if line.startswith("```"):
            inside = not inside
            lines.append("")
        else:
            lines.append(f"    {line}" if inside else line)
    return re.sub(r"\n\n+", "\n\n", "\n".join(lines)).strip("\n")
