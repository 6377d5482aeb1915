"""What the analysers' service sent, as values; believes no type and no length."""

from collections.abc import Mapping
from dataclasses import dataclass

_FILES, _FINDINGS, _FUNCTIONS = 2000, 5000, 20_000
_TEXT = 500

Message = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Analysed:
    """One Python file: its size in lines and its functions, or why it could not be analysed."""

    path: str
    is_analysed: bool
    why: str
    line: int
    lloc: int
    sloc: int
    comments: int
    maintainability: float
    noqa: tuple[int, ...]
    functions: tuple[Mapping[str, object], ...]


@dataclass(frozen=True, slots=True)
class Linted:
    """One finding of ruff's."""

    rule: str
    path: str
    line: int
    column: int
    message: str
    url: str | None
    fixable: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """All of it."""

    files: tuple[Analysed, ...]
    ruff: tuple[Linted, ...]
    tools: Mapping[str, str]


def read(message: Message, run: str) -> Answer | None:
    """Return the answer to a run, or None where the message is none."""
    files, ruff, tools = message.get("files"), message.get("ruff"), message.get("tools")
    if (
        message.get("run") != run
        or not isinstance(files, list)
        or not isinstance(ruff, list)
        or not isinstance(tools, dict)
    ):
        return None
    return Answer(
        files=tuple(_file(file) for file in files[:_FILES] if isinstance(file, dict)),
        ruff=tuple(_linted(found) for found in ruff[:_FINDINGS] if isinstance(found, dict)),
        tools={_text(name)[:40]: _text(version)[:40] for name, version in list(tools.items())[:20]},
    )


def _file(file: Message) -> Analysed:
    functions, noqa = file.get("functions"), file.get("noqa")
    maintainability = file.get("maintainability")
    return Analysed(
        path=_text(file.get("path")),
        is_analysed=file.get("state") == "analysed",
        why=_text(file.get("why")),
        line=max(1, whole(file.get("line"))),
        lloc=whole(file.get("lloc")),
        sloc=whole(file.get("sloc")),
        comments=whole(file.get("comments")),
        maintainability=float(maintainability) if isinstance(maintainability, int | float) else 0.0,
        noqa=tuple(map(whole, noqa[:200])) if isinstance(noqa, list) else (),
        functions=tuple(f for f in functions[:_FUNCTIONS] if isinstance(f, dict))
        if isinstance(functions, list)
        else (),
    )


def _linted(found: Message) -> Linted:
    url = found.get("url")
    return Linted(
        rule=_text(found.get("rule"))[:40],
        path=_text(found.get("path")),
        line=max(1, whole(found.get("line"))),
        column=max(1, whole(found.get("column"))),
        message=_text(found.get("message")),
        url=url if isinstance(url, str) and url.startswith("https://docs.astral.sh/") else None,
        fixable=found.get("fixable") is True,
    )


def whole(value: object) -> int:
    """A count, or 0 for what is none."""
    return value if type(value) is int and 0 <= value < 10**9 else 0


def _text(value: object) -> str:
    return value[:_TEXT] if isinstance(value, str) else ""
