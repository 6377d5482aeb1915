"""`results.json` on disk: read and validated, written whole or not at all, and its JSON Schema."""

import json
import os
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from grader.errors import NotGraded, UsageError
from grader.quote import quote
from grader.results.model import SCHEMA, Results

_RESULTS = TypeAdapter(Results)
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")  # can't be encoded; file names and candidates' strings may hold some
_SHOWN_FAULTS = 3


def read(path: Path) -> Results:
    """Read a recorded result.

    Raises:
        UsageError: the file can't be read, isn't JSON, or isn't `grader.results/1`.
    """
    try:
        content = path.read_bytes()
    except OSError as cause:
        raise _unusable(path, f"can't be read ({cause.strerror})") from cause
    try:
        results = _RESULTS.validate_json(content)
    except ValidationError as cause:
        raise _unusable(path, _faults(cause)) from cause
    if results.schema != SCHEMA:
        raise _unusable(path, f"holds {quote(results.schema, 60)!r}, not {SCHEMA!r}")
    return results


def write(path: Path, results: Results) -> None:
    """Write a result; a reader never sees half of it.

    Raises:
        NotGraded: the disk refuses.
    """
    write_text(path, text(results))


def write_text(path: Path, content: str) -> None:
    """Write a text file as UTF-8 by way of a neighbour that is renamed; lone surrogates become U+FFFD.

    Raises:
        NotGraded: the disk refuses; what stood at `path` before is unchanged.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as stream:
            stream.write(_LONE_SURROGATE.sub("\ufffd", content).encode())
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    except OSError as cause:
        part.unlink(missing_ok=True)
        raise NotGraded(
            "G451",
            f"{quote(str(path))} can't be written ({cause.strerror})",
            "A result is written whole or not at all, so nothing of this file was kept.",
            "Make room or choose another folder with --out, then run again.",
        ) from cause


def text(results: Results) -> str:
    """Return the JSON: keys in the order of the model, equal results byte for byte equal."""
    content = json.dumps(asdict(results), ensure_ascii=False, indent=1, allow_nan=False)
    return _LONE_SURROGATE.sub("\ufffd", content) + "\n"


def schema() -> dict[str, Any]:
    """Return the JSON Schema of `results.json`."""
    generated = _RESULTS.json_schema()
    generated["properties"]["schema"]["const"] = SCHEMA
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "A result of grader", **generated}


def _faults(cause: ValidationError) -> str:
    """The first faults, each with its place; input values stay out, for they may name hidden tests."""
    faults = [
        f"{quote('.'.join(map(str, fault['loc'])), 80) or 'the file'}: {quote(fault['msg'], 120)}"
        for fault in cause.errors(include_url=False, include_input=False)
    ]
    more = len(faults) - _SHOWN_FAULTS
    return "; ".join(faults[:_SHOWN_FAULTS]) + (f"; and {more} more" if more > 0 else "")


def _unusable(path: Path, fault: str) -> UsageError:
    return UsageError(
        "G151",
        f"{quote(str(path))}: {fault}",
        f"Reports are rendered from a record of the schema {SCHEMA!r} alone; a guess at the rest could show what is not so.",
        "Give a results.json that this version of grader wrote, or grade again. Nothing was written.",
    )
