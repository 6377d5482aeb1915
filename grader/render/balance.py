"""The candidate's point between speed and quality, lines of equal total, and what other weights would give; pure."""

from types import SimpleNamespace as Row

from grader.render import charts
from grader.render.view import View
from grader.results.model import Criterion


def balance(view: View) -> Row | None:
    """Return the picture and the table; None where speed or quality was not measured, or the total is no weighted sum."""
    score, criteria = view.results.score, view.results.criteria
    if score is None or score.balance == "geometric":
        return None
    speed, quality, correctness = (
        [criterion for criterion in criteria if criterion.pillar == pillar and criterion.max_points > 0]
        for pillar in ("speed", "quality", "correctness")
    )
    if not speed or not quality:
        return None
    row = Row(speed=_share(speed), quality=_share(quality), correctness=_points(correctness), own=score.uncapped)
    row.speed_max, row.quality_max = _most(speed), _most(quality)
    row.both = round(row.speed_max + row.quality_max, 1)
    row.low, row.high = _band(speed)
    row.quality_low, row.quality_high = _band(quality)
    row.lines, row.what_if = _lines(row), _what_if(row)
    return row


def _lines(row: Row) -> list[Row]:
    totals = [(float(total), False) for total in (50, 60, 70, 80, 90)] + [(row.own, True)]
    ends = [(t, own, charts.iso_line(t - row.correctness, row.speed_max, row.quality_max)) for t, own in totals]
    return [
        Row(total=t, own=own, x1=e[0], y1=e[1], x2=e[2], y2=e[3], seen=True) if e else _unseen(t, own)
        for t, own, e in ends
    ]


def _unseen(total: float, own: bool) -> Row:
    """A line that other weights may bring into the picture."""
    return Row(total=total, own=own, x1=0.0, y1=0.0, x2=0.0, y2=0.0, seen=False)


def _what_if(row: Row) -> list[Row]:
    both = row.both
    weights = sorted({0.0, both / 5, 2 * both / 5, 3 * both / 5, 4 * both / 5, both, row.speed_max})
    return [
        Row(
            speed=round(weight, 1),
            quality=round(both - weight, 1),
            graded=weight == row.speed_max,
            total=row.own if weight == row.speed_max else _total(row, weight),
        )
        for weight in weights
    ]


def _total(row: Row, weight: float) -> float:
    """The total, caps left out, if speed had this many of the points that it shares with quality."""
    return float(row.correctness + ((row.both - weight) * row.quality + weight * row.speed) / 100)


def _points(criteria: list[Criterion]) -> float:
    return round(sum(criterion.points for criterion in criteria), 1)


def _most(criteria: list[Criterion]) -> float:
    return round(sum(criterion.max_points for criterion in criteria), 1)


def _share(criteria: list[Criterion]) -> float:
    return 100 * _points(criteria) / _most(criteria)


def _band(criteria: list[Criterion]) -> tuple[float, float]:
    most = _most(criteria)
    low = sum((criterion.low or 0.0) * criterion.max_points for criterion in criteria) / most
    high = sum((criterion.high or 0.0) * criterion.max_points for criterion in criteria) / most
    return low, high
