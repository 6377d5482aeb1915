"""The table of formats: name, file, renderer. Everything here shows what a candidate may see, and no more."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from grader.errors import UsageError
from grader.quote import quote
from grader.render import csv, junit, markdown, sarif
from grader.results.model import Results
from grader.results.redact import redact


@dataclass(frozen=True, slots=True)
class Format:
    """One format: where it is written, and how."""

    file_name: str
    renderer: Callable[..., str]
    is_spoken: bool = False  # for people, so in their language; machines read English

    def render(self, results: Results, lang: str = "en") -> str:
        """Return the text for a run, as its candidate may see it."""
        shown = redact(results, "candidate")
        return self.renderer(shown, lang) if self.is_spoken else self.renderer(shown)


FORMATS: Mapping[str, Format] = {
    "junit": Format("junit.xml", junit.render),
    "sarif": Format("findings.sarif", sarif.render),
    "md": Format("summary.md", markdown.render, is_spoken=True),
    "csv": Format("ranking.csv", csv.render),
}


ALWAYS = ("html", "json")  # written without being asked for


def wanted(names: Iterable[str]) -> tuple[str, ...]:
    """Return each name once, without those that are always written.

    Raises:
        UsageError: one of them is no format.
    """
    return tuple(dict.fromkeys(name for name in names if name not in ALWAYS and named(name)))


def named(name: str) -> Format:
    """Return the format of that name.

    Raises:
        UsageError: there is none.
    """
    if name in FORMATS:
        return FORMATS[name]
    raise UsageError(
        "G502",
        f"no format {quote(name, 40)!r}",
        f"Known are: {', '.join(FORMATS)}; results.json and the HTML reports are always written.",
        "Correct --format. Nothing was run.",
    )
