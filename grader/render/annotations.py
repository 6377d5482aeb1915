"""Findings as a CI's own annotations: GitHub commands, else plain lines. Pure."""

from collections.abc import Callable

from grader.render.escape import github_data, github_property, visible
from grader.results.model import Finding, Results

_SHOWN = 9  # GitHub drops all beyond ten of a kind in silence; the tenth says how many more
_KINDS = {"high": "error", "medium": "warning", "low": "notice", "info": "notice"}


def lines(results: Results, provider: str) -> list[str]:
    """Return at most ten lines of each kind."""
    if provider == "none":
        return []
    by_kind: dict[str, list[Finding]] = {"error": [], "warning": [], "notice": []}
    for finding in results.findings:
        by_kind[_KINDS[finding.severity]].append(finding)
    write = _github if provider == "github" else _plain
    return [line for kind, findings in by_kind.items() for line in _capped(kind, findings, write, provider)]


def _capped(kind: str, findings: list[Finding], write: Callable[[str, Finding], str], provider: str) -> list[str]:
    shown = [write(kind, finding) for finding in findings[:_SHOWN]]
    more = len(findings) - len(shown)
    if more > 0:
        text = f"{more} more in the report"
        shown.append(f"::{kind}::{text}" if provider == "github" else f"{kind}: {text}")
    return shown


def _github(kind: str, finding: Finding) -> str:
    place = f"file={github_property(finding.path)},line={finding.line},col={finding.column}"
    return f"::{kind} {place},title={github_property(finding.rule)}::{github_data(finding.message)}"


def _plain(kind: str, finding: Finding) -> str:
    text = f"{finding.path}:{finding.line}:{finding.column}: {kind} {finding.rule}: {finding.message}"
    return visible(text, lines=False).replace("::", ": :").replace("##", "# #")
