"""A TOML document as Rules; all mistakes in one error, each with its line and the closest known key."""

import dataclasses
import difflib
import json
import typing
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from grader.assignment.model import Rules
from grader.assignment.toml import Document, Key
from grader.errors import UsageError
from grader.quote import quote

_Model = TypeVar("_Model")


def parse(document: Document) -> Rules:
    """Return the rules that a document states.

    Raises:
        UsageError: G102, with one line for each mistake.
    """
    rules, problems = validate(Rules, document.values, document)
    if rules is None:
        raise refusal(document, problems)
    return rules


def validate(
    model: type[_Model], values: Mapping[str, Any], document: Document
) -> tuple[_Model | None, list[tuple[int, str]]]:
    """Return values as a model, or None and what is wrong with them, each with its line."""
    try:
        # As JSON, since a strict model takes an array for a tuple there alone.
        return TypeAdapter(model).validate_json(json.dumps(values, default=str)), []
    except ValidationError as cause:
        return None, list(_problems(cause, document, model))


def refusal(document: Document, problems: Iterable[tuple[int, str]]) -> UsageError:
    """One error for all mistakes of a document, in the order of its lines."""
    lines = [f"{quote(str(document.path))}:{line}: {what}" for line, what in sorted(set(problems))]
    return UsageError(
        "G102",
        "\n".join(lines),
        "A misspelt key would silently be no rule at all, so every key is checked.",
        "Correct the file; nothing was run. All keys: grader assignment schema",
    )


def _problems(cause: ValidationError, document: Document, model: type) -> Iterable[tuple[int, str]]:
    errors = cause.errors(include_url=False, include_input=True)
    unknown = {tuple(error["loc"]) for error in errors if error["type"] == "unexpected_keyword_argument"}
    guessed = {(*loc[:-1], _closest(loc, model)) for loc in unknown}
    for error in errors:
        loc = tuple(error["loc"])
        if error["type"] == "unexpected_keyword_argument":
            yield document.line(loc), _unknown(loc, model)
        elif error["type"] == "missing" and loc in guessed:
            continue  # its misspelling is named already
        else:
            yield document.line(loc), _wrong(loc, error["msg"], error["input"])


def _unknown(loc: Key, model: type) -> str:
    closest, table = _closest(loc, model), _table(loc[:-1])
    known = ", ".join(_known(loc[:-1], model))
    hint = f'the closest known key is "{closest}"' if closest else f"known are: {known}"
    return f'unknown key "{quote(str(loc[-1]), 60)}" in {table}; {hint}'


def _wrong(loc: Key, message: str, given: object) -> str:
    name = f'"{quote(str(loc[-1]), 60)}" in {_table(loc[:-1])}' if loc else "the file"
    shown = "" if isinstance(given, dict) else f", not {quote(repr(given), 60)}"
    return f"{name}: {message[:1].lower() + message[1:]}{shown if 'required' not in message.lower() else ''}"


def _closest(loc: Key, model: type) -> str | None:
    near = difflib.get_close_matches(str(loc[-1]), _known(loc[:-1], model), 1, 0.5)
    return near[0] if near else None


def _table(loc: Key) -> str:
    names = ".".join(str(part) for part in loc if isinstance(part, str))
    if not names:
        return "the top of the file"
    return f"[[{names}]]" if any(isinstance(part, int) for part in loc) else f"[{names}]"


def _known(loc: Key, root: type) -> list[str]:
    """The keys of the table at a path, read from the model."""
    model: Any = root
    for part in loc:
        if isinstance(part, int):
            continue
        if typing.get_origin(model) is dict:  # of tables, by a name that is the author's
            model = typing.get_args(model)[1]
            continue
        hints = typing.get_type_hints(model) if dataclasses.is_dataclass(model) else {}
        model = _inner(hints.get(part))
    return [field.name.rstrip("_") for field in dataclasses.fields(model)] if dataclasses.is_dataclass(model) else []


def _inner(hint: Any) -> Any:
    """The table's class behind a tuple of tables; a dict of tables stays."""
    if typing.get_origin(hint) is dict:
        return hint
    arguments = [argument for argument in typing.get_args(hint) if dataclasses.is_dataclass(argument)]
    return arguments[0] if arguments else hint
