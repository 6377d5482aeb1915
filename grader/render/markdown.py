"""summary.md: what a pipeline shows beside a run. Pure; foreign text can't format, link or notify."""

from collections.abc import Iterator

from grader.render.caution import caution
from grader.render.escape import markdown as plain
from grader.render.words import VERDICTS
from grader.results.model import Results

_BYTES = 64 * 1024
_TESTS = 10


def render(results: Results) -> str:
    """Return the summary, below 64 KB: a CI that gets more drops it whole."""
    text = "\n".join(_lines(results)) + "\n"
    raw = text.encode("utf-8", "replace")
    if len(raw) <= _BYTES:
        return text
    kept = raw[: _BYTES - 100].decode("utf-8", "ignore").rpartition("\n")[0]
    return f"{kept}\n\nMore is in the report.\n"


def _lines(results: Results) -> Iterator[str]:
    score = results.score
    total = f" - {score.total:.1f} of 100 ({score.low:.1f} to {score.high:.1f})" if score else ""
    yield f"## {plain(results.assignment.title)}: {VERDICTS[results.verdict]}{total}"
    yield ""
    if caution(results):
        yield caution(results)
        yield ""
    if results.reason:
        yield f"{results.reason.code}: {plain(results.reason.message)}"
        yield ""
    if score:
        yield from _table(("Pillar", "Score"), _pillars(results))
        yield from _table(("Gate", "Actual", "Limit", ""), _gates(results))
        yield from _table(("What to improve next", "Points", "Then"), _improvements(results))
        yield from _table(("Group", "Passed", "Points"), _groups(results))
        yield from _table(("Test", "Outcome", "Message"), _failing(results))
    yield f"Graded {results.provenance.finished_at}, submission {plain(results.submission.id)}."


def _table(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> Iterator[str]:
    if not rows:
        return
    yield f"| {' | '.join(header)} |"
    yield f"|{'---|' * len(header)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


def _pillars(results: Results) -> list[tuple[str, ...]]:
    assert results.score is not None
    pillars = results.score.pillars
    named = (("Correctness", pillars.correctness), ("Quality", pillars.quality), ("Speed", pillars.speed))
    return [(name, "not measured" if value is None else f"{value:.1f}") for name, value in named]


def _gates(results: Results) -> list[tuple[str, ...]]:
    return [
        (plain(g.id), plain(g.actual), plain(g.limit), "met" if g.met else f"not met: {plain(g.effect)}")
        for g in results.gates
    ]


def _improvements(results: Results) -> list[tuple[str, ...]]:
    return [(plain(i.title), f"+{i.points:.1f}", f"{i.total_after:.1f}") for i in results.improvements]


def _groups(results: Results) -> list[tuple[str, ...]]:
    return [
        (plain(g.title), f"{g.passed} of {g.tests}" if g.tests else "", f"{g.points:g} of {g.max_points:g}")
        for g in results.groups
    ]


def _failing(results: Results) -> list[tuple[str, ...]]:
    failing = [test for test in results.tests if test.outcome != "passed"]
    rows: list[tuple[str, ...]] = [
        (plain(test.title, 120), test.outcome.replace("_", " "), plain(test.message or "", 200))
        for test in failing[:_TESTS]
    ]
    more = len(failing) - len(rows)
    return [*rows, (f"{more} more in the report", "", "")] if more > 0 else rows
