"""What every part of a page is made from: results as an audience may see them, the language, and where each line stands."""

from collections.abc import Mapping
from dataclasses import dataclass

from grader.render.language import Language
from grader.results.model import Results


@dataclass(frozen=True, slots=True)
class View:
    """Results that were redacted before; `lines` gives the anchor of each line that the source viewer shows."""

    results: Results
    reviewer: bool
    language: Language
    lines: Mapping[str, Mapping[int, str]]

    def anchor(self, path: str, line: int) -> str | None:
        """The anchor of a line, where the viewer shows it."""
        return self.lines.get(path, {}).get(line)

    def place(self, place: str) -> str | None:
        """The anchor of `path:line` or `path`."""
        path, _, line = place.rpartition(":")
        return self.anchor(path, int(line)) if line.isdigit() else self.anchor(place, 1)
