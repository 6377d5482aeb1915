"""A CSV manifest: one submission a row, `id,path,repo,revision,received_at,time_factor,deadline` and an optional `name`.

Every mistake is told at once, with its line. Paths are relative to the manifest's folder.
"""

import csv
import difflib
import os
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from grader.errors import UsageError
from grader.intake.member import Member
from grader.quote import quote
from grader.results import folder as results_folder

COLUMNS = ("id", "path", "repo", "revision", "received_at", "time_factor", "deadline", "name")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_TOLD = 20  # mistakes in one message
_ROWS, _CELL = 20_000, 4096


def read(path: Path) -> tuple[Member, ...]:
    """Return a manifest's submissions, in its order.

    Raises:
        UsageError: it is no such file; the message names each line and what is wrong there.
    """
    rows, lines = _rows(path)
    wrong = [told for line, row in zip(lines, rows, strict=True) for told in _mistakes(row, line, path.parent)]
    wrong += _twice([row.get("id", "") for row in rows], lines)
    if wrong:
        raise _refused(path, wrong)
    return tuple(_member(row, path.parent) for row in rows)


def _rows(path: Path) -> tuple[list[dict[str, str]], list[int]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = [name.strip() for name in next(reader, [])]
            _check_header(path, header)
            kept = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)][: _ROWS + 1]
    except (OSError, UnicodeDecodeError, csv.Error) as cause:
        raise _refused(path, [f"it is no CSV file in UTF-8 ({quote(str(cause), 100)})"]) from cause
    uneven = [
        f"line {line}: {len(row)} cells under {len(header)} columns" for line, row in kept if len(row) > len(header)
    ]
    if uneven or not kept or len(kept) > _ROWS:
        raise _refused(path, uneven or [f"it has {'no row' if not kept else f'more than {_ROWS} rows'}"])
    rows = [dict(zip(header, (cell.strip()[:_CELL] for cell in row), strict=False)) for _, row in kept]
    return rows, [line for line, _ in kept]


def _check_header(path: Path, header: Sequence[str]) -> None:
    wrong = [_unknown(name) for name in header if name not in COLUMNS]
    wrong += [
        f"line 1: the column {name!r} stands twice" for name in sorted({n for n in header if header.count(n) > 1})
    ]
    if "id" not in header:
        wrong.append("line 1: the column 'id' is missing")
    if not {"path", "repo"} & set(header):
        wrong.append("line 1: both 'path' and 'repo' are missing")
    if wrong:
        raise _refused(path, wrong)


def _unknown(name: str) -> str:
    close = difflib.get_close_matches(name.lower(), COLUMNS, 1)
    return f"line 1: no column is called {quote(name, 40)!r}" + (f" (did you mean {close[0]!r}?)" if close else "")


def _mistakes(row: Mapping[str, str], line: int, folder: Path) -> list[str]:
    told = []
    if any("\0" in cell for cell in row.values()):
        told.append("a cell holds the character NUL")
    if not _ID.fullmatch(row.get("id", "")):
        told.append(f"the id {quote(row['id'], 80)!r} is none" if row.get("id") else "the id is missing")
    elif results_folder.is_own(row["id"]):
        told.append(f"the id {quote(row['id'], 80)!r} names a file of the batch itself")
    path, repository = row.get("path", ""), row.get("repo", "")
    if bool(path) == bool(repository):
        told.append("it needs a path or a repo, and one alone")
    elif path and "\0" not in path and not os.path.exists(folder / path):  # which a name too long for a path isn't
        told.append(f"there is nothing at {quote(path)}")
    if row.get("revision") and not repository:
        told.append("a revision needs a repo")
    told += [
        f"{name} {quote(row[name], 40)!r} is no time" for name in ("received_at", "deadline") if not _is_time(row, name)
    ]
    if not _is_factor(row.get("time_factor", "")):
        told.append(f"time_factor {quote(row['time_factor'], 40)!r} is no number above 0")
    return [f"line {line}: {text}" for text in told]


def _twice(ids: Sequence[str], lines: Sequence[int]) -> list[str]:
    first: dict[str, tuple[str, int]] = {}
    told = []
    for id_, line in zip(ids, lines, strict=True):
        other, at = first.setdefault(id_.casefold(), (id_, line))
        if at != line:
            same = f"that of line {at}" if id_ == other else f"{quote(other, 80)!r} of line {at} where case is folded"
            told.append(f"line {line}: the id {quote(id_, 80)!r} is {same}")
    return told


def _member(row: Mapping[str, str], folder: Path) -> Member:
    path, repository = row.get("path", ""), row.get("repo", "")
    revision = row.get("revision") or "HEAD"
    local = folder / repository if repository and os.path.isdir(folder / repository) else repository
    return Member(
        name=row.get("name") or row["id"],
        path=str(folder / path) if path else f"{local}@{revision}",
        source=path or f"{repository}@{revision}",
        id=row["id"],
        received_at=_time(row.get("received_at", "")),
        deadline=_time(row.get("deadline", "")),
        time_factor=float(row["time_factor"]) if row.get("time_factor") else None,
    )


def _is_time(row: Mapping[str, str], name: str) -> bool:
    try:
        _time(row.get(name, ""))
    except (ValueError, OverflowError):
        return False
    return True


def _time(text: str) -> str | None:
    """ISO 8601, in UTC; a time that names no zone is taken for UTC."""
    if not text:
        return None
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _is_factor(text: str) -> bool:
    try:
        return not text or 0 < float(text) < 1000
    except ValueError:
        return False


def _refused(path: Path, wrong: Sequence[str]) -> UsageError:
    more = [f"and {len(wrong) - _TOLD} more"] if len(wrong) > _TOLD else []
    return UsageError(
        "G601",
        f"{quote(str(path))}: " + "\n  ".join([*wrong[:_TOLD], *more]),
        f"A manifest has the header {','.join(COLUMNS[:-1])} (id and one of path or repo; name may follow); an id is "
        "letters, digits, '.', '_' and '-', and names its own folder among the batch's files.",
        "Correct the lines, then repeat the command. Nothing was run.",
    )
