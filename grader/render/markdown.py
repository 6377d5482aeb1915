"""summary.md: what a pipeline shows beside a run. Pure; foreign text can't format, link or notify."""

from collections.abc import Iterator

from grader.render.caution import caution
from grader.render.escape import markdown as plain
from grader.render.language import Language, language, mark
from grader.render.words import GATES, OUTCOMES, PILLARS, VERDICTS
from grader.results.model import Results

_BYTES = 64 * 1024
_TESTS = 10

Rows = list[tuple[str, ...]]

_TABLES = (
    (mark("Pillar"), mark("Score")),
    (mark("Gate"), mark("Actual"), mark("Limit"), ""),
    (mark("What to do next"), mark("Points"), mark("Then")),
    (mark("Group"), mark("Passed"), mark("Points")),
    (mark("Test"), mark("Outcome"), mark("Message")),
)


def render(results: Results, lang: str = "en") -> str:
    """Return the summary, below 64 KB: a CI that gets more drops it whole."""
    say = language(lang)
    text = "\n".join(_lines(results, say)) + "\n"
    raw = text.encode("utf-8", "replace")
    if len(raw) <= _BYTES:
        return text
    kept = raw[: _BYTES - 100].decode("utf-8", "ignore").rpartition("\n")[0]
    more = say.text("More is in the report.")
    return f"{kept}\n\n{more}\n"


def _lines(results: Results, say: Language) -> Iterator[str]:
    yield f"## {plain(results.assignment.title)}: {say.text(VERDICTS[results.verdict])}{_total(results, say)}"
    yield ""
    if caution(results):
        yield _told(say, caution(results))
        yield ""
    if results.reason:
        yield f"{results.reason.code}: {_foreign(say, results.reason.message)}"
        yield ""
    if results.score:
        parts = (_pillars, _gates, _improvements, _groups, _failing)
        for header, part in zip(_TABLES, parts, strict=True):
            yield from _table([say.text(name) if name else "" for name in header], part(results, say))
    graded = say.text("Graded {at}, submission {id}.", at=results.provenance.finished_at, id="{id}")
    yield graded.replace("{id}", plain(results.submission.id))


def _total(results: Results, say: Language) -> str:
    score = results.score
    if score is None:
        return ""
    total, low, high = (say.fixed(value, 1) for value in (score.total, score.low, score.high))
    return say.text(" - {total} of 100 ({low} to {high})", total=total, low=low, high=high)


def _table(header: list[str], rows: Rows) -> Iterator[str]:
    if not rows:
        return
    yield f"| {' | '.join(header)} |"
    yield f"|{'---|' * len(header)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


def _pillars(results: Results, say: Language) -> Rows:
    assert results.score is not None
    values = {name: getattr(results.score.pillars, name) for name in PILLARS}
    return [
        (say.text(PILLARS[name]), say.text("not measured") if value is None else say.fixed(value, 1))
        for name, value in values.items()
    ]


def _gates(results: Results, say: Language) -> Rows:
    return [
        (
            say.text(GATES[gate.id]) if gate.id in GATES else plain(gate.id),
            _foreign(say, gate.actual),
            _foreign(say, gate.limit),
            say.text("met") if gate.met else say.text("not met") + f": {_foreign(say, gate.effect)}",
        )
        for gate in results.gates
    ]


def _improvements(results: Results, say: Language) -> Rows:
    return [
        (_foreign(say, step.title), f"+{say.fixed(step.points, 1)}", say.fixed(step.total_after, 1))
        for step in results.improvements
    ]


def _groups(results: Results, say: Language) -> Rows:
    of = "{passed} of {total}"
    return [
        (
            plain(group.title),
            say.text(of, passed=group.passed, total=group.tests) if group.tests else "",
            say.text(of, passed=say.plain(group.points), total=say.plain(group.max_points)),
        )
        for group in results.groups
    ]


def _failing(results: Results, say: Language) -> Rows:
    failing = [test for test in results.tests if test.outcome != "passed"]
    rows: Rows = [
        (plain(test.title, 120), say.text(OUTCOMES[test.outcome]), plain(test.message or "", 200))
        for test in failing[:_TESTS]
    ]
    more = len(failing) - len(rows)
    return [*rows, (say.text("{n} more in the report", n=more), "", "")] if more > 0 else rows


def _told(say: Language, sentence: str) -> str:
    return say.sentence(sentence) or sentence


def _foreign(say: Language, sentence: str) -> str:
    """A sentence of the record, which may hold foreign text."""
    return plain(_told(say, sentence))
