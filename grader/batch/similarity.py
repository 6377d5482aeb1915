"""Which submissions are alike: shared fingerprints of their tokens, what everybody was given left out. Pure.

A fingerprint that the starter or the reference has, or that many submissions share, says nothing. The share is of the
shorter one of two, so that a copy inside a larger work is found too; short code is alike by chance, so it needs more.

Source: Schleimer, Wilkerson and Aiken, "Winnowing: local algorithms for document fingerprinting" (2003); the fingerprints
are taken in the analysers' container (runners/quality/tokens.py).
"""

import itertools
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from grader.results.batch import Block, Pair, Similarity
from grader.results.observations import Prints

THRESHOLD = 0.6
METHOD = "winnowed runs of 20 tokens, names and layout forgotten"
_SHORT, _LONG, _SHORT_THRESHOLD = 10, 40, 0.9  # fingerprints; about 120 and 480 tokens
_COMMON = 10  # submissions, or half of the batch: what more of them share is an idiom; fewer may be a ring of copies
_GAP = 10  # lines between two shared fingerprints of one block
_PARTS = 10
_PAIRS, _BLOCKS = 1000, 20

Marks = Mapping[int, tuple[str, int]]  # fingerprint -> path and line of its first place


def similarity(submissions: Mapping[str, Sequence[Prints]], given: Collection[int]) -> Similarity:
    """Return who is alike.

    Args:
        submissions: fingerprints by id, each piece of work once.
        given: fingerprints of the starter and of the reference.
    """
    known = set(given) | _common(submissions)
    marks = {id_: _marks(prints, known) for id_, prints in submissions.items()}
    long = {id_: own for id_, own in marks.items() if len(own) >= _SHORT}
    shares = {pair: count / min(len(long[one]) for one in pair) for pair, count in _shared(long).items()}
    alike = [pair for pair, share in shares.items() if share >= _needed(min(len(long[one]) for one in pair))]
    first = sorted(alike, key=lambda pair: (-shares[pair], pair))[:_PAIRS]
    pairs = tuple(_pair(long, pair, shares[pair]) for pair in first)
    return Similarity(METHOD, THRESHOLD, _histogram(len(long), list(shares.values())), pairs)


def _needed(length: int) -> float:
    """The share that two need to be alike, by the fingerprints of the shorter: it rises for short code."""
    part = max(0.0, (_LONG - length) / (_LONG - _SHORT))
    return THRESHOLD + (_SHORT_THRESHOLD - THRESHOLD) * part


def _common(submissions: Mapping[str, Sequence[Prints]]) -> set[int]:
    """Fingerprints that so many have that none has them from another."""
    holders: dict[int, int] = defaultdict(int)
    for prints in submissions.values():
        for number in {mark[0] for file in prints for mark in file.marks}:
            holders[number] += 1
    return {number for number, count in holders.items() if count > max(_COMMON, len(submissions) // 2)}


def _marks(prints: Sequence[Prints], known: Collection[int]) -> Marks:
    found: dict[int, tuple[str, int]] = {}
    for file in prints:
        for number, line in file.marks:
            if number not in known:
                found.setdefault(number, (file.path, line))
    return found


def _shared(marks: Mapping[str, Marks]) -> Mapping[tuple[str, str], int]:
    """How many fingerprints each pair shares; only pairs that share something."""
    holders: dict[int, list[str]] = defaultdict(list)
    for id_ in sorted(marks):
        for number in marks[id_]:
            holders[number].append(id_)
    shared: Counter[tuple[str, str]] = Counter()
    for ids in holders.values():
        shared.update(itertools.combinations(ids, 2))
    return shared


def _pair(marks: Mapping[str, Marks], pair: tuple[str, str], share: float) -> Pair:
    a, b = (marks[id_] for id_ in pair)
    places = sorted((*a[number], *b[number]) for number in a.keys() & b.keys())
    return Pair(*pair, round(share, 4), tuple(itertools.islice(_blocks(places), _BLOCKS)))


def _blocks(places: Sequence[tuple[str, int, str, int]]) -> Iterator[Block]:
    """Neighbouring places as one block: on both sides in the same file, and not far apart."""
    start = last = places[0]
    for place in [*places[1:], None]:
        if place is not None and _follows(last, place):
            last = place
            continue
        yield Block(start[0], start[1], start[2], start[3], last[1] - start[1] + 1)
        if place is not None:
            start = last = place


def _follows(last: tuple[str, int, str, int], place: tuple[str, int, str, int]) -> bool:
    same_files = (last[0], last[2]) == (place[0], place[2])
    return same_files and place[1] - last[1] <= _GAP and 0 <= place[3] - last[3] <= _GAP


def _histogram(count: int, shares: Sequence[float]) -> tuple[int, ...]:
    """How many pairs lie in each tenth of the share; those that share nothing are in the first."""
    parts = [0] * _PARTS
    for share in shares:
        parts[min(int(share * _PARTS), _PARTS - 1)] += 1
    parts[0] += count * (count - 1) // 2 - len(shares)
    return tuple(parts)
