"""TOML with line numbers: the values of a file, and where each stands."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.errors import UsageError
from grader.quote import quote

Key = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A TOML file: `values` as tomllib gives them, `lines` by the path of keys to a table or value."""

    path: Path
    values: Mapping[str, Any]
    lines: Mapping[Key, int]

    def line(self, key: Key) -> int:
        """The line of a key, or of the nearest table around it that has one."""
        while key and key not in self.lines:
            key = key[:-1]
        return self.lines.get(key, 1)


def read(path: Path) -> Document:
    """Read an assignment's file.

    Raises:
        UsageError: it is missing, isn't UTF-8 or isn't TOML; the message has the line.
    """
    try:
        return document(path)
    except FileNotFoundError as cause:
        raise UsageError(
            "G101",
            f"{quote(str(path))}: there is no such file",
            "An assignment is a folder with assignment.toml, a kit one with kit.toml.",
            "Give the folder, or the id of a bundled one (grader assignment list). Nothing was run.",
        ) from cause
    except (ValueError, OSError) as cause:
        raise UsageError(
            "G102",
            f"{quote(str(path))}: {quote(str(cause))}",
            "The file must be TOML in UTF-8.",
            "Correct it. Nothing was run.",
        ) from cause


def document(path: Path) -> Document:
    """Read any TOML file.

    Raises:
        OSError: it can't be read.
        ValueError: it isn't UTF-8 or isn't TOML; the message has the line.
    """
    raw = path.read_bytes()
    return Document(path, tomllib.loads(raw.decode("utf-8")), _lines(raw))


def _lines(raw: bytes) -> Mapping[Key, int]:
    """Positions by a second parser, since tomllib keeps none; without it there are none, never no message."""
    try:
        import tree_sitter
        import tree_sitter_toml
    except ImportError:
        return {}
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_toml.language()))
    lines: dict[Key, int] = {}
    counts: dict[Key, int] = {}
    for node in parser.parse(raw).root_node.children:
        if node.type == "pair":
            _pair(node, (), lines)
        elif node.type in ("table", "table_array_element"):
            _table(node, lines, counts)
    return lines


def _table(node: Any, lines: dict[Key, int], counts: dict[Key, int]) -> None:
    header = next(child for child in node.children if child.type in ("bare_key", "dotted_key", "quoted_key"))
    key = _inside(_names(header), counts)
    if node.type == "table_array_element":
        number = counts.get(key, -1) + 1
        counts[key] = number
        lines.setdefault(key, header.start_point[0] + 1)
        key = (*key, number)
    lines[key] = header.start_point[0] + 1
    for child in node.children:
        if child.type == "pair":
            _pair(child, key, lines)


def _inside(names: Key, counts: Mapping[Key, int]) -> Key:
    """The key of a table, with the number of each array of tables that it lies in."""
    key: Key = ()
    for name in names[:-1]:
        key = (*key, name)
        if key in counts:
            key = (*key, counts[key])
    return (*key, names[-1])


def _pair(node: Any, inside: Key, lines: dict[Key, int]) -> None:
    name, value = node.children[0], node.children[-1]
    key = (*inside, *_names(name))
    lines[key] = name.start_point[0] + 1
    _value(value, key, lines)


def _value(node: Any, key: Key, lines: dict[Key, int]) -> None:
    if node.type == "inline_table":
        for child in node.children:
            if child.type == "pair":
                _pair(child, key, lines)
    elif node.type == "array":
        items = [child for child in node.children if child.is_named and child.type != "comment"]
        for number, item in enumerate(items):
            lines[(*key, number)] = item.start_point[0] + 1
            _value(item, (*key, number), lines)


def _names(node: Any) -> Key:
    if node.type == "dotted_key":
        return tuple(name for child in node.children if child.is_named for name in _names(child))
    text = node.text.decode("utf-8")
    return (text[1:-1] if node.type == "quoted_key" else text,)
