"""Who stands where, and how sure that is: the comparison of a batch's submissions. Pure.

    standing(batch, rng) -> Standing

Two submissions are tied where their bands overlap: a difference within noise is no order. So each has a best and a worst
place, and equal best places are shown as equal.
"""

import bisect
import statistics
from collections.abc import Mapping, Sequence

from grader.batch import clusters, items, review, stability, totals, weights
from grader.batch.stability import Rng
from grader.results.batch import Batch, Entry
from grader.results.model import Pillar, Score
from grader.results.standing import Place, Spread, Standing


def standing(batch: Batch, rng: Rng) -> Standing:
    """Return how the graded submissions of a batch stand to each other.

    Args:
        batch: its record.
        rng: for the draws of rank stability; seeded, so that a page repeats.
    """
    graded = ranked(batch)
    own = [
        entry for entry in graded if entry.same_as is None
    ]  # the same work twice says nothing new of tests and spread
    return Standing(
        order=tuple(entry.id for entry in graded),
        places=places(graded),
        weighing=weights.weighing(batch, graded),
        frontier=frontier(graded),
        draws=stability.DRAWS,
        steadiness=stability.steadiness(batch.rubric, graded, rng),
        items=items.analyse(batch.tests, own),
        spreads=tuple(spreads(own, batch.reference)),
        clusters=clusters.clusters(batch.similarity),
        agreement=review.agreement(batch.entries),
    )


def ranked(batch: Batch) -> tuple[Entry, ...]:
    """The graded entries, best first; equal totals by id."""
    graded = [(score.total, entry) for entry in batch.entries if (score := entry.score) is not None]
    return tuple(entry for _, entry in sorted(graded, key=lambda pair: (-pair[0], pair[1].id)))


def places(graded: Sequence[Entry]) -> tuple[Place, ...]:
    """Each entry's place: how many are surely better, and how many may be as good."""
    bands = [(_score(entry).low, _score(entry).high) for entry in graded]
    lows, highs = sorted(low for low, _ in bands), sorted(high for _, high in bands)
    best = [1 + len(lows) - bisect.bisect_right(lows, high) for _, high in bands]
    worst = [len(highs) - bisect.bisect_left(highs, low) for low, _ in bands]
    shared = {place for place in best if best.count(place) > 1}
    rows = zip(graded, best, worst, strict=True)
    return tuple(Place(entry.id, first, last, first in shared) for entry, first, last in rows)


def frontier(graded: Sequence[Entry]) -> tuple[str, ...]:
    """Those whom nobody beats in speed and quality both, the fastest first."""
    known = [
        (speed, quality, entry.id)
        for entry in graded
        if (speed := totals.score(entry, "speed")) is not None
        and (quality := totals.score(entry, "quality")) is not None
    ]
    best, leading = -1.0, []
    for _, quality, id_ in sorted(known, key=lambda row: (-row[0], -row[1], row[2])):
        if quality > best:
            best = float(quality)
            leading.append(id_)
    return tuple(leading)


def spreads(graded: Sequence[Entry], reference: Entry | None) -> list[Spread]:
    """Each pillar's and criterion's scores over the batch, in the order of the record."""
    rows: list[Spread | None] = []
    for pillar in totals.PILLARS:
        scores = [float(value) for entry in graded if (value := totals.score(entry, pillar)) is not None]
        own = totals.score(reference, pillar) if reference else None
        rows.append(_spread(pillar, None, scores, float(own) if own is not None else None))
        criteria = dict.fromkeys(mark.id for entry in graded for mark in entry.marks if mark.pillar == pillar)
        for criterion in criteria if len(criteria) > 1 else ():  # of one criterion the pillar's row says all
            marked = [mark for entry in graded if (mark := _marks(entry).get(criterion)) is not None]
            rows.append(_spread(pillar, criterion, marked, _marks(reference).get(criterion) if reference else None))
    return [row for row in rows if row is not None]


def _spread(pillar: Pillar, criterion: str | None, scores: Sequence[float], reference: float | None) -> Spread | None:
    if not scores:
        return None
    low, mid, high = statistics.quantiles(scores, n=4, method="inclusive") if len(scores) > 1 else [scores[0]] * 3
    return Spread(pillar, criterion, tuple(sorted(scores)), low, mid, high, reference)


def _marks(entry: Entry) -> Mapping[str, float | None]:
    return {mark.id: mark.score for mark in entry.marks}


def _score(entry: Entry) -> Score:
    assert entry.score is not None
    return entry.score
