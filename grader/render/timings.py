"""The speed cases of a page: ratios with their intervals, growth with its slopes, each in a sentence; pure."""

from types import SimpleNamespace as Row

from grader.render import charts
from grader.render.language import mark
from grader.render.view import View
from grader.render.why import title
from grader.results.model import Criterion, Timing

_DOUBT = (  # up to which slope a class is named, always with its doubt
    (0.3, mark("nearly constant")),
    (0.8, mark("below linear")),
    (1.3, mark("about n to n log n")),
    (1.7, mark("between n and n²")),
    (2.3, mark("about n²")),
    (float("inf"), mark("steeper than n²")),
)
_TIE = 0.15  # slopes that differ by less grow alike


def timings(view: View) -> Row:
    """Return everything that the speed section places."""
    results = view.results
    criteria = {criterion.id: criterion for criterion in results.criteria}
    scores = criteria["runtime"].parts if "runtime" in criteria else {}
    page = Row(cases=[_case(view, timing, number) for number, timing in enumerate(results.speed, 1)])
    for case, timing in zip(page.cases, results.speed, strict=True):
        case.score = scores.get(timing.case)
    page.grown = [case for case in page.cases if case.plot is not None]
    page.any_inconclusive = any(case.inconclusive for case in page.cases)
    page.runtime, page.growth = (_scored(view, criteria.get(name)) for name in ("runtime", "growth"))
    page.noise = results.provenance.host.noise
    page.remarks = [(case.title, remark) for case in page.cases for remark in case.remarks]
    return page


def _scored(view: View, criterion: Criterion | None) -> Row:
    if criterion is None:
        return Row(title="", points=0.0, max=0.0, measured=False, why=view.language.text("no speed case was run"))
    measured = criterion.score is not None
    return Row(
        title=title(view, criterion.id),
        points=criterion.points,
        max=criterion.max_points,
        measured=measured,
        why=view.language.recorded(criterion.why),
    )


def _case(view: View, timing: Timing, number: int) -> Row:
    row = Row(number=number, title=timing.case.replace("-", " ").capitalize(), pairs=timing.pairs, plot=None)
    row.why = view.language.recorded(timing.why or "")
    row.wrong, row.inconclusive, row.sizes = timing.state == "wrong", timing.inconclusive, timing.sizes
    row.measured = timing.ratio is not None and timing.low is not None and timing.high is not None
    row.ratio, row.low, row.high = timing.ratio, timing.low, timing.high
    row.candidate_s, row.reference_s, row.wall_ratio = timing.candidate_s, timing.reference_s, timing.wall_ratio
    row.cross_check = timing.cross_check
    row.remarks = [view.language.recorded(remark) for remark in timing.remarks]
    row.sentence = _sentence(view, timing)
    if len(timing.sizes) >= 3 and min(min(p.candidate_s, p.reference_s) for p in timing.sizes) > 0:
        row.plot = charts.growth(timing.sizes, view.language.seconds)
        row.slope, row.reference = _slope(view, timing, "slope"), _slope(view, timing, "slope_reference")
        row.growth = _growth(view, timing)
    return row


def _sentence(view: View, timing: Timing) -> str:
    """What the ratio means, in words."""
    say, fixed = view.language.text, view.language.fixed
    if timing.ratio is None or timing.low is None or timing.high is None:
        return ""
    if timing.inconclusive:
        return say("The interval stayed wide, so its kinder end counts.")
    noise = view.results.provenance.host.noise or 0.0
    if timing.low <= 1 + noise and timing.high >= 1 - noise:
        return say("No difference to the reference can be told.")
    if timing.ratio > 1:
        return say("It takes {n} times the reference's CPU time.", n=fixed(timing.ratio, 2))
    return say("It is faster than the reference; that earns nothing more.")


def _slope(view: View, timing: Timing, name: str) -> str:
    value, low, high = (getattr(timing, name + end) for end in ("", "_low", "_high"))
    if value is None:
        return ""
    fixed = view.language.fixed
    return f"{fixed(value, 2)} ({fixed(low, 2)}–{fixed(high, 2)})" if None not in (low, high) else fixed(value, 2)


def _growth(view: View, timing: Timing) -> str:
    say, fixed = view.language.text, view.language.fixed
    if timing.slope is None:
        return ""
    named = say(next(name for most, name in _DOUBT if timing.slope <= most))
    told = say("Twice the input takes {n} times as long: {named}.", n=fixed(2**timing.slope, 1), named=named)
    if timing.slope_reference is None:
        return told
    if abs(timing.slope - timing.slope_reference) <= _TIE:
        alike = say("It grows as the reference does.")
        return f"{told} {alike}"
    steeper = timing.slope > timing.slope_reference
    more = say("It grows faster than the reference.") if steeper else say("It grows more slowly than the reference.")
    return f"{told} {more}"
