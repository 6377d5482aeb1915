"""What may be in a submission, and how much of it: one set of rules for folders, archives and revisions."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from grader.errors import NotGradable
from grader.quote import quote
from grader.results.model import LeftOut

_MIB = 1024 * 1024
_ARCHIVERS = "an archiver's own"
_NAME_BYTES = 255  # of one part of a path: what file systems take

# Folders that are tools' own, not the submission: name -> why they are left out.
_FOLDERS = {
    ".git": "version control",
    ".hg": "version control",
    ".svn": "version control",
    ".grader": "the kit and its results",
    "__pycache__": "a cache",
    ".pytest_cache": "a cache",
    ".mypy_cache": "a cache",
    ".ruff_cache": "a cache",
    ".hypothesis": "a cache",
    ".tox": "a virtual environment",
    ".nox": "a virtual environment",
    ".venv": "a virtual environment",
    "venv": "a virtual environment",
    "node_modules": "installed packages",
    "__MACOSX": _ARCHIVERS,
}
_ARCHIVE = re.compile(r"(\.tar\.(gz|bz2|xz|zst)|\.(zip|tar|tgz|tbz2|txz|gz|bz2|xz|zst))$", re.IGNORECASE)
_FILES = {".DS_Store": _ARCHIVERS, "Thumbs.db": _ARCHIVERS}
_SUFFIXES = {".pyc": "a cache", ".pyo": "a cache"}


@dataclass(frozen=True, slots=True)
class Caps:
    """The most that is taken: counts, bytes, characters, and seconds of reading."""

    files: int = 5_000
    folders: int = 5_000
    entries: int = 50_000
    file_bytes: int = 10 * _MIB
    total_bytes: int = 50 * _MIB
    path_chars: int = 500
    depth: int = 30
    ratio: int = 200
    seconds: float = 60


def left_out(path: str) -> LeftOut | None:
    """Why a path is not part of the submission, named by the folder that it lies in; None where it is."""
    parts = PurePosixPath(path).parts
    for depth, part in enumerate(parts[:-1], 1):
        if part in _FOLDERS or part.endswith(".egg-info"):
            return LeftOut("/".join(parts[:depth]) + "/", _FOLDERS.get(part, "a build's own"))
    name = parts[-1] if parts else ""
    why = _FILES.get(name) or _SUFFIXES.get(PurePosixPath(name).suffix)
    return LeftOut(path, why) if why else None


def is_archive(name: str) -> bool:
    """Whether a file's name is an archive's."""
    return _ARCHIVE.search(name) is not None


def without_ending(name: str) -> str:
    """A name without an archive's endings."""
    return _ARCHIVE.sub("", name)


def is_left_out_folder(name: str) -> bool:
    """Whether a folder of this name isn't even looked into."""
    return name in _FOLDERS or name.endswith(".egg-info")


def is_archivers(name: str) -> bool:
    """Whether a file or folder of this name is what an archiver or a desktop leaves beside everybody's files."""
    why = left_out(name) or left_out(f"{name}/x")
    return name.startswith("._") or (why is not None and why.why == _ARCHIVERS)


