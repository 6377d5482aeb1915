"""What a terminal shows of a run; pure: gives rich's values, prints nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from grader.quote import quote
from grader.render.caution import caution
from grader.results.model import Results, Verdict

_BAR = 10  # columns


@dataclass(frozen=True, slots=True)
class Symbols:
    """Signs beside words, never instead of them: by verdict, of a bar's full and empty part, and between two values."""

    verdicts: Mapping[Verdict, str]
    full: str
    empty: str
    arrow: str


SYMBOLS = Symbols({"accepted": "✓", "failed": "✗", "not_gradable": "!", "not_graded": "?"}, "█", "░", "→")
ASCII = Symbols({"accepted": "+", "failed": "x", "not_gradable": "!", "not_graded": "?"}, "#", ".", "->")

_STYLES = {
    "accepted": "bold blue",
    "failed": "bold dark_orange",
    "not_gradable": "bold dark_orange",
    "not_graded": "bold",
}


def line(results: Results) -> str:
    """Verdict and total on one line."""
    return f"{word(results.verdict)} {_total(results)}".strip()


def word(verdict: Verdict) -> str:
    """A verdict as a terminal says it."""
    return verdict.replace("_", " ")


def summary(results: Results, symbols: Symbols = ASCII) -> RenderableType:
    """The verdict, the criteria, the groups and what to do next."""
    head = Text.assemble(_verdict(results.verdict, symbols), "  ", (_total(results), "bold"))
    parts: list[RenderableType] = [head]
    if caution(results):
        parts.append(Text(caution(results), "dark_orange"))
    if results.score is not None:
        parts += [_criteria(results, symbols), _groups(results)]
    if results.improvements:
        parts += [_next(results), Text(_path(results, symbols))]
    if results.score is not None and results.score.balance == "geometric":
        summed = sum(criterion.points for criterion in results.criteria)
        parts.append(
            Text(f"quality and speed by their geometric mean: {results.score.uncapped:.1f}, by the sum {summed:.1f}")
        )
    parts += [Text(f"gate not met: {g.id}, {g.actual} ({g.limit}): {g.effect}") for g in results.gates if not g.met]
    return Group(*parts)


def table(rows: Sequence[tuple[str, Results]], symbols: Symbols = ASCII) -> Table:
    """One row a submission: what `demo` ends with."""
    drawn = Table(box=None, padding=(0, 2, 0, 0))
    for name, justify in (("submission", "left"), ("verdict", "left"), ("total", "right"), ("band", "right")):
        drawn.add_column(name, justify="right" if justify == "right" else "left", no_wrap=True)
    for name in ("correctness", "quality", "speed", "tests"):
        drawn.add_column(name, justify="right", no_wrap=True)
    drawn.add_column("caught by")
    for name, results in rows:
        drawn.add_row(*_row(name, results, symbols))
    return drawn


def _verdict(verdict: Verdict, symbols: Symbols) -> Text:
    return Text(f"{symbols.verdicts[verdict]} {word(verdict)}", _STYLES[verdict])


def _row(name: str, results: Results, symbols: Symbols) -> list[RenderableType]:
    score = results.score
    verdict = _verdict(results.verdict, symbols)
    caught = ", ".join(group.title for group in results.groups if group.passed < group.tests) if score else ""
    reason = quote(f"{results.reason.code}: {results.reason.message}", 60) if results.reason else ""
    if score is None:
        return [Text(quote(name)), verdict, *[Text("-")] * 6, Text(reason)]
    passed = f"{sum(g.passed for g in results.groups)}/{sum(g.tests for g in results.groups)}"
    pillars = [score.pillars.correctness, score.pillars.quality, score.pillars.speed]
    numbers = [f"{score.total:.1f}", f"{score.low:.1f}-{score.high:.1f}", *map(_number, pillars), passed]
    return [Text(quote(name)), verdict, *map(Text, numbers), Text(quote(caught, 80))]


def _criteria(results: Results, symbols: Symbols) -> Table:
    drawn = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("criterion", "points", "of", "", "why"):
        drawn.add_column(name, justify="right" if name in ("points", "of") else "left")
    for criterion in results.criteria:
        if criterion.state == "scored":
            why = Text(quote(criterion.why, 100))
            bar = _bar(criterion.points / criterion.max_points if criterion.max_points else 0.0, symbols)
            drawn.add_row(criterion.id, f"{criterion.points:.1f}", f"{criterion.max_points:.1f}", bar, why)
    return drawn


def _next(results: Results) -> Table:
    drawn = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("", "what next", "points", "then", "effort", "where"):
        drawn.add_column(name, justify="right" if name in ("", "points", "then") else "left")
    for number, i in enumerate(results.improvements, 1):
        words = (Text(quote(i.title, 100)), f"+{i.points:.1f}", f"{i.total_after:.1f}", i.effort)
        drawn.add_row(str(number), *words, Text(quote(i.place or "")))
    return drawn


def _path(results: Results, symbols: Symbols) -> str:
    """What doing all of it leads to."""
    count = len(results.improvements)
    named = "fix 1" if count == 1 else f"fix 1 to {count}"
    total = results.score.total if results.score else 0.0
    return f"{named}: {total:.1f} {symbols.arrow} {results.improvements[-1].total_after:.1f}"


def _bar(share: float, symbols: Symbols) -> str:
    """Full only where nothing is missing."""
    full = int(share * _BAR)
    return symbols.full * full + symbols.empty * (_BAR - full)


def _groups(results: Results) -> Table:
    drawn = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("group", "passed", "points"):
        drawn.add_column(name, justify="left" if name == "group" else "right")
    for group in results.groups:
        drawn.add_row(
            Text(quote(group.title)), f"{group.passed} of {group.tests}", f"{group.points:g} of {group.max_points:g}"
        )
    return drawn


def _total(results: Results) -> str:
    score = results.score
    return f"{score.total:.1f} of 100 ({score.low:.1f} to {score.high:.1f})" if score else ""


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"
