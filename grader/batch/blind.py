"""A batch without anything that tells who is who, for reviewers who should not know. Pure.

An alias is a keyed hash of an id: without the key nobody can try names until one fits. The map from alias to name belongs
into a file of its own, for the lead alone.

Source: HMAC-SHA-256 (RFC 2104).
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import replace

from grader.results.batch import Batch, Entry, Pair, Similarity
from grader.results.model import Reason

_DIGITS = 4  # hexadecimal, where they are enough to tell all apart


def aliases(batch: Batch, key: bytes) -> Mapping[str, str]:
    """Return an alias for each id of the batch, the same for the same key.

    Args:
        batch: its record.
        key: at least 16 random bytes, secret.
    """
    digests = {entry.id: hmac.new(key, entry.id.encode(), hashlib.sha256).hexdigest() for entry in batch.entries}
    digits = next(
        n for n in range(_DIGITS, 65) if len({digest[:n] for digest in digests.values()}) == len(digests) or n == 64
    )
    return {id_: f"candidate-{digest[:digits]}" for id_, digest in digests.items()}


def blinded(batch: Batch, names: Mapping[str, str]) -> Batch:
    """Return the batch with aliases in place of ids and names, and without paths, sources, messages and times of hand-in."""
    entries = sorted((_entry(entry, names) for entry in batch.entries), key=lambda entry: entry.id)
    return replace(batch, entries=tuple(entries), similarity=_similarity(batch.similarity, names))


def _entry(entry: Entry, names: Mapping[str, str]) -> Entry:
    alias = names[entry.id]
    return replace(
        entry,
        id=alias,
        name=alias,
        source="",
        digest="",
        folder="",
        reason=Reason(entry.reason.code, "") if entry.reason else None,
        same_as=names.get(entry.same_as) if entry.same_as else None,
        received_at=None,
        deadline=None,
        time_factor=None,
        notes=(),  # people's words may name people
    )


def _similarity(similarity: Similarity | None, names: Mapping[str, str]) -> Similarity | None:
    if similarity is None:
        return None
    return replace(similarity, pairs=tuple(_pair(pair, names) for pair in similarity.pairs))


def _pair(pair: Pair, names: Mapping[str, str]) -> Pair:
    a, b = sorted((names[pair.a], names[pair.b]))
    return Pair(a, b, pair.share)