class Basket:
    """Collects files under the rules; any breach ends in NotGradable that names the entry.

    Args:
        source: the submission's name, for messages.
        caps: the limits.
    """

    def __init__(self, source: str, caps: Caps) -> None:
        self._source, self._caps = source, caps
        self._files: dict[str, bytes] = {}
        self._folded: dict[str, str] = {}
        self._left_out: dict[LeftOut, None] = {}
        self._total = self._entries = 0

    def check(self, path: str) -> str:
        """Return the path in normal form, or refuse it: absolute, parent, drive and network names."""
        self._entries += 1
        if self._entries > self._caps.entries:
            raise self.refusal("G202", f"more than {self._caps.entries} entries", "Hand in the source files alone.")
        name = path.replace("\\", "/") if "\\" in path and "/" not in path else path
        parts = name.split("/")
        if name.startswith("/") or ".." in parts or (len(name) > 1 and name[1] == ":") or "\0" in name:
            raise self.refusal(
                "G203", f"entry {quote(repr_name(path))} points outside", "Use paths below the submission's own folder."
            )
        name = "/".join(part for part in parts if part not in ("", "."))
        widest = max(len(part.encode("utf-8", "surrogateescape")) for part in name.split("/"))
        if len(name) > self._caps.path_chars or len(parts) > self._caps.depth or widest > _NAME_BYTES:
            raise self.refusal(
                "G202", f"the path {quote(repr_name(name), 80)} is too long or too deep", "Flatten the folders."
            )
        return name

    def leave(self, path: str, why: str | None = None) -> bool:
        """Note a path that is left out, for a reason of its own or by the rules; tells whether it is."""
        note = LeftOut(path, why) if why else left_out(path)
        if note is not None:
            self._left_out.setdefault(note)
        return note is not None

    def room(self) -> int:
        """How many bytes the next file may have."""
        return min(self._caps.file_bytes, self._caps.total_bytes - self._total)

    def put(self, path: str, content: bytes) -> None:
        """Take a file; one name is one file, also for systems that fold case or Unicode forms."""
        if path and len(content) > self.room():
            raise self.refusal("G202", f"{quote(path)} makes it too large", self._sizes())
        self.name(path)
        self._files[path] = content
        self.count(len(content))

    def folder(self, path: str) -> None:
        """An archive names a folder: a submission is made of its files alone."""

    def pour(self, path: str, parts: Iterable[bytes]) -> None:
        """Take a file that comes in pieces."""
        self.put(path, b"".join(parts))

    def name(self, path: str) -> None:
        """Settle a file's name, or refuse it."""
        if not path:
            raise self.refusal("G203", "an entry has no name", "Give each file a name.")
        folded = unicodedata.normalize("NFC", path).casefold()
        if folded in self._folded:
            raise self.refusal(
                "G204",
                f"{quote(path)} and {quote(self._folded[folded])} are one name on some systems",
                "Give each file a name of its own.",
            )
        if len(self._folded) >= self._caps.files:
            raise self.refusal("G202", f"more than {self._caps.files} files", "Hand in the source files alone.")
        self._folded[folded] = path

    def count(self, size: int) -> None:
        """Count bytes that were taken."""
        self._total += size

    def too_large(self, path: str) -> NotGradable:
        """The refusal of a file that is over the cap."""
        return self.refusal("G202", f"{quote(path)} is over the size limit", self._sizes())

    def done(self) -> tuple[dict[str, bytes], tuple[LeftOut, ...]]:
        """Return the files and the notes.

        Raises:
            NotGradable: nothing is left, or a file has the name of a folder.
        """
        folders = {"/".join(path.split("/")[:depth]) for path in self._files for depth in range(1, path.count("/") + 1)}
        if len(folders) > self._caps.folders:
            raise self.refusal("G202", f"more than {self._caps.folders} folders", "Flatten the folders.")
        clash = sorted(folders & self._files.keys())
        if clash:
            raise self.refusal("G204", f"{quote(clash[0])} is a file and a folder", "Give each a name of its own.")
        if not self._files:
            raise self.refusal("G201", "it holds no file", "Hand in the files that the brief asks for.")
        return self._files, tuple(self._left_out)

    def refusal(self, code: str, what: str, do: str) -> NotGradable:
        """A refusal of the whole submission."""
        return NotGradable(
            code,
            f"{quote(self._source)}: {what}",
            "A submission may hold regular files below its own folder, within the limits. Nothing was unpacked.",
            f"Verdict: not gradable. {do}",
        )

    def _sizes(self) -> str:
        caps = self._caps
        return f"A file may have {caps.file_bytes // _MIB} MiB, all together {caps.total_bytes // _MIB} MiB."


def repr_name(name: str) -> str:
    """A name in quotation marks, for messages."""
    return f'"{name}"'
