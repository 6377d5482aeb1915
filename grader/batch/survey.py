"""Every submission of a roster looked at once before the first run: its id, its content's hash, its double.

    survey(members) -> tuple[Listed, ...]

An id is the manifest's, or a slug of the name with 8 digits of the hash; two of the same name and content get a number.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from grader.errors import GraderError, NotGradable, NotGraded, UsageError
from grader.intake import source as intake
from grader.intake.member import Member
from grader.intake.snapshot import Snapshot, snapshot
from grader.quote import quote, size
from grader.results.observations import Commit

_SOURCES = 1_000_000  # characters of text that a record keeps of a submission
_COPIES = 3  # the record and two reports hold them
_BESIDE = 400_000  # bytes of a record and its reports without any source


@dataclass(frozen=True, slots=True)
class Listed:
    """A submission with its id and content hash; `fault` where it can't be taken, `same_as` where its content came before.

    `commits` are its history, where it came with one: equal files that grew in another way are no double.
    """

    member: Member
    id: str
    digest: str
    size: int
    fault: NotGradable | None = None
    same_as: str | None = None
    commits: tuple[Commit, ...] = ()


def survey(members: Sequence[Member]) -> tuple[Listed, ...]:
    """Look at each submission once.

    Raises:
        UsageError: a repository or revision is unknown; all of them are named.
    """
    seen, unknown = [], []
    for member in members:
        try:
            seen.append(_look(member))
        except UsageError as cause:
            unknown.append(f"{quote(member.id or member.name, 80)}: {cause.what}")
    if unknown:
        raise _unknown(unknown)
    return _doubles(_distinct(seen))


def needed_bytes(listed: Iterable[Listed]) -> int:
    """About how much the results of these submissions take on disk."""
    return sum(_BESIDE + _COPIES * min(entry.size, _SOURCES) for entry in listed)


def require_room(listed: Sequence[Listed], free: int) -> None:
    """Refuse to start what the disk can't hold.

    Raises:
        UsageError: with both figures.
    """
    needed = needed_bytes(listed)
    if needed > free:
        raise UsageError(
            "G605",
            f"the results of {len(listed)} submissions take about {size(needed)}, {size(free)} are free",
            "A batch that stops half-way for want of space helps nobody, so the room is looked at before the first run.",
            "Choose an --out on a larger disk, or free some space. Nothing was run.",
        )


def take(listed: Listed) -> Snapshot:
    """The submission's files once more, the same ones, with the history that it had.

    Raises:
        NotGraded: it has changed since it was first looked at, or is gone: that is no word on what was handed in.
    """
    try:
        taken = intake.take(listed.member.path)
    except (NotGradable, UsageError, OSError) as cause:
        why = cause.what if isinstance(cause, GraderError) else quote(cause.strerror or str(cause))
        raise _changed(f"{quote(listed.member.name, 80)} can't be read any more: {why}") from cause
    if taken.digest != listed.digest:
        raise _changed(f"{quote(listed.member.name, 80)} changed while the batch ran")
    return replace(taken, source=listed.member.source, commits=listed.commits)


def _changed(what: str) -> NotGraded:
    return NotGraded(
        "G606",
        what,
        "What is graded is what was there when the batch began.",
        "Run the batch again with --resume: it grades what changed.",
    )


def _look(member: Member) -> Listed:
    try:
        taken, fault = intake.take(member.path), None
    except NotGradable as cause:
        taken, fault = snapshot({}, (), member.source), cause
    size = sum(map(len, taken.files.values()))
    return Listed(
        member,
        member.id or intake.named_id(member.name, taken.digest),
        taken.digest,
        size,
        fault,
        None,
        tuple(taken.commits),
    )


def _distinct(seen: Iterable[Listed]) -> list[Listed]:
    """No two ids are one, also where case is folded."""
    used: set[str] = set()
    distinct = []
    for entry in seen:
        id_, number = entry.id, 1
        while id_.casefold() in used:
            number += 1
            id_ = f"{entry.id}-{number}"
        used.add(id_.casefold())
        distinct.append(replace(entry, id=id_))
    return distinct


def _doubles(listed: Iterable[Listed]) -> tuple[Listed, ...]:
    """Equal content is graded once: the first of it, which the others name."""
    first: dict[tuple[str, tuple[Commit, ...]], str] = {}
    return tuple(
        replace(entry, same_as=first[entry.digest, entry.commits])
        if entry.fault is None and first.setdefault((entry.digest, entry.commits), entry.id) != entry.id
        else entry
        for entry in listed
    )


def _unknown(told: Sequence[str]) -> UsageError:
    shown = "\n  ".join([*told[:20], *([f"and {len(told) - 20} more"] if len(told) > 20 else [])])
    return UsageError(
        "G607",
        f"{len(told)} submissions can't be found:\n  {shown}",
        "A submission that isn't there gets no verdict, and least of all a zero.",
        "Correct the manifest, or take the rows out. Nothing was run.",
    )
