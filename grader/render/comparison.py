"""What a terminal shows of two results side by side; pure: gives rich's values, prints nothing."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from grader.quote import quote
from grader.render.terminal import ASCII, Symbols, word
from grader.results.compare import Comparison, Flip, OneSided, Points, Value
from grader.results.model import Function

_TESTS = 15  # of each side

Sides = tuple[str, str]


def comparison(found: Comparison, sides: Sides, symbols: Symbols = ASCII) -> RenderableType:
    """Totals and criteria, what flipped, the tests that one side alone passes, hot spots.

    Args:
        found: the two results.
        sides: what the sides are called, such as A and B, or before and after.
        symbols: signs that the terminal can show.
    """
    parts: list[RenderableType] = [_points(found, sides)]
    parts += [Text(flip(entry, symbols)) for entry in found.flips]
    parts += _only(found.only_a, sides[0], [f"{test.b or 'not known'} in {sides[1]}" for test in found.only_a])
    parts += _only(found.only_b, sides[1], [f"{test.a or 'not known'} in {sides[0]}" for test in found.only_b])
    if found.a_hot != found.b_hot:
        parts += [_hot(found.a_hot, sides[0]), _hot(found.b_hot, sides[1])]
    parts += [Text(f"note: {remark}") for remark in found.remarks]
    return Group(*parts)


def line(found: Comparison, symbols: Symbols = ASCII) -> str:
    """The totals and what flipped, on one line."""
    totals = f"{_number(found.total.a)} {symbols.arrow} {_number(found.total.b)}"
    return "; ".join([f"{quote(found.b, 80)}: {totals}", *(flip(entry, symbols) for entry in found.flips)])


def flip(entry: Flip, symbols: Symbols = ASCII) -> str:
    """A verdict or a gate that is another on the other side."""
    what = "verdict" if entry.id == "verdict" else f"gate {entry.id}"
    return f"{what}: {entry.a.replace('_', ' ')} {symbols.arrow} {entry.b.replace('_', ' ')}"


def _points(found: Comparison, sides: Sides) -> Table:
    drawn = Table(box=None, padding=(0, 2, 0, 0))
    drawn.add_column("points")
    for name in (*sides, "difference"):
        drawn.add_column(name, justify="right")
    drawn.add_column("")
    for points in found.criteria:
        if points.score.a is not None or points.score.b is not None:
            drawn.add_row(*_row(points, sides))
    if found.a_balance != found.b_balance:
        drawn.add_row("balance", found.a_balance or "-", found.b_balance or "-", "", "")
    total = found.total
    verdicts = (word(found.a_verdict), word(found.b_verdict))
    drawn.add_row(
        "total", _banded(total, "a"), _banded(total, "b"), _signed(total.difference()), _say(total, sides), style="bold"
    )
    drawn.add_row("verdict", *verdicts, "", "")
    return drawn


def _row(points: Points, sides: Sides) -> Sequence[str]:
    score = points.score
    shown = [
        "-" if value is None else f"{earned:.1f} of {most:.1f}"
        for value, earned, most in ((score.a, points.a, points.a_max), (score.b, points.b, points.b_max))
    ]
    is_comparable = score.a is not None and score.b is not None
    change = _signed(round(points.b - points.a, 1)) if is_comparable else ""
    is_reweighted = score.judgement == "same" and points.a_max != points.b_max
    return [
        quote(score.id, 40),
        *shown,
        change,
        "the same score, another weight" if is_reweighted else _say(score, sides),
    ]


def _say(value: Value, sides: Sides) -> str:
    if value.judgement == "not_comparable":
        return f"not measured in {sides[0] if value.a is None else sides[1]}"
    return {"noise": "within noise", "same": "", "differs": ""}[value.judgement]


def _only(tests: Sequence[OneSided], side: str, others: Sequence[str]) -> list[RenderableType]:
    if not tests:
        return []
    shown = [
        Text(f"  {quote(test.title, 80)} ({quote(test.group, 40)}; {other})")
        for test, other in zip(tests[:_TESTS], others, strict=False)
    ]
    more = [Text(f"  and {len(tests) - _TESTS} more")] if len(tests) > _TESTS else []
    counted = "1 test passes" if len(tests) == 1 else f"{len(tests)} tests pass"
    return [Text(f"{counted} in {side} alone:"), *shown, *more]


def _hot(functions: Sequence[Function], side: str) -> Table:
    drawn = Table(box=None, padding=(0, 2, 0, 0))
    drawn.add_column(f"hot spots of {side}")
    for name in ("paths", "cognitive"):
        drawn.add_column(name, justify="right")
    drawn.add_column("where")
    for function in functions:
        cognitive = "-" if function.cognitive is None else str(function.cognitive)
        place = Text(quote(f"{function.path}:{function.line}", 100))
        drawn.add_row(Text(quote(function.name, 60)), str(function.cyclomatic), cognitive, place)
    return drawn


def _banded(value: Value, side: str) -> str:
    middle, low, high = (getattr(value, f"{side}{end}") for end in ("", "_low", "_high"))
    return "-" if middle is None else f"{middle:.1f} ({low:.1f} to {high:.1f})"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"


def _signed(value: float | None) -> str:
    return "" if value is None else f"{value:+.1f}"
