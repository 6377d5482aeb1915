"""Files as plain data: how everything gets into a sandbox."""

import base64
import json
import struct
from collections.abc import Mapping


def packed(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return the files for a message to a service: base64 by path, in their order; paths have `/`."""
    return {path: base64.b64encode(content).decode("ascii") for path, content in files.items()}


def pack(files: Mapping[str, bytes]) -> bytes:
    """Return the files for a candidate's standard input; the same bytes for the same files.

    8 bytes of length (big-endian), ASCII JSON of each path with its size, then the contents: who reads them has limits of
    memory that are the submission's, and holds each byte once.
    """
    table = json.dumps([[path, len(content)] for path, content in files.items()]).encode("ascii")
    return struct.pack(">Q", len(table)) + table + b"".join(files.values())
