"""What is done, safe against a kill: `journal.sqlite`, one writer, one commit a row.

    submission   who is in the batch, with the key that its result is known by, and what that was made of
    attempt      each time one was given to a worker, how that ended; one without an end was cut off
    result       each record once, with the hash of its results.json, which is the truth

WAL and synchronous=FULL: a row that was written outlives a kill and a power cut. The folder belongs to one batch at a time:
the kernel's lock on the file (flock) ends with its process.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from grader.errors import NotGraded, UsageError
from grader.quote import quote
from grader.results.folder import JOURNAL

KILLED, STOPPED = "killed", "stopped"  # causes that are not the submission's record; `killed 2`: that many deaths
_SCHEMA = "grader.journal/1"
_TABLES = """
create table if not exists batch (name text primary key, value text not null);
create table if not exists submission (
    id text primary key, key text not null, parts text not null, name text not null, source text not null, same_as text,
    fault text
);
create table if not exists attempt (
    id text not null, key text not null, n integer not null, worker text not null, is_alone integer not null,
    started text not null, ended text, cause text, primary key (id, key, n)
);
create table if not exists result (
    id text not null, key text not null, verdict text not null, total real, path text not null, sha256 text not null,
    recorded text not null, primary key (id, key)
);
"""


@dataclass(frozen=True, slots=True)
class Row:
    """A submission of the batch; `parts` say what its key was made of."""

    id: str
    key: str
    parts: Mapping[str, object]
    name: str
    source: str
    same_as: str | None = None
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One run of a submission; `cause` is None while it runs."""

    n: int
    worker: str
    is_alone: bool
    started: str
    ended: str | None
    cause: str | None

    def deaths(self) -> int:
        """How many workers died in it."""
        word, _, count = (self.cause or "").partition(" ")
        return int(count or 1) if word == KILLED else 0


@dataclass(frozen=True, slots=True)
class Recorded:
    """A result that is there: its verdict, and the hash that its file must have."""

    verdict: str
    total: float | None
    path: str
    sha256: str


@contextlib.contextmanager
def journal(folder: Path, is_resumed: bool) -> Iterator["Journal"]:
    """Open a folder's journal for the block, and keep others out of the folder meanwhile.

    Raises:
        UsageError: another batch runs there, there is one already and it isn't resumed, or it is no journal.
        NotGraded: the folder can't be written.
    """
    path = folder / JOURNAL
    lock = _opened(path)
    try:
        _hold(lock, folder)
        is_new = os.fstat(lock).st_size == 0
        if not is_new and not is_resumed:
            raise _there_is_one(folder)
        opened = Journal(path)
        is_refused = False
        try:
            yield opened
        except UsageError:
            is_refused = True
            raise
        finally:
            is_free = opened.is_empty("result" if is_refused else "submission")
            opened.close()
            if is_new and is_free:
                _remove(path)
    finally:
        os.close(lock)


