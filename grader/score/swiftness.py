"""The criteria of the pillar speed: run time, growth, and the pace of delivery; pure.

Where an interval is wide, its candidate-friendly end counts, and differences below this host's noise are ties.
"""

from collections.abc import Sequence

from grader.results.model import Timing
from grader.results.observations import Pace
from grader.score import curves
from grader.score.evidence import Evidence
from grader.score.mark import Mark, none

_SURE_SLOPE = 0.1  # half of an interval: up to here its middle counts
_HOUR = 3600

# Slope of ln(time) on ln(size), up to which a class is meant. What log n adds can't be told at the sizes of a race.
_CLASSES = (
    (0.25, "1–log n"),
    (0.8, "log n–n"),
    (1.3, "n–n log n"),
    (1.7, "n log n–n²"),
    (2.3, "n²–n² log n"),
    (2.7, "n² log n–n³"),
)


def runtime(evidence: Evidence) -> Mark:
    """CPU time relative to the reference.

    The mean of the cases' scores is the curve at the geometric mean of their ratios, since the curve is linear in the
    ratio's logarithm; a ratio beyond an end of the curve counts as that end, so that no case buys another off.
    """
    known = [timing for timing in evidence.timings if timing.state != "not_measured"]
    if not known:
        return none(_why_not(evidence.timings) or "no speed case was run")
    low, value, high = (sum(part) / len(known) for part in zip(*(_run(t, evidence.noise) for t in known), strict=True))
    parts = {timing.case: round(_run(timing, evidence.noise)[1], 1) for timing in known}
    return Mark(value, low, high, ", ".join(_told(timing, evidence.noise) for timing in evidence.timings), parts)


def growth(evidence: Evidence) -> Mark:
    """How much steeper the time grows with the input's size than the reference's."""
    known = [timing for timing in evidence.timings if timing.state == "wrong" or _difference(timing) is not None]
    if not any(_difference(timing) for timing in known):
        return none(_why_no_growth(evidence.timings))
    low, value, high = (sum(part) / len(known) for part in zip(*map(_grown, known), strict=True))
    parts = {timing.case: round(_grown(timing)[1], 1) for timing in known}
    return Mark(value, low, high, ", ".join(map(_growth_told, known)), parts)


def pace(evidence: Evidence) -> Mark:
    """How long the work took, by its rule, against the brief's budget."""
    found = evidence.pace
    if found is None:
        return none("nobody knows when it was worked on: only a revision of a repository has a history")
    if found.active_s is None:
        return none("its history has no usable times")
    if not found.budget_s:
        return none("the assignment names no time budget")
    score = curves.budget(found.active_s / found.budget_s)
    return Mark(score, score, score, _pace_told(found))


# ---------------------------------------------------------------- run time
def _run(timing: Timing, noise: float) -> tuple[float, float, float]:
    """Low, value, high of one case."""
    if timing.ratio is None or timing.low is None or timing.high is None:
        return 0.0, 0.0, 0.0
    counts = timing.low if timing.inconclusive else timing.ratio
    return _ratio(timing.high, noise), _ratio(counts, noise), _ratio(timing.low, noise)


def _ratio(value: float, noise: float) -> float:
    return 100.0 if value <= curves.RATIO_FULL * (1 + noise) else curves.ratio(value)


def _told(timing: Timing, noise: float) -> str:
    if timing.ratio is None or timing.low is None or timing.high is None:
        return f"{timing.case}: {timing.why}"
    shown = f"{timing.case} {timing.ratio:.2f}x"
    if timing.inconclusive:
        width = max(timing.high / timing.ratio - 1, 1 - timing.low / timing.ratio)
        return f"{shown}: inconclusive by {width:.0%} so {timing.low:.2f}x counts"
    if abs(timing.ratio - 1) <= noise:
        return f"{shown}: a tie within this host's noise of {noise:.1%}"
    if timing.ratio > curves.RATIO_FULL >= timing.ratio / (1 + noise):
        return f"{shown}: full points within this host's noise of {noise:.1%}"
    return shown


def _why_not(timings: Sequence[Timing]) -> str:
    return ", ".join(f"{timing.case}: {timing.why}" for timing in timings if timing.why)


# ---------------------------------------------------------------- growth
def _difference(timing: Timing) -> tuple[float, float, float] | None:
    """Low, value, high of the slope's difference to the reference's."""
    mine = timing.slope_low, timing.slope, timing.slope_high
    theirs = timing.slope_reference_high, timing.slope_reference, timing.slope_reference_low
    found = [(a - b) for a, b in zip(mine, theirs, strict=True) if a is not None and b is not None]
    return (found[0], found[1], found[2]) if len(found) == 3 else None


def _grown(timing: Timing) -> tuple[float, float, float]:
    found = _difference(timing)
    if found is None:
        return 0.0, 0.0, 0.0
    low, value, high = found
    return curves.steeper(high), curves.steeper(_counts(found)), curves.steeper(min(low, value))


def _counts(found: tuple[float, float, float]) -> float:
    low, value, high = found
    return low if (high - low) / 2 > _SURE_SLOPE else value


def _growth_told(timing: Timing) -> str:
    """One sentence of a list, so without a comma and a blank in it."""
    found = _difference(timing)
    if found is None:
        return f"{timing.case}: {timing.why}"
    mine = _shown(timing.slope, timing.slope_low, timing.slope_high)
    theirs = _shown(timing.slope_reference, timing.slope_reference_low, timing.slope_reference_high)
    told = f"{timing.case} grows about as {mine} beside {theirs} of the reference"
    counts = _counts(found)
    return told if counts == found[1] else f"{told}: inconclusive so a difference of {counts:.2f} counts"


def _shown(slope: float | None, low: float | None, high: float | None) -> str:
    assert slope is not None
    assert low is not None
    assert high is not None
    names = dict.fromkeys((named(low), named(high)))
    return f"{'/'.join(names)} (slope {slope:.2f} in {low:.2f} to {high:.2f})"


def named(slope: float) -> str:
    """The classes that a slope may mean."""
    return next((name for most, name in _CLASSES if slope <= most), "> n² log n")


def _why_no_growth(timings: Sequence[Timing]) -> str:
    if not timings:
        return "no speed case was run"
    return (
        _why_not(timings) or "growth needs six doubling sizes of which four take over 5 ms and six rounds through them"
    )


# ---------------------------------------------------------------- pace
def _pace_told(pace: Pace) -> str:
    assert pace.active_s is not None
    assert pace.budget_s is not None
    said = "self-reported" if pace.self_reported else "by a server"
    return f"about {pace.active_s / _HOUR:.1f} h of a budget of {pace.budget_s / _HOUR:g} h ({said})"
