"""Files as plain data: how everything gets into a sandbox."""

import base64
import json
from collections.abc import Mapping


def packed(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return the files for a message to a service: base64 by path, in their order; paths have `/`."""
    return {path: base64.b64encode(content).decode("ascii") for path, content in files.items()}


def pack(files: Mapping[str, bytes]) -> bytes:
    """Return the files for a candidate's standard input, as ASCII JSON; the same bytes for the same files."""
    return json.dumps(packed(files)).encode("ascii")