class Journal:
    """The rows; used by one thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._told():
            self._rows = sqlite3.connect(path, isolation_level=None)
            self._rows.execute("pragma journal_mode = wal")
            self._rows.execute("pragma synchronous = full")
            self._rows.executescript(_TABLES)
            if self.value("schema", _SCHEMA) != _SCHEMA:
                raise sqlite3.DatabaseError("its schema is another version's")

    def close(self) -> None:
        """Let go of the file."""
        with contextlib.suppress(sqlite3.Error):
            self._rows.close()

    def is_empty(self, table: Literal["submission", "result"] = "submission") -> bool:
        """Whether no submission was ever listed, or none has a result."""
        with contextlib.suppress(sqlite3.Error):
            return not self._all(f"select 1 from {table} limit 1")  # noqa: S608  (one of two words)
        return False

    def value(self, name: str, default: str) -> str:
        """A fact of the batch: what was written first holds."""
        self._write("insert into batch values (?, ?) on conflict do nothing", name, default)
        return str(self._all("select value from batch where name = ?", name)[0][0])

    def find(self, name: str) -> str | None:
        """A fact of the batch, or None where it was never written."""
        found = self._all("select value from batch where name = ?", name)
        return str(found[0][0]) if found else None

    def set(self, name: str, value: str) -> None:
        """Change a fact of the batch."""
        self._write("insert into batch values (?, ?) on conflict do update set value = excluded.value", name, value)

    def enlist(self, rows: Iterable[Row]) -> None:
        """Write who is in the batch; a submission whose key has changed gets its new one."""
        with self._told():
            self._rows.execute("begin")
            self._rows.execute("delete from submission")
            self._rows.executemany(
                "insert into submission values (?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        r.id,
                        r.key,
                        json.dumps(r.parts, sort_keys=True),
                        _text(r.name),
                        _text(r.source),
                        r.same_as,
                        r.fault,
                    )
                    for r in rows
                ],
            )
            self._rows.execute("commit")

    def start(self, id_: str, key: str, worker: str, is_alone: bool, at: str) -> int:
        """Write that a submission is given to a worker; returns the attempt's number, from 1."""
        n = len(self.attempts(id_, key)) + 1
        self._write("insert into attempt values (?, ?, ?, ?, ?, ?, null, null)", id_, key, n, worker, is_alone, at)
        return n

    def end(self, id_: str, key: str, at: str, cause: str) -> None:
        """Write how a submission's last attempt ended."""
        self._write(
            "update attempt set ended = ?, cause = ? where id = ? and key = ? and ended is null", at, cause, id_, key
        )

    def cut_off(self, at: str, cause: str, worker: str | None = None) -> int:
        """Give every attempt without an end this one, or only a worker's; returns how many there were."""
        with self._told():
            return self._rows.execute(
                "update attempt set ended = ?, cause = ? where ended is null and worker = coalesce(?, worker)",
                (at, cause, worker),
            ).rowcount

    def attempts(self, id_: str, key: str) -> tuple[Attempt, ...]:
        """Every attempt of a submission, the first first."""
        found = self._all(
            "select n, worker, is_alone, started, ended, cause from attempt where id = ? and key = ? order by n",
            id_,
            key,
        )
        return tuple(Attempt(n, worker, bool(alone), started, *rest) for n, worker, alone, started, *rest in found)

    def record(self, id_: str, key: str, recorded: Recorded, at: str) -> bool:
        """Write that a result is there, once; tells whether it was the first."""
        with self._told():
            done = self._rows.execute(
                "insert into result values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing",
                (id_, key, recorded.verdict, recorded.total, recorded.path, recorded.sha256, at),
            )
        return done.rowcount == 1

    def amend(self, id_: str, key: str, recorded: Recorded) -> None:
        """Write that the file of a result that is there has another content now."""
        self._write("update result set sha256 = ? where id = ? and key = ?", recorded.sha256, id_, key)

    def result(self, id_: str, key: str) -> Recorded | None:
        """A submission's result, where there is one."""
        found = self._all("select verdict, total, path, sha256 from result where id = ? and key = ?", id_, key)
        return Recorded(*found[0]) if found else None

    def forget(self, id_: str, key: str) -> None:
        """Take back a result whose file isn't what it was, or that says nothing of the submission."""
        self._write("delete from result where id = ? and key = ?", id_, key)

    def listed(self) -> tuple[str, ...]:
        """The ids of who was in the batch when it was last listed."""
        return tuple(id_ for (id_,) in self._all("select id from submission order by id"))

    def parts(self, id_: str) -> Mapping[str, object] | None:
        """What a submission's key was made of when it was last listed."""
        found = self._all("select parts from submission where id = ?", id_)
        return dict(json.loads(found[0][0])) if found else None

    def _write(self, statement: str, *values: Any) -> None:
        with self._told():
            self._rows.execute(statement, values)

    def _all(self, statement: str, *values: str) -> list[tuple[Any, ...]]:
        with self._told():
            return self._rows.execute(statement, values).fetchall()

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as cause:
            raise _unwritable(
                self._path, str(cause), "Free some space, then repeat the command with --resume."
            ) from cause
        except sqlite3.DatabaseError as cause:
            raise _no_journal(self._path, str(cause)) from cause


def sha256(path: Path) -> str | None:
    """The hash of a file, or None where there is none."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None


def _opened(path: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except IsADirectoryError as cause:
        raise _no_journal(path, str(cause.strerror)) from cause
    except OSError as cause:
        raise _unwritable(path, str(cause.strerror), "Choose another --out. Nothing was run.") from cause


def _hold(lock: int, folder: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as cause:
        raise UsageError(
            "G610",
            f"another batch is running in {quote(str(folder))}",
            "Two of them would write the same files.",
            "Wait until it is done, or choose another --out. Nothing was run.",
        ) from cause


def _unwritable(path: Path, why: str, do: str) -> NotGraded:
    return NotGraded(
        "G608",
        f"{quote(str(path))} can't be written: {quote(why)}",
        "What isn't in the journal wasn't done, so nothing more is started. What was recorded is kept.",
        do,
    )


def _no_journal(path: Path, why: str) -> UsageError:
    return UsageError(
        "G609",
        f"{quote(str(path))} is no journal of a batch: {quote(why)}",
        "Without its journal nobody can say what is done.",
        "Choose another --out, or move it away: the results beside it stay. Nothing was run.",
    )


def _there_is_one(folder: Path) -> UsageError:
    return UsageError(
        "G611",
        f"there is a batch in {quote(str(folder))} already",
        "A second one would mix its results with the first's.",
        "To go on with it, repeat the command with --resume; else choose another --out. Nothing was run.",
    )


def _remove(path: Path) -> None:
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        path.with_name(name).unlink(missing_ok=True)


def _text(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
