"""Two runs of a batch: whose verdict or place changed, and why. Pure.

A change has causes: another submission, another assignment, other images, other weights; where nothing of these differs it is
noise, and where nothing of the submission itself differs, the others moved. Submissions are the same by id, and by name where
the id follows the content.
"""

from collections.abc import Mapping, Sequence

from grader.batch import rank
from grader.results.batch import Batch, Entry
from grader.results.changes import SCHEMA, Cause, Change, Comparison, Side
from grader.results.compare import require_one_assignment
from grader.results.standing import Place


def compare(old: Batch, new: Batch) -> Comparison:
    """Return what changed between two runs; flips of a verdict first, then moves, then totals.

    Raises:
        UsageError: G515, they are of different assignments.
    """
    require_one_assignment(("the old run", old.assignment.id), ("the new run", new.assignment.id))
    pairs = list(_pairs(old, new))
    places = ({place.id: place for place in rank.places(rank.ranked(batch))} for batch in (old, new))
    before, after = places
    changes = [change for a, b in pairs if (change := _change(old, new, (a, b), (before.get(a.id), after.get(b.id))))]
    matched = {a.id for a, _ in pairs}, {b.id for _, b in pairs}
    return Comparison(
        schema=SCHEMA,
        old=old.assignment.digest,
        new=new.assignment.digest,
        causes=_causes(old, new),
        changes=tuple(sorted(changes, key=lambda change: (not change.is_flip, not change.is_move, change.name))),
        same=len(pairs) - len(changes),
        only_old=tuple(entry.name for entry in old.entries if entry.id not in matched[0]),
        only_new=tuple(entry.name for entry in new.entries if entry.id not in matched[1]),
    )


def _pairs(old: Batch, new: Batch) -> Sequence[tuple[Entry, Entry]]:
    by_id = {entry.id: entry for entry in old.entries}
    found = {entry.id: by_id[entry.id] for entry in new.entries if entry.id in by_id}
    left = _by_name([entry for entry in old.entries if entry not in found.values()])
    more = _by_name([entry for entry in new.entries if entry.id not in found])
    found |= {entry.id: left[name] for name, entry in more.items() if name in left}
    return [(found[entry.id], entry) for entry in new.entries if entry.id in found]


def _by_name(entries: Sequence[Entry]) -> Mapping[str, Entry]:
    """Entries whose name is nobody else's."""
    names = [entry.name for entry in entries]
    return {entry.name: entry for entry in entries if names.count(entry.name) == 1}


def _change(
    old: Batch, new: Batch, pair: tuple[Entry, Entry], places: tuple[Place | None, Place | None]
) -> Change | None:
    a, b = pair
    sides = _side(a, places[0]), _side(b, places[1])
    tests = _tests(old, new, a, b)
    if sides[0] == sides[1] and not tests:
        return None
    return Change(
        id=b.id,
        name=b.name,
        old=sides[0],
        new=sides[1],
        is_flip=a.verdict != b.verdict,
        is_move=_is_apart(places),
        why=_why(old, new, pair, bool(tests)),
        tests=tests,
    )


def _side(entry: Entry, place: Place | None) -> Side:
    score = entry.score
    total, low, high = (score.total, score.low, score.high) if score else (None, None, None)
    return Side(entry.verdict, total, low, high, place.place if place else None, place.worst if place else None)


def _is_apart(places: tuple[Place | None, Place | None]) -> bool:
    """Whether the intervals of places have nothing in common."""
    a, b = places
    if a is None or b is None:
        return a is not b
    return a.worst < b.place or b.worst < a.place


def _tests(old: Batch, new: Batch, a: Entry, b: Entry) -> tuple[str, ...]:
    """The tests of both runs that ended otherwise."""
    before = {test.id: outcome for test, outcome in zip(old.tests, a.outcomes, strict=False)}
    after = {test.id: outcome for test, outcome in zip(new.tests, b.outcomes, strict=False)}
    return tuple(id_ for id_ in after if id_ in before and before[id_] != after[id_])


def _why(old: Batch, new: Batch, pair: tuple[Entry, Entry], has_other_tests: bool) -> tuple[Cause, ...]:
    a, b = pair
    found: list[Cause] = []
    if not has_other_tests and _own(a) == _own(b):
        return ("others",)
    if a.digest != b.digest:
        found.append("submission")
    if "not_graded" in (a.verdict, b.verdict):
        found.append("fault")
    is_other = has_other_tests or {t.id for t in old.tests} != {t.id for t in new.tests} or _marks(a) != _marks(b)
    if is_other and old.assignment.digest != new.assignment.digest:
        found.append("assignment")
    if is_other and _images(old) != _images(new):
        found.append("images")
    if old.rubric != new.rubric:
        found.append("weights")
    return tuple(found) or ("noise",)


def _own(entry: Entry) -> tuple[object, ...]:
    """What a submission has by itself; only its place depends on the others."""
    score = entry.score
    return entry.digest, entry.verdict, (score.total, score.low, score.high) if score else None


def _marks(entry: Entry) -> Mapping[str, float | None]:
    """Scores but for speed, which is never the same twice."""
    return {mark.id: mark.score for mark in entry.marks if mark.pillar != "speed"}


def _images(batch: Batch) -> tuple[object, ...]:
    made = batch.provenance
    if made is None:
        return ()
    return (tuple(image.digest for image in made.runner_images), made.sandbox, made.python, tuple(made.tools.items()))


def _causes(old: Batch, new: Batch) -> tuple[str, ...]:
    """What differs between the runs as a whole, in words."""
    a, b = old.assignment, new.assignment
    seen = {
        f"assignment: {a.version} to {b.version}" if a.version != b.version else "assignment: its files": a.digest
        != b.digest,
        "images or tools": _images(old) != _images(new),
        "weights and gates": old.rubric != new.rubric,
        f"seed: {old.seed} to {new.seed}": old.seed != new.seed,
        f"noise of timing: {_share(old.noise)} to {_share(new.noise)}": old.noise != new.noise,
    }
    return tuple(word for word, is_so in seen.items() if is_so)


def _share(noise: float | None) -> str:
    return "not measured" if noise is None else f"{noise:.1%}"
