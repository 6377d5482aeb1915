"""results.json and batch.json: read, validate, write atomically; the same bytes for the same record."""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from grader import __version__
from grader.errors import NotGraded, UsageError
from grader.quote import quote
from grader.results import batch
from grader.results.batch import Batch
from grader.results.folder import JOURNAL, RECORD
from grader.results.model import SCHEMA, Results

_Record = TypeVar("_Record", Results, Batch)


def read(path: Path) -> Results:
    """Return the recorded results of one run.

    Raises:
        UsageError: the file is missing, or isn't a record of this schema; the message names the field.
    """
    return _read(path, _adapter(), SCHEMA)


def parse(content: str) -> Results:
    """Return results from a text that `text` gave."""
    return _adapter().validate_json(content)


def read_batch(path: Path) -> Batch:
    """Return the record of a batch.

    Raises:
        UsageError: the file is missing, or isn't a record of this schema; the message names the field.
    """
    return _read(path, _batch_adapter(), batch.SCHEMA)


def locate(path: Path) -> Path:
    """The record that a path means: the file itself, or the results.json of a run's folder."""
    return path / "results.json" if path.is_dir() else path


def locate_batch(path: Path) -> Path | None:
    """The record of a batch that a path means, as a file or by its folder; None where it means none."""
    found = path / RECORD if path.is_dir() else path
    return found if found.name == RECORD and found.is_file() else None


def text(results: Results) -> str:
    """Return the record as JSON; lone surrogates are replaced, since no reader takes them."""
    raw = _adapter().dump_json(_plain(results), indent=2)
    return raw.decode("utf-8") + "\n"


def batch_text(record: Batch) -> str:
    """Return a batch's record as JSON; lone surrogates are replaced, since no reader takes them."""
    return _batch_adapter().dump_json(_plain(record), indent=1).decode("utf-8") + "\n"


def write(path: Path, results: Results) -> None:
    """Write the record: there is the whole of it at `path`, or what was there before.

    Raises:
        NotGraded: the disk is full, or the folder can't be written.
    """
    write_text(path, text(results))


def write_text(path: Path, content: str) -> None:
    """Write a text file atomically.

    Raises:
        NotGraded: the disk is full, or the folder can't be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            with part.open("wb") as file:
                file.write(content.encode("utf-8", "replace"))
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as cause:
        raise NotGraded(
            "G451",
            f"{quote(str(path))} can't be written: {quote(cause.strerror or str(cause))}",
            "A result that is only half there would be worse than none, so nothing of it was kept.",
            "Free some space or choose another --out, then repeat the command.",
        ) from cause


def schema() -> dict[str, Any]:
    """Return the JSON Schema of results.json; reports/results.schema.json is this, committed."""
    return _schema(_adapter(), SCHEMA)


def batch_schema() -> dict[str, Any]:
    """Return the JSON Schema of batch.json; reports/batch.schema.json is this, committed."""
    return _schema(_batch_adapter(), batch.SCHEMA)


def _schema(adapter: TypeAdapter[_Record], name: str) -> dict[str, Any]:
    generated = adapter.json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **generated, "title": name}


def _read(path: Path, adapter: TypeAdapter[_Record], schema: str) -> _Record:
    try:
        raw = path.read_bytes()
    except OSError as cause:
        raise _unusable(path, quote(cause.strerror or "it can't be read"), schema) from cause
    try:
        record = adapter.validate_json(raw)
    except ValidationError as cause:
        _refuse_newer(path, raw, schema)
        first = cause.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "the whole"
        cut = "; it is cut off or damaged" if first["type"] == "json_invalid" else _writer(raw)
        raise _unusable(path, f"{quote(where)}: {quote(first['msg'])}{cut}", schema) from cause
    if record.schema != schema:
        _refuse_newer(path, raw, schema)
        raise _unusable(path, f"its schema is {quote(record.schema)}", schema)
    return record


def _refuse_newer(path: Path, raw: bytes, schema: str) -> None:
    """Name the version that reads a record of the same family, rather than the first field that is new in it."""
    found = str(_loosely(raw).get("schema"))
    family, _, number = found.rpartition("/")
    ours, _, known = schema.rpartition("/")
    if family != ours or not number.isdigit() or int(number) <= int(known):
        return
    raise UsageError(
        "G514",
        f"{quote(str(path))} is a record of the schema {quote(found)}, which is newer than this grader",
        f"This is grader {__version__}, which reads {schema}. The record was written by {_version(raw) or 'a newer one'}.",
        "Read it with that version or a newer one. Nothing was changed.",
    )


def _writer(raw: bytes) -> str:
    """Who wrote a record that can't be read, where it was another version."""
    version = _version(raw)
    return f"; {version} wrote it, this is grader {__version__}" if version not in ("", f"grader {__version__}") else ""


def _version(raw: bytes) -> str:
    provenance = _loosely(raw).get("provenance")
    version = provenance.get("grader") if isinstance(provenance, dict) else None
    return f"grader {quote(version, 40)}" if isinstance(version, str) else ""


def _loosely(raw: bytes) -> dict[str, Any]:
    """A record's fields, unchecked; none where it is no JSON object."""
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


@cache
def _adapter() -> TypeAdapter[Results]:
    return TypeAdapter(Results)


@cache
def _batch_adapter() -> TypeAdapter[Batch]:
    return TypeAdapter(Batch)


def _plain(record: _Record) -> _Record:
    """The same record, with every text fit for UTF-8."""
    from dataclasses import fields, is_dataclass, replace

    def mend(value: Any) -> Any:
        if isinstance(value, str):
            return value if value.isascii() else value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
        if isinstance(value, tuple):
            return tuple(map(mend, value))
        if isinstance(value, dict):
            return {mend(key): mend(inner) for key, inner in value.items()}
        if is_dataclass(value) and not isinstance(value, type):
            return replace(value, **{field.name: mend(getattr(value, field.name)) for field in fields(value)})
        return value

    mended: _Record = mend(record)
    return mended


def _unusable(path: Path, why: str, schema: str) -> UsageError:
    wanted = "batch" if schema == batch.SCHEMA else "results"
    is_unfinished = not path.exists() and (path.parent / JOURNAL).is_file()
    return UsageError(
        "G450",
        f"{quote(str(path))} is no record of a run: {why}",
        "The folder holds a batch that never came to its end."
        if is_unfinished
        else f"Only files of the schema {schema} can be read here.",
        "Repeat the command of the batch with --resume: nothing is graded twice."
        if is_unfinished
        else f"Give the {wanted}.json that a run wrote, or its folder. Nothing was changed.",
    )
