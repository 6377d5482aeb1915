"""The page that sets two submissions side by side, for their reviewer; pure."""

from collections.abc import Sequence
from types import SimpleNamespace as Row

from grader.render import html
from grader.render.language import Language, language, mark
from grader.render.words import CRITERIA, GATES, OUTCOMES, PLACES, VERDICTS
from grader.results.compare import Comparison, Judgement, OneSided, Points
from grader.results.model import Function, Gate, Outcome, Results, Verdict

_LINES = 60  # of a hot spot's code
_CLOSERS = "})]"

_JUDGEMENTS: dict[Judgement, str] = {
    "same": mark("the same"),
    "noise": mark("within noise"),
    "differs": mark("differs"),
    "not_comparable": mark("not measured on one side"),
}
_REMARKS = (
    mark("the assignment changed between the two runs"),
    mark("one ran the hidden tests, the other the public ones"),
    mark("one ran the public tests, the other the hidden ones"),
    mark("they were scored by different rubrics"),
    mark("they ran on different machines or sandboxes, so run times compare less well"),
)


def render(found: Comparison, a: Results, b: Results, lang: str = "en") -> str:
    """Return the page: one HTML file, the same bytes each time.

    Args:
        found: what comparing `a` with `b` gave.
        a: the one side, as recorded.
        b: the other.
        lang: one of `language.LANGUAGES`.
    """
    page = page_of(found, a, b, language(lang))
    return html.fill("comparison", lang, f"{a.submission.id} {b.submission.id}", {"page": page, "r": a})


def page_of(found: Comparison, a: Results, b: Results, speech: Language) -> Row:
    """Return everything that the template places."""
    say = speech.text
    page = Row(a=_side(a, speech), b=_side(b, speech), total=found.total)
    page.difference = found.total.difference()
    page.judgement = say(_JUDGEMENTS[found.total.judgement])
    page.criteria = [
        _criterion(points, a, speech)
        for points in found.criteria
        if points.score.a is not None or points.score.b is not None
    ]
    page.gates = [_gate(id_, a, b, speech) for id_ in dict.fromkeys(gate.id for gate in (*a.gates, *b.gates))]
    page.only_a = [_test(test, test.b, speech) for test in found.only_a]
    page.only_b = [_test(test, test.a, speech) for test in found.only_b]
    page.hot = list(
        zip(*(_padded(_hot(side, a_or_b)) for side, a_or_b in ((found.a_hot, a), (found.b_hot, b))), strict=True)
    )
    page.remarks = [say(remark) for remark in _REMARKS if remark in found.remarks]
    page.sections = _sections(page, speech)
    return page


def _side(results: Results, speech: Language) -> Row:
    verdict: Verdict = results.verdict
    return Row(id=results.submission.id, verdict=speech.text(VERDICTS[verdict]), is_accepted=verdict == "accepted")


def _criterion(points: Points, a: Results, speech: Language) -> Row:
    score = points.score
    pillar = next((criterion.pillar for criterion in a.criteria if criterion.id == score.id), "quality")
    named = CRITERIA.get(score.id)
    row = Row(title=speech.text(named) if named else score.id, pillar=pillar, judgement=score.judgement)
    row.say = speech.text(_JUDGEMENTS[score.judgement])
    row.a = _earned(score.a, points.a, points.a_max)
    row.b = _earned(score.b, points.b, points.b_max)
    row.difference = None if score.a is None or score.b is None else round(points.b - points.a, 1)
    row.place = PLACES.get(score.id)
    return row


def _earned(score: float | None, points: float, most: float) -> Row | None:
    return None if score is None else Row(points=points, max=most, share=100 * points / most if most else 0.0)


def _gate(id_: str, a: Results, b: Results, speech: Language) -> Row:
    left, right = (next((gate for gate in results.gates if gate.id == id_), None) for results in (a, b))
    named = GATES.get(id_)
    return Row(
        title=speech.text(named) if named else id_,
        a=_met(left, speech),
        b=_met(right, speech),
        flips=_flips(left, right),
    )


def _met(gate: Gate | None, speech: Language) -> str:
    return (
        ""
        if gate is None
        else f"{speech.text('met') if gate.met else speech.text('not met')} ({speech.recorded(gate.actual)})"
    )


def _flips(left: Gate | None, right: Gate | None) -> bool:
    return (left.met if left else None) != (right.met if right else None)


def _test(test: OneSided, other: Outcome | None, speech: Language) -> Row:
    return Row(title=test.title, group=test.group, other=speech.text(OUTCOMES[other]) if other else "")


def _hot(functions: Sequence[Function], results: Results) -> list[Row]:
    sources = {source.path: source.text.split("\n") for source in results.sources}
    return [_spot(function, sources.get(function.path, [])) for function in functions if function.name != "<module>"]


def _spot(function: Function, lines: Sequence[str]) -> Row:
    code = _body(lines[function.line - 1 :])
    return Row(
        name=function.name,
        place=f"{function.path}:{function.line}",
        cyclomatic=function.cyclomatic,
        cognitive=function.cognitive,
        code="\n".join(code[:_LINES]),
        cut=max(0, len(code) - _LINES),
    )


def _body(lines: Sequence[str]) -> list[str]:
    """From a function's first line to the next that isn't indented deeper, but for one that closes it."""
    if not lines:
        return []
    depth, kept = _indent(lines[0]), [lines[0]]
    for line in lines[1:]:
        if line.strip() and _indent(line) <= depth:
            return [*kept, line] if line.strip()[0] in _CLOSERS else _trimmed(kept)
        kept.append(line)
    return _trimmed(kept)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _trimmed(lines: list[str]) -> list[str]:
    while len(lines) > 1 and not lines[-1].strip():
        lines = lines[:-1]
    return lines


def _padded(rows: list[Row], to: int = 5) -> list[Row | None]:
    return [*rows, *[None] * (to - len(rows))]


def _sections(page: Row, speech: Language) -> list[Row]:
    say = speech.text
    counts = f"{len(page.only_a)} / {len(page.only_b)}"
    shown = [("summary", say("Result"), ""), ("criteria", say("Criteria"), ""), ("tests", say("Tests"), counts)]
    shown += [("hot", say("Hot spots"), "")] if any(left or right for left, right in page.hot) else []
    return [Row(id=id_, label=label, count=count) for id_, label, count in shown]
