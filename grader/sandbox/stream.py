"""A container's standard streams, attached: bytes in, standard output out, the end of standard error for a complaint."""

import contextlib
import socket
import struct
from collections.abc import Iterator
from typing import Any

_COMPLAINT = 8192
_PART = 65536
_WRITE_S = 60  # for a piece that fits no buffer; a program that reads takes milliseconds


class Stream:
    """Both directions of one attachment; the engine multiplexes what comes out.

    Args:
        attached: what docker-py gives for a hijacked connection: a socket, or an object around one.
    """

    def __init__(self, attached: Any) -> None:
        self._attached = attached
        self._socket: socket.socket = getattr(attached, "_sock", attached)
        self._socket.settimeout(None)
        # A container that stops reading must not stop us; Python then raises an OSError like any other.
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", _WRITE_S, 0))
        self.complaint = b""

    def write(self, data: bytes) -> None:
        """Write to the container's standard input."""
        self._socket.sendall(data)

    def limit_silence(self, seconds: float) -> None:
        """From now on `chunks` raises an OSError when nothing comes for so long."""
        whole = max(1, int(seconds))
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", whole, 0))

    def chunks(self) -> Iterator[bytes]:
        """What the container prints to standard output, in pieces of at most 64 KiB, until it ends."""
        while header := self._exactly(8):
            kind, length = struct.unpack(">BxxxL", header)
            while length:
                part = self._socket.recv(min(length, _PART))
                if not part:
                    return
                length -= len(part)
                if kind == 1:
                    yield part
                else:
                    self.complaint = (self.complaint + part)[-_COMPLAINT:]

    def await_end(self, seconds: float) -> None:
        """End the container's input and wait until it has ended, `seconds` at most; what it still prints is dropped."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)
            self._socket.settimeout(seconds)
            while self._socket.recv(_PART):
                pass

    def shut(self) -> None:
        """End both directions; whoever reads or writes wakes up. The descriptor stays until `close`."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Let go of the streams."""
        self.shut()
        self._attached.close()

    def _exactly(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            part = self._socket.recv(count - len(data))
            if not part:
                return b""
            data += part
        return data
