"""The texts behind `grader explain`: Markdown with a section a code, and ruff's own words on its rules. Offline.

A section is `## CODE: title` and paragraphs; the first file that has a code explains it.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

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


def ruff(folder: Path) -> Mapping[str, Explanation]:
    """Return the texts of ruff's rules by code, from the table that was made of them."""
    document = json.loads((folder / "rules.json").read_text("utf-8"))
    return {code: _rule(code, rule, document["source"]) for code, rule in document["rules"].items()}


def _sections(text: str) -> Iterator[tuple[str, str, str]]:
    parts = _SECTION.split(text)[1:]
    for code, title, body in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        yield code, title.strip(), body.strip()


def _rule(code: str, rule: Mapping[str, str], source: str) -> Explanation:
    paragraphs = [rule["what"], rule["why"], rule["example"], f"{rule['fix']} Text: {source}."]
    title = f"{rule['name']}: {rule['summary']}"
    return Explanation(code, "rule", title, "\n\n".join(part for part in paragraphs if part))
