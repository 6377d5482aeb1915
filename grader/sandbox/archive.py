"""Files as a tar stream: how everything gets into a sandbox."""

import io
import tarfile
from collections.abc import Mapping

_UID = 65534  # nobody's: what a candidate runs as


def pack(files: Mapping[str, bytes]) -> bytes:
    """Return a tar of regular files, the same bytes for the same files; names are paths with `/`."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT, errors="surrogateescape") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size, member.mode, member.uid, member.gid = len(content), 0o644, _UID, _UID
            tar.addfile(member, io.BytesIO(content))
    return stream.getvalue()
