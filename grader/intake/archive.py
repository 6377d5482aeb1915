"""Archives as submissions: members are read and decided on one by one, in memory; nothing is ever unpacked to disk.

But for a learning system's export: `unpack` writes the submissions that it holds below a folder of ours, by the same rules.
"""

import bz2
import contextlib
import gzip
import io
import lzma
import stat
import struct
import tarfile
import time
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Any, cast

import zstandard

from grader.errors import NotGradable, NotGraded
from grader.intake.rules import Basket, Caps, repr_name
from grader.quote import quote

_OPENERS: dict[bytes, Callable[[IO[bytes]], Any]] = {
    b"\x1f\x8b": lambda raw: gzip.GzipFile(fileobj=raw),
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ": lzma.LZMAFile,
    b"\x28\xb5\x2f\xfd": lambda raw: zstandard.ZstdDecompressor().stream_reader(raw),
}
_BROKEN = (
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    zstandard.ZstdError,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
)
_STEP = 64 * 1024
_EXPORT_S = 3600.0
_EXPORT_ENTRIES = 1_000_000
_ENCRYPTED = 0x1
_ENTRY = b"PK\x01\x02"
_LISTED = 256  # bytes that an entry takes in a zip's list, at the most and on average over all of them


def collect(path: Path, basket: Basket, caps: Caps) -> None:
    """Put an archive's regular files into the basket.

    Raises:
        NotGradable: it is unreadable, damaged, encrypted, hostile or no archive; the message names the entry.
    """
    deadline = time.monotonic() + caps.seconds
    try:
        with path.open("rb") as file:
            start = file.read(8)
            file.seek(0)
            if start.startswith(b"PK"):
                _zip(file, basket, caps, deadline)
            else:
                _tar(file, start, path, basket, caps, deadline)
    except NotGradable:
        raise
    except PermissionError as cause:
        raise basket.refusal("G205", f"it can't be read ({cause.strerror})", "Make it readable.") from cause
    except _BROKEN as cause:
        raise basket.refusal(
            "G206",
            f"the archive is damaged or of another kind ({quote(str(cause), 100)})",
            "Pack it again, then hand in again.",
        ) from cause


def declared_bytes(path: Path) -> int:
    """How much an archive says that it unpacks to; its own size where it doesn't say, or can't be read."""
    caps = Caps(entries=_EXPORT_ENTRIES)
    try:
        with path.open("rb") as file, _opened(file, Basket(path.name, caps), caps) as opened:
            return sum(member.file_size for member in opened.infolist())
    except (*_BROKEN, NotGradable):
        return path.stat().st_size


def unpack(path: Path, folder: Path, room: int) -> None:
    """Write an export's regular files below a folder of ours; none of its names leads out of there.

    Args:
        path: the export.
        folder: exists and is empty.
        room: the most bytes to write.

    Raises:
        NotGradable: it is damaged, encrypted, hostile, or larger.
        NotGraded: the disk is full, or the folder can't be written.
    """
    caps = Caps(
        files=500_000, folders=500_000, entries=_EXPORT_ENTRIES, file_bytes=room, total_bytes=room, seconds=_EXPORT_S
    )
    collect(path, _Folder(path.name, caps, folder), caps)


class _Folder(Basket):
    """A basket that keeps no content in memory: what is put into it is written."""

    def __init__(self, source: str, caps: Caps, folder: Path) -> None:
        super().__init__(source, caps)
        self._folder = folder

    def leave(self, path: str, why: str | None = None) -> bool:
        """Nothing is left out here: what belongs to a submission is decided when it is taken."""
        del path, why
        return False

    def folder(self, path: str) -> None:
        """Make a folder where a submission may stand, so that an empty one is seen: at the top, or in one folder there."""
        with self._writing(path):
            Path(self._folder, *path.split("/")[:2]).mkdir(parents=True, exist_ok=True)

    def pour(self, path: str, parts: Iterable[bytes]) -> None:
        """Write a file; a name that is a folder's already, or the other way round, is refused."""
        self.name(path)
        where = self._folder / path
        with self._writing(path):
            where.parent.mkdir(parents=True, exist_ok=True)
            file = where.open("xb", buffering=0)
        with file:
            for part in parts:
                with self._writing(path):
                    _write(file, part)
                self.count(len(part))

    @contextlib.contextmanager
    def _writing(self, path: str) -> Iterator[None]:
        """Tell what the system refuses: two entries of one name are the export's fault, the rest is ours."""
        try:
            yield
        except (FileExistsError, NotADirectoryError) as cause:
            raise self.refusal(
                "G204", f"{quote(path)} is a file and a folder", "Give each a name of its own."
            ) from cause
        except OSError as cause:
            raise NotGraded(
                "G451",
                f"{quote(self._source)} can't be unpacked: {quote(path)} can't be written ({cause.strerror})",
                "An export's submissions are kept beside the results while the batch runs.",
                "Free some space or choose another --out, then repeat the command. Nothing was run.",
            ) from cause


