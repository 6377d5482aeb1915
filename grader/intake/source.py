"""What was handed in, recognised and taken: a folder, an archive, or a revision of a repository."""

import os
import re
import unicodedata
from pathlib import Path

from grader.errors import UsageError
from grader.intake import archive, folder, revision
from grader.intake.rules import Basket, Caps, is_archive
from grader.intake.snapshot import Snapshot, snapshot
from grader.quote import quote
from grader.results.observations import Commit

_SLUG = 40


def take(source: str, caps: Caps | None = None) -> Snapshot:
    """Return the submission's files as a Snapshot.

    Args:
        source: a folder, a .zip, a .tar (plain, .gz, .bz2, .xz, .zst), or `repo@revision`.
        caps: limits other than the default ones.

    Raises:
        NotGradable: it can't be read safely, by its own cause.
        UsageError: there is no such thing.
    """
    caps = caps or Caps()
    basket = Basket(_name(source), caps)
    repository, at, name = source.rpartition("@")
    commits: tuple[Commit, ...] = ()
    if os.path.isdir(source):
        folder.collect(source, basket, caps)
    elif os.path.isfile(source):
        archive.collect(Path(source), basket, caps)
    elif at and repository and name:
        commits = revision.collect(repository, name, basket, caps)
    else:
        raise UsageError(
            "G211",
            f"no submission at {quote(source)}",
            "A submission is a folder, an archive (.zip, .tar, .tar.gz, .tar.bz2, .tar.xz, .tar.zst) or REPO@REVISION.",
            "Correct the path. Nothing was run.",
        )
    files, left_out = basket.done()
    if os.path.isfile(source) and all(map(is_archive, files)):
        raise basket.refusal("G623", "it holds archives and nothing else", "Pack the source files themselves.")
    return snapshot(files if os.path.isdir(source) else _unwrapped(files), left_out, source, commits)


def submission_id(source: str, digest: str) -> str:
    """Return an id that is safe as a folder name, for a source."""
    return named_id(_name(source), digest)


def named_id(name: str, digest: str) -> str:
    """Return an id that is safe as a folder name: a slug of a name and 8 digits of the content's hash."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii")
    slug = re.sub(r"[^A-Za-z0-9._-]+", "-", plain).strip("-.")[:_SLUG] or "submission"
    return f"{slug}-{digest.removeprefix('sha256:')[:8]}"


def _name(source: str) -> str:
    """The last part of a path, without an archive's endings."""
    name = os.path.basename(os.path.abspath(source)) if "@" not in source else source.rstrip("/").rpartition("/")[2]
    return re.sub(r"(\.tar)?\.(zip|tar|tgz|gz|bz2|xz|zst)$", "", name)


def _unwrapped(files: dict[str, bytes]) -> dict[str, bytes]:
    """An archive of one folder stands for that folder, as learning systems and archivers pack it."""
    tops = {path.partition("/")[0] for path in files}
    if len(tops) != 1 or any("/" not in path for path in files):
        return files
    return {path.partition("/")[2]: content for path, content in files.items()}
