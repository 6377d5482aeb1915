"""A batch's page and its table for a spreadsheet, below its folder; a blind pair leads to nobody."""

import json
import os
import random
import secrets
from collections.abc import Mapping
from pathlib import Path

from grader.batch import blind, rank, review
from grader.errors import UsageError
from grader.quote import quote
from grader.render import batch_page, ranking
from grader.results import file
from grader.results.batch import Batch
from grader.results.folder import ALIASES, BLIND_PAGE, BLIND_TABLE, PAGE, TABLE


def write_pages(batch: Batch, folder: Path, out: Path, lang: str) -> Path:
    """Write batch.html and ranking.csv into `out`, with what reviewers noted in the batch's folder; returns the page's path.

    Raises:
        UsageError: a review.toml has a mistake.
    """
    return _pair(review.noted(batch, folder), out, (PAGE, TABLE), lang, is_blind=False)


def write_blind_pages(batch: Batch, out: Path, lang: str) -> Path:
    """Write batch.blind.html and ranking.blind.csv, and the map from alias to name apart from them, for its owner alone.

    Raises:
        UsageError: a map is there and can't be read, so names would get other aliases.
    """
    key = _key(out / ALIASES)
    names = blind.aliases(batch, key)
    known = {names[entry.id]: {"id": entry.id, "name": entry.name} for entry in batch.entries}
    _write_secret(out / ALIASES, {"key": key.hex(), "aliases": dict(sorted(known.items()))})
    hidden = blind.blinded(batch, names)
    return _pair(hidden, out, (BLIND_PAGE, BLIND_TABLE), lang, is_blind=True)


def _pair(batch: Batch, out: Path, names: tuple[str, str], lang: str, *, is_blind: bool) -> Path:
    standing = rank.standing(batch, random.Random(batch.seed))  # noqa: S311  (draws that must repeat, no secret)
    file.write_text(out / names[0], batch_page.render(batch, standing, lang, is_blind))
    file.write_text(out / names[1], ranking.render(batch, standing))
    return (out / names[0]).resolve()


def _key(path: Path) -> bytes:
    """The key of an earlier blind page of this batch, so that aliases stay; else a fresh one."""
    if not path.exists():
        return secrets.token_bytes(32)
    try:
        return bytes.fromhex(json.loads(path.read_text("utf-8"))["key"])
    except (OSError, ValueError, KeyError, TypeError) as cause:
        raise UsageError(
            "G630",
            f"{quote(str(path))} is no map of aliases",
            "It holds the key that gives each submission the same alias as before.",
            "Put the file back, or remove it: then everybody gets a new alias. No page was written.",
        ) from cause


def _write_secret(path: Path, content: Mapping[str, object]) -> None:
    """Write for the owner alone, from the first byte on."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        json.dump(content, out, indent=1)
        out.flush()
        os.fsync(out.fileno())
    part.replace(path)
