"""One submission's results as a batch keeps them: an Entry. Pure."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from grader.results.batch import LETTERS, Batch, BatchGroup, BatchTest, Entry, Mark, Ratio, Unmet
from grader.results.model import Criterion, Results, Timing

_OTHER = "other_machine"


@dataclass(frozen=True, slots=True)
class Known:
    """What a batch knows of a submission and its results don't say."""

    name: str
    folder: str
    deadline: str | None = None
    time_factor: float | None = None
    attempts: int = 1
    seconds: float = 0.0


def entry(results: Results, known: Known, order: Sequence[str]) -> Entry:
    """Return a submission's entry.

    Args:
        results: its record.
        known: what the batch knows beside it.
        order: the ids of all tests, as in `Batch.tests`; one that the record doesn't have was not run.
    """
    found = {test.id: LETTERS[test.outcome] for test in results.tests}
    outcomes = "".join(found.get(id_, LETTERS["not_run"]) for id_ in order)
    lines = next((int(m.value) for m in results.measurements if m.name == "lloc"), None)
    findings = len(results.findings) if lines is not None else None
    ratio = _ratio(results.speed)
    return Entry(
        id=results.submission.id,
        name=known.name,
        source=results.submission.source,
        digest=results.submission.digest,
        folder=known.folder,
        verdict=results.verdict,
        reason=results.reason,
        score=results.score,
        marks=tuple(map(_mark, results.criteria)),
        outcomes=outcomes,
        passed=outcomes.count(LETTERS["passed"]),
        ratio=ratio,
        findings=findings,
        findings_per_100=round(100 * findings / lines, 2) if findings is not None and lines else None,
        lines=lines,
        files=results.submission.files,
        gates=tuple(Unmet(g.id, g.actual, g.limit, g.cap) for g in results.gates if not g.met),
        flags=_flags(results, known),
        same_as=results.submission.same_as,
        received_at=results.submission.received_at,
        deadline=known.deadline,
        time_factor=known.time_factor,
        attempts=known.attempts,
        seconds=known.seconds,
        machine=_machine(results) if ratio else "",
    )


def tests(results: Results) -> tuple[BatchTest, ...]:
    """The tests of a batch, by any of its results."""
    return tuple(BatchTest(test.id, test.title, test.group, test.max_points) for test in results.tests)


def groups(results: Results) -> tuple[BatchGroup, ...]:
    """The groups of a batch, by any of its results."""
    return tuple(BatchGroup(group.id, group.title, group.max_points) for group in results.groups)


def verdicts(batch: Batch) -> dict[str, int]:
    """How many submissions have each verdict, commonest words of the contract first."""
    words = ("accepted", "failed", "not_gradable", "not_graded")
    return {word: sum(entry.verdict == word for entry in batch.entries) for word in words}


def _mark(criterion: Criterion) -> Mark:
    return Mark(
        id=criterion.id,
        pillar=criterion.pillar,
        weight=criterion.weight,
        score=criterion.score,
        low=criterion.low,
        high=criterion.high,
        points=criterion.points,
        max_points=criterion.max_points,
        state=criterion.state,
    )


def _machine(results: Results) -> str:
    """The kind of machine that it ran on: its processor and how many cores it has; empty where the record doesn't say."""
    host = results.provenance.host if results.provenance else None
    return f"{host.cpu}, {host.cpus} CPU" if host and host.cpu else ""


def timed_alike(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Return the entries, with a flag for those that were timed on another kind of machine than most."""
    kinds = Counter(entry.machine for entry in entries if entry.machine)
    usual = max(kinds, key=lambda kind: (kinds[kind], kind), default="")
    return tuple(_flagged(entry, is_other=entry.machine not in ("", usual)) for entry in entries)


def _flagged(entry: Entry, *, is_other: bool) -> Entry:
    flags = tuple(flag for flag in entry.flags if flag != _OTHER)
    return replace(entry, flags=(*flags, _OTHER) if is_other else flags)


def _ratio(timings: Sequence[Timing]) -> Ratio | None:
    known = [(t.ratio, t.low, t.high) for t in timings if t.ratio and t.low and t.high]
    if not known:
        return None
    value, low, high = (math.exp(math.fsum(map(math.log, part)) / len(known)) for part in zip(*known, strict=True))
    return Ratio(round(value, 4), round(low, 4), round(high, 4))


def _flags(results: Results, known: Known) -> tuple[str, ...]:
    received = results.submission.received_at
    seen = {
        "late": bool(received and known.deadline and received > known.deadline),
        "inconclusive": any(timing.inconclusive for timing in results.speed),
        "suppressed": bool(results.suppressed),
        "left_out": bool(results.submission.left_out),
        "notes": results.provenance is not None and bool(results.provenance.notes),
    }
    return tuple(word for word, is_so in seen.items() if is_so)
