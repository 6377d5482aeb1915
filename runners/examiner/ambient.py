"""What surrounds a test, on both sides of the glass: environment, current folder, arguments, seed, input, warnings, files.

The candidate's process follows what the test changes; what the candidate reads or warns of reaches the test as in one
process. Files below `tmp_path` cross as data: no folder is shared, and no name that arrives leads out of it.
"""

import builtins
import contextlib
import os
import random
import shutil
import stat
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import files
from frames import Breach, CannotCross

_DEPTH, _NAME = 20, 255
_TEXT = 2000
_start: dict[str, Any] = {}

Ask = Callable[..., Any]
Mark = tuple[int, int, int]


def remember() -> None:
    """What the examiner's process is like before any test: only differences from this are told."""
    _start.update(environment=_environment(), folder=_folder(), arguments=[""])
    sys.argv[:] = [""]


def forward_seeds(ask: Callable[[], Ask]) -> None:
    """`random.seed` in a test seeds the candidate's generator, too.

    Args:
        ask: gives the way to the candidate; raises LookupError while nobody is there.
    """
    seed = random.seed

    def both(a: object = None, version: int = 2) -> None:
        seed(a, version)  # type: ignore[arg-type]
        if type(a) in (int, float, str, bytes):
            with contextlib.suppress(LookupError):
                ask()("seed", a)

    random.seed = both  # type: ignore[assignment]


class Surroundings:
    """One candidate's process follows this one."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._told = (_start.get("environment", {}), _start.get("folder"), _start.get("arguments", [""]))
        self._seen: object = None
        self._root: Path | None = None
        self._folders: list[str] = []
        self._known: dict[str, Mark] = {}

    def share(self, root: Path) -> None:
        """From now on files below this folder cross."""
        self._root = root

    def before(self) -> None:
        """Tell the far side what the test changed."""
        if self._root is not None:
            self._push(self._root)
        seen = (dict(os.environ._data), _folder(), list(sys.argv))  # type: ignore[attr-defined]  # as bytes: a copy in C
        if seen != self._seen:
            self._seen = seen
            self._follow(_environment(), *seen[1:])

    def after(self) -> None:
        """Take over what the candidate wrote."""
        if self._root is not None:
            self._pull(self._root)

    def _follow(self, environment: dict[str, str], folder: str | None, arguments: list[str]) -> None:
        told, was, _ = self._told
        if (environment, folder, arguments) == self._told:
            return  # pytest's own variables alone
        self._told = (environment, folder, arguments)
        changed = {name: value for name, value in environment.items() if told.get(name) != value}
        gone = tuple(name for name in told if name not in environment)
        is_shared = self._root is not None and folder is not None and Path(folder).is_relative_to(self._root)
        there = folder if folder != was and is_shared else None
        self._ask("follow", tuple(changed.items()), gone, there, tuple(map(str, arguments)))

    # ------------------------------------------------------------ files
    def _push(self, root: Path) -> None:
        folders, now = _crossing(root)
        changed = [name for name, mark in now.items() if self._known.get(name) != mark]
        gone = tuple(name for name in self._known if name not in now)
        if changed or gone or folders != self._folders:
            contents = tuple((name, (root / name).read_bytes()) for name in changed)
            self._ask("write", str(root), tuple(folders), contents, gone)
            self._folders, self._known = folders, now

    def _pull(self, root: Path) -> None:
        answer = self._ask("changed", str(root))
        if type(answer) is not tuple or [type(part) for part in answer] != [tuple] * 3:
            raise Breach("files that are none")
        folders, written, gone = answer
        if len(folders) + len(written) + len(gone) > 3 * files.MOST_FILES or not _fits(written):
            raise CannotCross("the candidate wrote more files, or larger ones, than can cross the glass")
        for name in folders:
            _open(root, [*_parts(name), "."], 0, lambda _: None)
        for name, content in written:
            _open(root, _parts(name), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, lambda to, text=content: _fill(to, text))  # type: ignore[misc]
        for name in gone:
            _remove(root, _parts(name))
        self._folders, self._known = _crossing(root)


# ---------------------------------------------------------------- what a candidate asks
def served(op: str, values: Sequence[object]) -> object:
    """Answer what the candidate asks of its surroundings: `input`, `stdin`, `warn`."""
    if op == "input" and [type(value) for value in values] == [str]:
        return builtins.input(str(values[0])[:_TEXT])
    if op == "stdin" and len(values) == 2 and values[0] in ("read", "readline") and type(values[1]) is int:
        text = getattr(sys.stdin, str(values[0]))(values[1])
        return text if type(text) is str else str(text)
    if op == "warn" and len(values) == 4:
        return _warn(*values)
    raise Breach("an unknown question")


OPS = frozenset(("input", "stdin", "warn"))


def _warn(text: object, category: object, filename: object, line: object) -> None:
    if not isinstance(category, type) or not issubclass(category, Warning) or type(text) is not str:
        raise Breach("a warning that is none")
    where = f"candidate/{filename}"[:_TEXT] if type(filename) is str else "candidate"
    warnings.warn_explicit(text[:_TEXT], category, where, line if type(line) is int else 0)


# ---------------------------------------------------------------- this process
def _environment() -> dict[str, str]:
    """All but pytest's own, which name the test."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}


