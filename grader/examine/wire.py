"""What the examiner sent, as values; believes no type and no length.

The examiner is ours, yet it has read what a candidate sent: a message that is not as described is a fault of ours
(`NotGraded`), never a candidate's, and never a pass.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast, get_args

from grader.errors import NotGraded
from grader.results.model import Outcome

_LINE, _TEXT, _TESTS = 500, 20_000, 20_000
_CALLS, _CALL = 3, 2_500
_OUTCOMES = frozenset(get_args(Outcome))

Message = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Expected:
    """A test that the trusted collection found; `weight` is within its group."""

    id: str
    title: str
    weight: float
    source: str


@dataclass(frozen=True, slots=True)
class Ruled:
    """What became of one test; times in seconds."""

    id: str
    outcome: Outcome
    message: str | None
    detail: str | None
    output: str | None
    cpu_s: float
    wall_s: float
    calls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unimportable:
    """Why the submission's modules can't be imported, by Python's own word."""

    kind: str
    message: str
    path: str | None
    line: int | None


def expected(message: Message) -> tuple[Expected, ...]:
    """Read `collected`; ids are unique and in collection order."""
    tests = message.get("tests")
    if not isinstance(tests, list) or len(tests) > _TESTS:
        raise _fault("collected", "tests")
    read = tuple(_expected(test) for test in tests)
    if len({test.id for test in read}) != len(read):
        raise _fault("collected", "unique ids")
    return read


def ruled(message: Message) -> Ruled:
    """Read `outcome`."""
    outcome = _text(message, "outcome", _LINE)
    if outcome not in _OUTCOMES:
        raise _fault("outcome", "outcome")
    return Ruled(
        id=_text(message, "id", _TEXT),
        outcome=cast(Outcome, outcome),
        message=_text_or_none(message, "message", _LINE),
        detail=_text_or_none(message, "detail", _TEXT),
        output=_text_or_none(message, "output", _TEXT),
        cpu_s=_number(message, "cpu_s"),
        wall_s=_number(message, "wall_s"),
        calls=_calls(message),
    )


def unimportable(message: Message) -> Unimportable | None:
    """Read the `unimportable` of `done`; None where all modules could be imported."""
    value = message.get("unimportable")
    if value is None:
        return None
    if not isinstance(value, dict):
        raise _fault("done", "unimportable")
    line = value.get("line")
    return Unimportable(
        kind=_text(value, "kind", _LINE),
        message=_text(value, "message", _LINE),
        path=_text_or_none(value, "path", _LINE),
        line=line if type(line) is int and line > 0 else None,
    )


def notes(message: Message) -> tuple[str, ...]:
    """Read the `notes` of `done`."""
    value = message.get("notes")
    if not isinstance(value, list) or not all(type(note) is str for note in value):
        raise _fault("done", "notes")
    return tuple(note[:_LINE] for note in value[:20])


def position(message: Message, count: int) -> int:
    """Read the `number` of a message: which of `count` tests it is about."""
    value = message.get("number")
    if type(value) is not int or not 0 <= value < count:
        raise _fault(str(message.get("type"))[:20], "number")
    return value


def text(message: Message, key: str) -> str:
    """Read a text, clipped."""
    return _text(message, key, _TEXT)


def _expected(test: object) -> Expected:
    if not isinstance(test, dict):
        raise _fault("collected", "tests")
    weight = _number(test, "weight")
    return Expected(_text(test, "id", _TEXT), _text(test, "title", _LINE), weight, _text(test, "source", _TEXT))


def _calls(message: Message) -> tuple[str, ...]:
    """The last calls of a test, as texts; without the glass there are none."""
    value = message.get("calls", [])
    if not isinstance(value, list) or not all(type(call) is str for call in value):
        raise _fault("outcome", "calls")
    return tuple(call[:_CALL] for call in value[-_CALLS:])


def _text(message: Message, key: str, limit: int) -> str:
    value = message.get(key)
    if type(value) is not str:
        raise _fault(str(message.get("type"))[:20], key)
    return value[:limit]


def _text_or_none(message: Message, key: str, limit: int) -> str | None:
    return None if message.get(key) is None else _text(message, key, limit)


def _number(message: Message, key: str) -> float:
    value = message.get(key)
    if type(value) not in (int, float) or not 0 <= cast(float, value) < 1e9:
        raise _fault(str(message.get("type"))[:20], key)
    return float(cast(float, value))


def _fault(type_: str, key: str) -> NotGraded:
    return NotGraded(
        "G301",
        f"the examiner's message {type_!r} has no usable {key!r}",
        "Its messages are described in runners/wire/README.md; one that differs proves nothing about a submission.",
        "Build the runner images again: grader image build. The submission was not graded and keeps its turn.",
    )
