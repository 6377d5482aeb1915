"""The submitted files for the source viewer: highlighted, capped, with findings on their lines; pure."""

from collections import defaultdict
from collections.abc import Mapping
from types import SimpleNamespace as Row

from grader.render import highlight
from grader.results.model import Results

_LINES = 4000  # of all files together; then only those with findings are shown


def source_rows(results: Results) -> list[Row]:
    """Return the files to show, each with its rows."""
    by_place = defaultdict(list)
    for finding in results.findings:
        by_place[finding.path, finding.line].append(finding)
    touched, room, shown = {finding.path for finding in results.findings}, _LINES, []
    for number, source in enumerate(results.sources, 1):
        if room <= 0 and source.path not in touched:
            continue
        lines = highlight.lines(source.path, source.text)
        room -= len(lines)
        rows = [Row(n=n, parts=parts, findings=by_place.get((source.path, n), [])) for n, parts in enumerate(lines, 1)]
        count = sum(len(row.findings) for row in rows)
        note = f"{source.lines - len(rows)} lines more." if source.lines > len(rows) + 1 else ""
        shown.append(Row(number=number, path=source.path, lines=source.lines, rows=rows, count=count, note=note))
    return shown


def anchors(results: Results) -> Mapping[str, Mapping[int, str]]:
    """The anchor of each line that the viewer shows, by path and line."""
    return {row.path: {line.n: f"F{row.number}L{line.n}" for line in row.rows} for row in _shown(results)}


def _shown(results: Results) -> list[Row]:
    room, shown = _LINES, []
    touched = {finding.path for finding in results.findings}
    for number, source in enumerate(results.sources, 1):
        if room <= 0 and source.path not in touched:
            continue
        count = min(source.text.count("\n") + (not source.text.endswith("\n")), 2000)
        room -= count
        shown.append(Row(number=number, path=source.path, rows=[Row(n=n) for n in range(1, count + 1)]))
    return shown
