"""What a stream can show: colour, movement, symbols, width; by the command's options and the environment.

NO_COLOR (https://no-color.org) beats FORCE_COLOR; a dumb terminal gets plain lines; off a terminal nothing moves, whatever
is forced, since a log keeps every cursor code. Symbols that the encoding lacks have stand-ins in ASCII.
"""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TextIO

from rich.console import Console

from grader.cli.options import Manner
from grader.render import terminal

_PIPE_WIDTH = 132  # of a table where no terminal says how wide it is
_SYMBOLS = "✓✗█░→⠋━"  # ours, and those of the progress display


@dataclass(frozen=True, slots=True)
class Screen:
    """What one stream can show; `width` in columns."""

    has_color: bool
    is_live: bool
    symbols: terminal.Symbols
    width: int

    def console(self, stream: TextIO) -> Console:
        """A console that writes exactly that to the stream."""
        return Console(
            file=stream,
            force_terminal=self.has_color or self.is_live,
            color_system="256" if self.has_color else None,
            width=self.width,
            legacy_windows=False,
            highlight=False,
            markup=False,  # most of what is shown is foreign text
            emoji=False,
            _environ={},  # the environment was read here, once
        )


def screen(manner: Manner, stream: TextIO, environment: Mapping[str, str] = os.environ) -> Screen:
    """Return what a stream can show."""
    is_terminal = stream.isatty() and environment.get("TERM") != "dumb"
    return Screen(
        has_color=_has_color(manner, is_terminal, environment),
        is_live=is_terminal,
        symbols=terminal.SYMBOLS if _can_write(stream.encoding) else terminal.ASCII,
        width=_width(is_terminal, environment),
    )


def _has_color(manner: Manner, is_terminal: bool, environment: Mapping[str, str]) -> bool:
    if manner.color is not None:
        return manner.color
    if environment.get("NO_COLOR") or environment.get("TERM") == "dumb":
        return False
    return is_terminal or environment.get("FORCE_COLOR", "0") not in ("", "0", "false")


def _can_write(encoding: str | None) -> bool:
    try:
        _SYMBOLS.encode(encoding or "ascii")
    except (LookupError, UnicodeEncodeError):
        return False
    return True


def _width(is_terminal: bool, environment: Mapping[str, str]) -> int:
    columns = environment.get("COLUMNS", "")
    if columns.isdigit() and int(columns) > 0:
        return int(columns)
    return shutil.get_terminal_size().columns if is_terminal else _PIPE_WIDTH
