"""From the pairs of one speed case to its Timing; pure.

The ratio is a median at the largest size. The growth is a slope in each round through all sizes, of ln(time) on ln(size),
and the median of those; both intervals come from the pairs and assume no distribution.
"""

import itertools
import statistics
from collections.abc import Iterator, Sequence

from grader.assignment.model import SpeedCase
from grader.results.model import SizePoint, Timing
from grader.speed import interval
from grader.speed.interval import Interval
from grader.speed.pairs import Pair

ENOUGH = 0.05  # an interval this narrow, as a share of its value, needs no more pairs
FEWEST_SIZES = 6
_DOUBLE = 1.9  # sizes that rise by less are no doubling
_FEWEST_POINTS = 4
_LEAST_NS = 5_000_000  # a window below this says nothing of how its time grows
_AGREE = 0.02  # two clocks that differ by more are no clock
_WAITS = 2  # times its CPU beyond what the reference waits beside it: it sleeps
_SPREADS = 1.2  # CPU for each second of wall time: more than one core worked


def timing(
    case: SpeedCase, pairs: Sequence[Pair], state: str, why: str | None, cross_check: float | None = None
) -> Timing:
    """Return what the pairs of a case say.

    Args:
        case: the case.
        pairs: all its pairs.
        state: `measured`, `wrong` or `not_measured`, by the examiner's word.
        why: one sentence, where it isn't measured.
        cross_check: how far the engine's clock differs from the container's own, as a share.
    """
    top = [pair for pair in pairs if pair.kind == "top"]
    if state == "measured" and len(top) < interval.FEWEST:
        state, why = "not_measured", f"{len(top)} pairs within the time limit are too few: {interval.FEWEST} are needed"
    if state == "measured" and cross_check is not None and cross_check > _AGREE:
        state, why = "not_measured", f"the engine's clock and the container's own differ by {cross_check:.1%}"
    if state != "measured":
        known = "wrong" if state == "wrong" else "not_measured"
        return Timing(case.id, len(top), None, None, None, why, known, cross_check=cross_check, remarks=remarks(top))  # type: ignore[arg-type]
    return _measured(case, pairs, top, cross_check)


def _measured(case: SpeedCase, pairs: Sequence[Pair], top: Sequence[Pair], cross_check: float | None) -> Timing:
    ratio = interval.median([pair.ratio() for pair in top])
    growth = [pair for pair in pairs if pair.kind == "growth"]
    mine, theirs = slopes(case, growth)
    points = _points(growth or top)
    return Timing(
        case=case.id,
        pairs=len(top),
        ratio=ratio.value,
        low=ratio.low,
        high=ratio.high,
        sizes=points,
        slope=mine.value if mine else None,
        slope_low=mine.low if mine else None,
        slope_high=mine.high if mine else None,
        slope_reference=theirs.value if theirs else None,
        slope_reference_low=theirs.low if theirs else None,
        slope_reference_high=theirs.high if theirs else None,
        inconclusive=ratio.half_width() > ENOUGH,
        remarks=remarks(top),
        cross_check=cross_check,
        candidate_s=statistics.median(pair.candidate_ns() / pair.calls for pair in top) / 1e9,
        reference_s=statistics.median(pair.reference_ns() / pair.calls for pair in top) / 1e9,
        wall_ratio=statistics.median(pair.candidate.wall_ns / max(1, pair.reference.wall_ns) for pair in top),
    )


def slopes(case: SpeedCase, growth: Sequence[Pair]) -> tuple[Interval | None, Interval | None]:
    """The candidate's slope and the reference's, each with its interval; None where sizes, rounds or times are too few."""
    if not doubles(case.sizes):
        return None, None
    rounds: dict[int, list[Pair]] = {}
    for pair in growth:
        rounds.setdefault(pair.number, []).append(pair)
    whole = [pairs for pairs in rounds.values() if len(pairs) == len(case.sizes)]
    return _slope(whole, of_candidate=True), _slope(whole, of_candidate=False)


def doubles(sizes: Sequence[int]) -> bool:
    """Whether there are six sizes or more, and each is about twice the one before or more."""
    rises = all(later >= _DOUBLE * earlier for earlier, later in itertools.pairwise(sizes))
    return len(sizes) >= FEWEST_SIZES and rises


def _slope(rounds: Sequence[Sequence[Pair]], *, of_candidate: bool) -> Interval | None:
    found = []
    for pairs in rounds:
        times = [
            (pair.size, pair.candidate_ns() if of_candidate else pair.reference_ns(), pair.calls) for pair in pairs
        ]
        points = [(size, ns / calls) for size, ns, calls in times if ns > _LEAST_NS]
        slope = interval.slope(points) if len(points) >= _FEWEST_POINTS else None
        if slope is not None:
            found.append(slope)
    return interval.median(found) if len(found) >= interval.FEWEST else None


def remarks(pairs: Sequence[Pair]) -> tuple[str, ...]:
    """What a reviewer should know of how the time was spent: sleep, threads and processes, work before the clock."""
    return tuple(_remarks(pairs)) if pairs else ()


def _remarks(pairs: Sequence[Pair]) -> Iterator[str]:
    waits = statistics.median(pair.candidate.wall_ns / max(1, pair.candidate.cpu_ns) for pair in pairs)
    if len(pairs) >= interval.FEWEST and interval.median([_idle(pair) for pair in pairs]).low > _WAITS:
        yield f"wall time is {waits:.0f} times CPU time: it sleeps or waits"
    tasks = round(statistics.median(pair.candidate.tasks for pair in pairs))
    if tasks:
        was = "1 thread or process" if tasks == 1 else f"{tasks} threads or processes"
        yield f"it starts {was} in each window; their CPU time counts"
    if waits < 1 / _SPREADS:
        yield f"CPU time is {1 / waits:.1f} times wall time: it works on several cores"
    charged = statistics.median(pair.charged_ns() for pair in pairs) / 1e9
    if charged:
        yield f"it works {charged:.2f} s longer than it may before the clock starts (import): charged to each window"


def _idle(pair: Pair) -> float:
    """How much longer than the reference it stood still, in its own CPU time; on a busy machine both wait for their turn."""
    mine, theirs = (window.wall_ns - window.cpu_ns for window in (pair.candidate, pair.reference))
    return (mine - theirs) / max(1, pair.candidate.cpu_ns)


def _points(pairs: Sequence[Pair]) -> tuple[SizePoint, ...]:
    by_size: dict[int, list[Pair]] = {}
    for pair in pairs:
        by_size.setdefault(pair.size, []).append(pair)
    return tuple(
        SizePoint(
            size,
            statistics.median(pair.candidate_ns() / pair.calls for pair in found) / 1e9,
            statistics.median(pair.reference_ns() / pair.calls for pair in found) / 1e9,
        )
        for size, found in sorted(by_size.items())
    )
