"""A submission's files after safe intake: regular files only, capped, addressed by content hash."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from grader.results.model import LeftOut
from grader.results.observations import Commit


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was handed in; never changes, and belongs to no folder of the host.

    Args:
        files: content by path, sorted; paths are relative, `/`-separated, UTF-8 with surrogateescape.
        left_out: what was not taken (caches, virtual environments, `.git`), and why.
        source: where it came from, as the user gave it.
        digest: `sha256:` and 64 hex digits over names and contents.
        commits: the history of a revision, oldest first, by its authors' clocks; no part of the digest.
    """

    files: Mapping[str, bytes]
    left_out: tuple[LeftOut, ...]
    source: str
    digest: str
    commits: tuple[Commit, ...] = ()


def snapshot(
    files: Mapping[str, bytes],
    left_out: tuple[LeftOut, ...] = (),
    source: str = "",
    commits: tuple[Commit, ...] = (),
) -> Snapshot:
    """Make a Snapshot: sort the files and compute their digest."""
    ordered = dict(sorted(files.items()))
    return Snapshot(ordered, left_out, source, digest(ordered), commits)


def digest(files: Mapping[str, bytes]) -> str:
    """Return `sha256:...` over each name and content, in the mapping's order, with lengths between them."""
    total = hashlib.sha256()
    for name, content in files.items():
        raw = name.encode("utf-8", "surrogateescape")
        total.update(b"%d:%d:" % (len(raw), len(content)) + raw + content)
    return f"sha256:{total.hexdigest()}"
