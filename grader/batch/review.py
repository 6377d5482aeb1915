"""What people marked by hand, from a `review.toml` beside a submission's results; and how far two of them agree.

    [[mark]]
    criterion = "naming"      # the reviewers' own word
    level = 3                 # 0 to 4
    by = "EB"
    note = "clear names, one abbreviation too many"

Notes stand beside the score and change none of it.
"""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from grader.assignment.parse import validate
from grader.assignment.toml import Document, document
from grader.errors import UsageError
from grader.quote import quote
from grader.results.batch import Batch, Entry, Note
from grader.results.standing import Agreement

FILE = "review.toml"
LEVELS = 5
_FEWEST = 5  # marks in common: below, agreement is chance
_NOTE = 4000  # characters
_STRICT = {"extra": "forbid", "strict": True}


@dataclass(frozen=True, slots=True)
class Review:
    """The file: any number of marks."""

    __pydantic_config__ = _STRICT
    mark: tuple[Note, ...] = ()


def noted(batch: Batch, folder: Path) -> Batch:
    """Return the batch with the marks that lie in its submissions' folders.

    Raises:
        UsageError: G631, with one line for each mistake of a file.
    """
    return replace(batch, entries=tuple(_noted(entry, folder) for entry in batch.entries))


def _noted(entry: Entry, folder: Path) -> Entry:
    path = folder / entry.folder / FILE
    return replace(entry, notes=read(path)) if entry.folder and path.is_file() else entry


def read(path: Path) -> tuple[Note, ...]:
    """Return the marks of one file.

    Raises:
        UsageError: G631, with one line for each mistake.
    """
    try:
        given = document(path)
    except (OSError, ValueError) as cause:
        raise _refusal(path, [(0, str(cause))]) from cause
    found, problems = validate(Review, given.values, given)
    problems += [
        problem for n, note in enumerate(found.mark if found else ()) for problem in _out_of_range(n, note, given)
    ]
    if found is None or problems:
        raise _refusal(path, problems)
    return found.mark


def _out_of_range(number: int, note: Note, given: Document) -> Iterable[tuple[int, str]]:
    if not 0 <= note.level < LEVELS:
        yield given.line(("mark", number, "level")), f'"level" is 0 to {LEVELS - 1}, not {note.level}'
    if len(note.note) > _NOTE:
        yield given.line(("mark", number, "note")), f'"note" has {len(note.note)} characters; at most {_NOTE} are kept'


def _refusal(path: Path, problems: Sequence[tuple[int, str]]) -> UsageError:
    return UsageError(
        "G631",
        "\n".join(f"{quote(str(path))}{f':{line}' if line else ''}: {what}" for line, what in sorted(set(problems))),
        "A review is a TOML file with [[mark]] tables of criterion, level (0 to 4), by, and a note.",
        "Correct the file, then: grader report DIR. No page was written; results are untouched.",
    )


def agreement(entries: Sequence[Entry]) -> tuple[Agreement, ...]:
    """Return how far each two reviewers agree, for all that marked something in common."""
    marks: dict[str, dict[tuple[str, str], int]] = {}
    for entry in entries:
        for note in entry.notes:
            marks.setdefault(note.by, {})[entry.id, note.criterion] = note.level
    found = []
    for a, b in itertools.combinations(sorted(marks), 2):
        both = [(marks[a][key], marks[b][key]) for key in marks[a].keys() & marks[b].keys()]
        if both:
            found.append(Agreement(a, b, len(both), kappa(both) if len(both) >= _FEWEST else None))
    return tuple(found)


def kappa(pairs: Sequence[tuple[int, int]]) -> float | None:
    """Quadratic weighted kappa of two reviewers' levels; None where chance alone would agree in full.

    Source: Cohen, "Weighted kappa" (1968), with squared distances.
    """
    firsts, seconds = zip(*pairs, strict=True)
    seen = sum((a - b) ** 2 for a, b in pairs) / len(pairs)
    chance = sum((a - b) ** 2 for a in firsts for b in seconds) / len(pairs) ** 2
    return 1 - seen / chance if chance else None