def _folder() -> str | None:
    try:
        return os.getcwd()
    except FileNotFoundError:
        return None


def _crossing(root: Path) -> tuple[list[str], dict[str, Mark]]:
    """Folders, and the files of the test that are small enough to cross."""
    folders, found = files.listed(root)
    return folders, {name: mark for name, mark in found.items() if mark[1] <= files.MOST_BYTES}


def _fits(written: Sequence[Any]) -> bool:
    shaped = all(type(pair) is tuple and [type(part) for part in pair] == [str, bytes] for pair in written)
    sizes = [len(content) for _, content in written] if shaped else [files.MOST_IN_ALL + 1]
    few = len(sizes) <= files.MOST_FILES
    return few and max(sizes, default=0) <= files.MOST_BYTES and sum(sizes) <= files.MOST_IN_ALL


def _parts(name: object) -> list[str]:
    """The parts of a relative name that leads nowhere else."""
    parts = name.split("/") if type(name) is str else []
    if not 0 < len(parts) <= _DEPTH or any(
        part in ("", ".", "..") or "\0" in part or len(part.encode("utf-8", "replace")) > _NAME for part in parts
    ):
        raise Breach("a file name that leads elsewhere")
    return parts


def _open(root: Path, parts: Sequence[str], flags: int, action: Callable[[int], None]) -> None:
    """Open a file part by part, following no link, making its folders; then do something with its descriptor."""
    with _descended(root, parts[:-1]) as folder:
        if parts[-1] == ".":
            return
        try:
            descriptor = os.open(parts[-1], flags | os.O_NOFOLLOW | os.O_NONBLOCK, 0o644, dir_fd=folder)
        except OSError as refused:
            raise CannotCross(f"a file of the candidate's can't be written here: {refused.strerror}") from None
        try:
            action(descriptor)
        finally:
            os.close(descriptor)


def _fill(descriptor: int, content: bytes) -> None:
    entry = os.fstat(descriptor)
    if not stat.S_ISREG(entry.st_mode) or entry.st_nlink != 1:
        raise CannotCross("a file of the candidate's stands where there is none of the test's")
    os.write(descriptor, content)


def _remove(root: Path, parts: Sequence[str]) -> None:
    with _descended(root, parts[:-1]) as folder, contextlib.suppress(OSError):  # a folder goes with its test
        os.unlink(parts[-1], dir_fd=folder)


@contextlib.contextmanager
def _descended(root: Path, parts: Sequence[str]) -> Iterator[int]:
    """The folder below the root, made where it is missing; each step follows no link."""
    here = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in parts:
            with contextlib.suppress(FileExistsError):
                os.mkdir(part, 0o755, dir_fd=here)
            below = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=here)
            os.close(here)
            here = below
        yield here
    except OSError as refused:
        raise CannotCross(f"a folder of the candidate's can't be made here: {refused.strerror}") from None
    finally:
        os.close(here)


def emptied(root: Path) -> None:
    """Remove what a test left below its folder."""
    for entry in root.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry, ignore_errors=True)
        else:
            entry.unlink()
