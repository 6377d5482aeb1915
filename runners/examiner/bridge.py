"""Sits on a slot in a candidate's place, where no unix socket passes between sandboxes, and carries what it hears.

    examiner ── SLOT/socket ── this program ── standard input and output ── the host, unread ── the candidate's supervisor

Started by the host in the examiner's container, once a candidate: `python3 -I bridge.py --slot DIR`. The first bytes on its
standard input are the key of ../wire/relay.py; it ends with its standard input, or when the examiner lets go of the slot.
"""

import argparse
import select
import socket
import sys
from pathlib import Path

_HERE = Path(__file__).resolve().parent
_CONNECT_S = 60.0  # the examiner listens from the request that names the slot on


def main(arguments: list[str]) -> int:
    """Serve one candidate."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--slot", required=True)
    options = parser.parse_args(arguments)
    sys.path.insert(0, str(_HERE.parent / "wire"))
    import relay

    key = b""
    while len(key) < relay.KEY_BYTES:
        part = sys.stdin.buffer.raw.read(relay.KEY_BYTES - len(key))  # type: ignore[attr-defined]
        if not part:
            return 1
        key += part
    connection = _connected(f"{options.slot}/socket")
    if connection is None:
        return 1
    relay.Relay(0, 1, key, 0, connection).run()
    return 0


def _connected(address: str) -> socket.socket | None:
    """Connect as soon as the examiner listens; None where the host lets go first, or it never does."""
    hung_up = select.poll()
    hung_up.register(0, select.POLLHUP)
    for _ in range(int(_CONNECT_S / 0.005)):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.connect(address)
            return connection
        except OSError:
            connection.close()
        if any(event & select.POLLHUP for _, event in hung_up.poll(5)):
            return None
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
