"""What the analysers' service sent, as values; believes no type and no length."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from grader.results.observations import Prints

_FILES, _FINDINGS, _FUNCTIONS = 5000, 5000, 20_000
_TEXT = 500
_SHOWN = 500
_PRINTS = 10_000

Message = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Analysed:
    """One source file: its language, its size in lines and its functions, or why it could not be analysed."""

    path: str
    is_analysed: bool
    why: str
    language: str
    line: int
    lloc: int
    maintainability: float
    suppressed: tuple[tuple[int, str], ...]
    functions: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Located:
    """Something at a place: a finding of ruff's, code that was not analysed, or a breach of the architecture."""

    rule: str
    path: str
    line: int
    column: int
    message: str
    url: str | None = None
    fixable: bool = False


@dataclass(frozen=True, slots=True)
class Copies:
    """Blocks that stand twice, as (path, line, lines, other path, other line); tokens in copies, and of the starter."""

    blocks: tuple[tuple[str, int, int, str, int], ...] = ()
    copied: int = 0
    given: int = 0


@dataclass(frozen=True, slots=True)
class Public:
    """A file's public names that lack words, and those that lack types, as (name, line)."""

    path: str
    undocumented: tuple[tuple[str, int], ...]
    untyped: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Papers:
    """What the README tells, by the line that tells it (0: nowhere); packages used, and what declares them; junk."""

    readme: str | None = None
    run: int = 0
    test: int = 0
    decisions: int = 0
    packages: tuple[tuple[str, str, int], ...] = ()
    declared: str | None = None
    junk: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """All of it; `rules` is how many rules of architecture there are, None where the assignment has none."""

    files: tuple[Analysed, ...]
    ruff: tuple[Located, ...]
    tools: Mapping[str, str]
    hidden: tuple[Located, ...] = ()
    copies: Copies = field(default_factory=Copies)
    public: tuple[Public, ...] = ()
    papers: Papers = field(default_factory=Papers)
    breaches: tuple[Located, ...] = ()
    rules: int | None = None
    interface: tuple[str, ...] = ()
    prints: tuple[Prints, ...] = ()


def read(message: Message, run: str) -> Answer | None:
    """Return the answer to a run, or None where the message is none."""
    files, ruff, tools = message.get("files"), message.get("ruff"), message.get("tools")
    is_whole = isinstance(files, list) and isinstance(ruff, list) and isinstance(tools, dict)
    if message.get("run") != run or not is_whole:
        return None
    asked = message.get("architecture")
    return Answer(
        files=tuple(_file(file) for file in _list(files, _FILES) if isinstance(file, dict)),
        ruff=tuple(_linted(found) for found in _list(ruff, _FINDINGS) if isinstance(found, dict)),
        tools={_text(name)[:40]: _text(version)[:40] for name, version in list(_dict(tools).items())[:20]},
        hidden=_located(message.get("hidden")),
        copies=_copies(_dict(message.get("copies"))),
        public=tuple(_public(row) for row in _rows(message.get("public"), 2, _FILES)),
        papers=_papers(_dict(message.get("documents")), _dict(message.get("tidiness"))),
        breaches=_located(_dict(asked).get("findings")),
        rules=whole(_dict(asked).get("rules")) if isinstance(asked, dict) else None,
        interface=tuple(_text(name) for name in _list(message.get("interface"), _FUNCTIONS)),
        prints=_prints(_dict(message.get("fingerprints"))),
    )


def _file(file: Message) -> Analysed:
    maintainability = file.get("maintainability")
    return Analysed(
        path=_text(file.get("path")),
        is_analysed=file.get("state") == "analysed",
        why=_text(file.get("why")),
        language=_text(file.get("language"))[:40],
        line=max(1, whole(file.get("line"))),
        lloc=whole(file.get("lloc")),
        maintainability=float(maintainability) if isinstance(maintainability, int | float) else 0.0,
        suppressed=tuple((whole(line), _text(text)) for line, text in _rows(file.get("suppressed"), 2, 200)),
        functions=tuple(each for each in _list(file.get("functions"), _FUNCTIONS) if isinstance(each, dict)),
    )


def _linted(found: Message) -> Located:
    url = found.get("url")
    return Located(
        rule=_text(found.get("rule"))[:40],
        path=_text(found.get("path")),
        line=max(1, whole(found.get("line"))),
        column=max(1, whole(found.get("column"))),
        message=_text(found.get("message")),
        url=url if isinstance(url, str) and url.startswith("https://docs.astral.sh/") else None,
        fixable=found.get("fixable") is True,
    )


def _located(rows: object) -> tuple[Located, ...]:
    """Rows of rule, path, line and message."""
    return tuple(
        Located(_text(rule)[:40], _text(path), max(1, whole(line)), 1, _text(message))
        for rule, path, line, message in _rows(rows, 4, _SHOWN)
    )


def _copies(found: Message) -> Copies:
    blocks = tuple(
        (_text(path), max(1, whole(line)), max(1, whole(lines)), _text(other), max(1, whole(other_line)))
        for path, line, lines, other, other_line in _rows(found.get("blocks"), 5, _SHOWN)
    )
    return Copies(blocks, whole(found.get("tokens")), whole(found.get("given")))


def _prints(found: Message) -> tuple[Prints, ...]:
    """Fingerprints by file, some ten thousand in all: enough for a submission of twenty thousand lines."""
    prints, room = [], _PRINTS
    for path, rows in list(found.items())[:_FILES]:
        marks = tuple(
            (number, max(1, whole(line)))
            for number, line in _rows(rows, 2, room)
            if type(number) is int and 0 <= number < 2**61
        )
        room -= len(marks)
        prints += [Prints(_text(path), marks)] if marks else []
    return tuple(prints)


def _public(row: list[object]) -> Public:
    facts = _dict(row[1])
    undocumented, untyped = (
        tuple((_text(name), max(1, whole(line))) for name, line in _rows(facts.get(kind), 2, 50))
        for kind in ("undocumented", "untyped")
    )
    return Public(_text(row[0]), undocumented, untyped)


def _papers(documents: Message, tidiness: Message) -> Papers:
    readme, declared = documents.get("readme"), tidiness.get("declared")
    return Papers(
        readme=_text(readme) if isinstance(readme, str) else None,
        run=whole(documents.get("run")),
        test=whole(documents.get("test")),
        decisions=whole(documents.get("decisions")),
        packages=tuple(
            (_text(n), _text(p), max(1, whole(line))) for n, p, line in _rows(tidiness.get("packages"), 3, 50)
        ),
        declared=_text(declared) if isinstance(declared, str) else None,
        junk=tuple(_text(path) for path in _list(tidiness.get("junk"), 50)),
    )


def whole(value: object) -> int:
    """A count, or 0 for what is none."""
    return value if type(value) is int and 0 <= value < 10**9 else 0


def _rows(value: object, width: int, most: int) -> list[list[object]]:
    return [row for row in _list(value, most) if isinstance(row, list) and len(row) == width]


def _list(value: object, most: int) -> list[object]:
    return value[:most] if isinstance(value, list) else []


def _dict(value: object) -> Message:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value[:_TEXT] if isinstance(value, str) else ""