def _write(file: io.FileIO, part: bytes) -> None:
    left = memoryview(part)
    while left:
        left = left[file.write(left) :]


def _zip(file: IO[bytes], basket: Basket, caps: Caps, deadline: float) -> None:
    with _opened(file, basket, caps) as archive:
        members = archive.infolist()
        _refuse_overlaps(members, basket)
        for member in members:
            path = basket.check(member.orig_filename)
            _refuse_kind(member, path, basket)
            if member.is_dir():
                basket.folder(path)
                continue
            if basket.leave(path):
                continue
            with archive.open(member) as stream:  # compares the local name with the central one, and the checksum
                basket.pour(path, _parts(stream, path, basket, member.compress_size * caps.ratio + _STEP, deadline))


def _refuse_kind(member: zipfile.ZipInfo, path: str, basket: Basket) -> None:
    mode = member.external_attr >> 16
    if member.flag_bits & _ENCRYPTED:
        raise basket.refusal("G207", f"entry {quote(repr_name(path))} is encrypted", "Pack it without a password.")
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR) or mode & (stat.S_ISUID | stat.S_ISGID):
        raise basket.refusal(
            "G208", f"entry {quote(repr_name(path))} is a link or a special file", "Pack regular files only."
        )


def _refuse_overlaps(members: list[zipfile.ZipInfo], basket: Basket) -> None:
    """Entries that share bytes are a bomb, never an archiver's work."""
    end = 0
    for member in sorted(members, key=lambda member: member.header_offset):
        if member.header_offset < end:
            raise basket.refusal(
                "G206", f"entries overlap at {quote(repr_name(member.orig_filename))}", "Pack it again."
            )
        end = member.header_offset + 30 + member.compress_size


def _tar(file: IO[bytes], start: bytes, path: Path, basket: Basket, caps: Caps, deadline: float) -> None:
    opener = next((opener for magic, opener in _OPENERS.items() if start.startswith(magic)), None)
    stream = _Capped(opener(file) if opener else file, basket, path.stat().st_size, caps, deadline)
    with tarfile.open(fileobj=stream, mode="r|", errors="surrogateescape") as archive:
        for member in archive:
            name = basket.check(member.name)
            if member.isdir():
                basket.folder(name)
                continue
            if not member.isreg() or member.issparse() or member.mode & (stat.S_ISUID | stat.S_ISGID):
                raise basket.refusal(
                    "G208", f"entry {quote(repr_name(name))} is a link or a special file", "Pack regular files only."
                )
            if basket.leave(name):
                continue
            taken = archive.extractfile(member)
            assert taken is not None
            basket.pour(name, _parts(taken, name, basket, caps.total_bytes, deadline))


def _parts(stream: IO[bytes], path: str, basket: Basket, most: int, deadline: float) -> Iterator[bytes]:
    """A member piece by piece, counted while it is decompressed: a declared size is never trusted."""
    size, room = 0, min(basket.room(), most)
    while part := stream.read(_STEP):
        size += len(part)
        if size > room:
            raise basket.too_large(path)
        if time.monotonic() > deadline:
            raise basket.refusal("G202", "reading it takes too long", "Hand in fewer files.")
        yield part


def _opened(file: IO[bytes], basket: Basket, caps: Caps) -> zipfile.ZipFile:
    return zipfile.ZipFile(cast(IO[bytes], _Guarded(file, basket, caps)))  # as much of a file as `zipfile` uses


class _Guarded:
    """A zip file whose list of entries is counted before `zipfile` makes objects of it, hundreds of bytes for each.

    `zipfile` reads the list in one piece, as long as the file itself says; every entry in it begins with a signature. What
    the file says of their number is of no use: nobody checks it.
    """

    def __init__(self, file: IO[bytes], basket: Basket, caps: Caps) -> None:
        self._file, self._basket, self._caps = file, basket, caps
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        """Read a piece, or refuse one that no list of entries within the caps needs."""
        most = self._caps.entries * _LISTED
        data = self._file.read(most + 1 if size < 0 or size > most else size)
        if len(data) > most or data.count(_ENTRY) > self._caps.entries:
            raise self._basket.refusal(
                "G202", f"more than {self._caps.entries} entries", "Hand in the source files alone."
            )
        return data


class _Capped(io.RawIOBase):
    """A decompressed stream that ends in a refusal where it grows beyond all reason."""

    def __init__(self, stream: IO[bytes], basket: Basket, size: int, caps: Caps, deadline: float) -> None:
        self._stream, self._basket, self._deadline = stream, basket, deadline
        self._room = min(caps.total_bytes + caps.entries * 1536, max(size * caps.ratio, 10 * _STEP))

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self._room -= len(data)
        if self._room < 0:
            raise self._basket.refusal(
                "G202", "it unpacks to more than the size limit", "Hand in the source files alone."
            )
        if time.monotonic() > self._deadline:
            raise self._basket.refusal("G202", "reading it takes too long", "Hand in fewer files.")
        return data
