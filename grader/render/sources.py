"""The submitted files for the source viewer: highlighted, capped, with what was found on their lines; pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from types import SimpleNamespace as Row

from grader.render import highlight, trace
from grader.results.model import Results

_LINES, _CHARACTERS = (
    2000,
    90_000,
)  # of all files together that are shown whole; then what was found, with what is around
_AROUND = 20

Marks = Mapping[tuple[str, int], Row]


def source_rows(results: Results) -> list[Row]:
    """Return the files to show, each with its rows; a row of text None stands for lines that were left out."""
    marks, covered = _marks(results), _covered(results)
    touched = {path for path, _ in marks}
    lines, characters, shown = _LINES, _CHARACTERS, []
    for number, source in enumerate(results.sources, 1):
        whole = lines > 0 and characters > 0
        if not whole and source.path not in touched:
            continue
        found = highlight.lines(source.path, source.text)
        states = covered.get(source.path, {})
        rows = [_row(number, n, parts, marks.get((source.path, n)), states.get(n)) for n, parts in enumerate(found, 1)]
        rows = rows if whole else _around(rows)
        lines, characters = lines - len(rows), characters - len(source.text)
        count = sum(row.marked for row in rows)
        rest = max(0, source.lines - len(found) - 1)
        shown.append(
            Row(number=number, path=source.path, lines=source.lines, rows=rows, count=count, rest=rest, states=states)
        )
    return shown


def anchors(shown: Sequence[Row]) -> Mapping[str, Mapping[int, str]]:
    """The anchor of each line that the viewer shows, by path and line."""
    return {file.path: {row.n: row.id for row in file.rows if row.parts is not None} for file in shown}


def _row(number: int, n: int, parts: Sequence[highlight.Part], marks: Row | None, state: str | None) -> Row:
    return Row(n=n, id=f"F{number}L{n}", parts=parts, marks=marks, marked=marks is not None, state=state)


def _covered(results: Results) -> Mapping[str, Mapping[int, str]]:
    """The sign of each statement's line: whether the submission's own tests ran it."""
    files = results.own_tests.lines if results.own_tests else ()
    return {each.path: dict.fromkeys(each.ran, "✓") | dict.fromkeys(each.missed, "○") for each in files}


def _around(rows: Sequence[Row]) -> list[Row]:
    """The rows that are marked, with some around; what is left out between them as one row."""
    near = {n for row in rows if row.marked for n in range(row.n - _AROUND, row.n + _AROUND + 1)}
    kept: list[Row] = []
    for row in rows:
        if row.n in near:
            kept.append(row)
        elif not kept or kept[-1].parts is not None:
            kept.append(Row(n=row.n, id="", parts=None, marks=None, marked=False, state=None))
    return kept


def _marks(results: Results) -> Marks:
    """What was found on a line: findings, tests that failed there, copies that begin there."""
    marks: dict[tuple[str, int], Row] = defaultdict(lambda: Row(labels=[], findings=[], tests=[], copies=[]))
    for finding in results.findings:
        at = marks[finding.path, finding.line]
        at.findings.append(finding)
        at.labels = list(dict.fromkeys([*at.labels, finding.rule]))
    paths = [source.path for source in results.sources]
    for number, test in enumerate(results.tests, 1):
        if test.outcome != "passed" and test.detail and (frames := trace.frames(test.detail, paths)):
            marks[frames[-1].path, frames[-1].line].tests.append(Row(title=test.title, href=f"t-{number}"))
    for copy in results.duplicates:
        marks[copy.path, copy.line].copies.append(f"{copy.other_path}:{copy.other_line}")
    return marks
