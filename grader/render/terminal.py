"""What a terminal shows of a run; pure: gives rich's values, prints nothing."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from grader.quote import quote
from grader.render.caution import caution
from grader.results.model import Results

_WORDS = {"accepted": "accepted", "failed": "failed", "not_gradable": "not gradable", "not_graded": "not graded"}
_STYLES = {
    "accepted": "bold blue",
    "failed": "bold dark_orange",
    "not_gradable": "bold dark_orange",
    "not_graded": "bold",
}


def line(results: Results) -> str:
    """Verdict and total on one line."""
    return f"{_WORDS[results.verdict]} {_total(results)}".strip()


def summary(results: Results) -> RenderableType:
    """The verdict, the pillars, the groups and what to do next."""
    head = Text.assemble((_WORDS[results.verdict], _STYLES[results.verdict]), "  ", (_total(results), "bold"))
    parts: list[RenderableType] = [head]
    if caution(results):
        parts.append(Text(caution(results), "dark_orange"))
    if results.score is not None:
        parts += [_criteria(results), _groups(results)]
    parts += [Text(f"  +{i.points:>4.1f}  {quote(i.title, 100)}  {quote(i.place or '')}") for i in results.improvements]
    parts += [Text(f"gate not met: {g.id}, {g.actual} ({g.limit}): {g.effect}") for g in results.gates if not g.met]
    return Group(*parts)


def table(rows: Sequence[tuple[str, Results]]) -> Table:
    """One row a submission: what `demo` ends with."""
    drawn = Table(box=None, padding=(0, 2, 0, 0))
    for name, justify in (("submission", "left"), ("verdict", "left"), ("total", "right"), ("band", "right")):
        drawn.add_column(name, justify="right" if justify == "right" else "left", no_wrap=True)
    for name in ("correctness", "quality", "speed", "tests"):
        drawn.add_column(name, justify="right", no_wrap=True)
    drawn.add_column("caught by")
    for name, results in rows:
        drawn.add_row(*_row(name, results))
    return drawn


def _row(name: str, results: Results) -> list[RenderableType]:
    score = results.score
    verdict = Text(_WORDS[results.verdict], _STYLES[results.verdict])
    caught = ", ".join(group.title for group in results.groups if group.passed < group.tests) if score else ""
    reason = quote(f"{results.reason.code}: {results.reason.message}", 60) if results.reason else ""
    if score is None:
        return [Text(quote(name)), verdict, *[Text("-")] * 6, Text(reason)]
    passed = f"{sum(g.passed for g in results.groups)}/{sum(g.tests for g in results.groups)}"
    pillars = [score.pillars.correctness, score.pillars.quality, score.pillars.speed]
    numbers = [f"{score.total:.1f}", f"{score.low:.1f}-{score.high:.1f}", *map(_number, pillars), passed]
    return [Text(quote(name)), verdict, *map(Text, numbers), Text(quote(caught, 80))]


def _criteria(results: Results) -> Table:
    drawn = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("criterion", "points", "of", "why"):
        drawn.add_column(name, justify="right" if name in ("points", "of") else "left")
    for criterion in results.criteria:
        if criterion.state == "scored":
            why = Text(quote(criterion.why, 100))
            drawn.add_row(criterion.id, f"{criterion.points:.1f}", f"{criterion.max_points:.1f}", why)
    return drawn


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
