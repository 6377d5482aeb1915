"""Many submissions: a folder of them, an archive of archives as learning systems export it, or a CSV manifest.

    roster(given, scratch, room) -> Roster        who is in it; nothing of a submission is read yet

Each child of a folder is a submission: a folder, or an archive. A folder that holds one archive and nothing else stands for
that archive. What is no submission is told in a note, so that nobody is lost in silence; but for what archivers leave.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.errors import NotGradable, UsageError
from grader.intake import archive, learning, manifest
from grader.intake.member import Member
from grader.intake.rules import is_archive, is_archivers, is_left_out_folder, left_out, without_ending
from grader.quote import quote, size

_NAMED = 10  # in the note of what is passed over
_UNKNOWN = {".7z", ".ace", ".arj", ".cab", ".dmg", ".iso", ".lzh", ".rar", ".zipx"}  # archives that nobody here opens


@dataclass(frozen=True, slots=True)
class Roster:
    """The submissions of a batch in a settled order, and what was found beside them."""

    members: tuple[Member, ...]
    notes: tuple[str, ...] = ()


def roster(given: str, scratch: Path, room: int, out: Path | None = None) -> Roster:
    """Return who is in a folder, an export or a manifest.

    Args:
        given: its path.
        scratch: an empty folder of ours, where an export's submissions are kept while the batch runs.
        room: bytes that may be written there.
        out: the folder for the batch's results, which is nobody's where it lies among the submissions.

    Raises:
        UsageError: there is none, it holds no submission, or an export is damaged, hostile or too large.
        NotGraded: the disk is full.
    """
    path = Path(given)
    results = out.resolve() if out else None
    if os.path.isdir(path):
        found = _folder(path, results)
    elif os.path.isfile(path) and path.suffix.lower() == ".csv":
        return Roster(manifest.read(path))
    elif os.path.isfile(path) and is_archive(path.name):
        found = _folder(_unpacked(path, scratch, room), results)
    else:
        raise _none(given, "there is no such folder, archive or .csv file")
    if not found.members:
        raise _none(given, "none of its children is a folder or an archive")
    return found


def _folder(root: Path, results: Path | None) -> Roster:
    if results == root.resolve():
        raise _none(str(root), "it is the folder for the results too, and those would be taken for submissions")
    try:
        children = sorted((child for child in root.iterdir() if not is_archivers(child.name)), key=_by_name)
        passed = [child.name for child in children if _is_passed_over(child.name)]
        seen = [(child, _no_submission(child, results)) for child in children if not _is_passed_over(child.name)]
    except OSError as cause:
        raise _none(str(root), f"it can't be read ({cause.strerror})") from cause
    members = tuple(_member(root, child) for child, why in seen if why is None)
    notes = tuple(f"{quote(child.name, 80)} is no submission: {why}" for child, why in seen if why)
    return Roster(members, (*notes, *_passed_over(passed)))


def _by_name(path: Path) -> tuple[str, str]:
    return path.name.casefold(), path.name


def _is_passed_over(name: str) -> bool:
    """Whether a file or folder of this name is a tool's, never a submission."""
    return name.startswith(".") or is_left_out_folder(name) or left_out(name) is not None


def _passed_over(names: Sequence[str]) -> list[str]:
    shown = ", ".join(quote(name, 40) for name in names[:_NAMED])
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return [f"passed over by their names: {shown}{more}"] if names else []


def _no_submission(child: Path, results: Path | None) -> str | None:
    """Why a child is none; None where it is one."""
    if child.is_symlink():
        return "a link"
    if learning.is_online_text(child.name):
        return "text typed into the learning system"
    if results and results.is_relative_to(child.resolve()):
        return "it holds the results of this batch"
    if child.is_dir():
        return "an empty folder" if _inside(child) == [] else None
    return None if _is_handed_in(child.name) else "neither a folder nor an archive"


def _is_handed_in(name: str) -> bool:
    """Whether a file is somebody's submission, be it of a kind that can't be taken: that is told in a row of its own."""
    return is_archive(name) or Path(name).suffix.lower() in _UNKNOWN or learning.candidate(name) is not None


def _member(root: Path, child: Path) -> Member:
    path = _only_archive(child) or child
    shown = learning.candidate(child.name) or without_ending(child.name)
    return Member(shown, str(path), path.relative_to(root).as_posix())


def _only_archive(child: Path) -> Path | None:
    """The archive that a folder was made for, as learning systems do."""
    if not child.is_dir():
        return None
    inside = [path for path in _inside(child) or () if not path.name.startswith(".") and not left_out(path.name)]
    only = inside[0] if len(inside) == 1 and is_archive(inside[0].name) else None
    return only if only and os.path.isfile(only) and not os.path.islink(only) else None


def _inside(folder: Path) -> list[Path] | None:
    """What a folder holds; None where it may not be listed, which is told when it is taken."""
    try:
        return list(folder.iterdir())
    except OSError:
        return None


def _unpacked(path: Path, scratch: Path, room: int) -> Path:
    """An export's files below `scratch`, regular ones alone; an export of one folder stands for that folder."""
    if (needed := archive.declared_bytes(path)) > room:
        raise _no_room(path, needed, room)
    try:
        archive.unpack(path, scratch, room)
    except NotGradable as cause:
        raise UsageError(
            "G603",
            cause.what,
            "An export is unpacked only as far as it holds regular files below its own folder, and as the disk has room "
            f"({size(room)} here).",
            "Export it again, or unpack it by hand and give the folder. Nothing was run.",
        ) from cause
    only = [child for child in scratch.iterdir() if not _is_passed_over(child.name) and not is_archivers(child.name)]
    return only[0] if len(only) == 1 and _is_wrapper(only[0], path) else scratch


def _is_wrapper(folder: Path, export: Path) -> bool:
    """Whether an export's only folder holds everybody's submissions, and is none itself.

    One that holds one archive and nothing else is a candidate's, as it would be beside others; unless that archive's name tells
    the candidate, or the folder was packed under its own name.
    """
    if not folder.is_dir() or learning.candidate(folder.name) is not None:
        return False
    inside = _only_archive(folder)
    if inside and without_ending(export.name) != folder.name:
        return learning.candidate(inside.name) is not None
    return any(child.is_dir() or is_archive(child.name) for child in folder.iterdir())


def _no_room(path: Path, needed: int, room: int) -> UsageError:
    return UsageError(
        "G604",
        f"{quote(str(path))} unpacks to {size(needed)}, and there is room for {size(room)}",
        "An export's submissions are kept beside the results while the batch runs.",
        "Choose an --out on a larger disk, or unpack the export there and give the folder. Nothing was run.",
    )


def _none(given: str, why: str) -> UsageError:
    return UsageError(
        "G602",
        f"no submissions in {quote(given)}: {why}",
        "SUBMISSIONS is a folder whose children are folders or archives, an archive of archives as a learning system exports "
        "it, or a CSV manifest.",
        "Correct the path. Nothing was run.",
    )
