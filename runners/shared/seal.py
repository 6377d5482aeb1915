"""Results as sealed lines: whoever writes one without the key, twice, or out of turn, gives himself away.

A line is 64 hexadecimal digits, a blank and JSON. The digits are an HMAC-SHA256 over the order's number, the line's own
number and the JSON. The key is drawn for each testing process and given to it before anything of the submission is there.
"""

import hmac
import json


class BrokenSeal(Exception):
    """A line that the holder of the key did not write, or not now."""


class Seal:
    """One side of one order's lines, which are counted.

    Args:
        key: shared with the other side.
        order: the number of the order that the lines answer.
    """

    def __init__(self, key, order):
        self._key, self._order, self._lines = key, order, 0

    def line(self, message):
        """The next line to write."""
        text = json.dumps(message).encode("ascii")
        return self._digest(text) + b" " + text + b"\n"

    def read(self, line):
        """The message of the next line that came.

        Raises:
            BrokenSeal: it isn't that.
        """
        digest, _, text = line.partition(b" ")
        if not hmac.compare_digest(self._digest(text), digest):
            raise BrokenSeal
        try:
            message = json.loads(text)
        except (ValueError, RecursionError) as garbage:
            raise BrokenSeal from garbage
        if type(message) is not dict:
            raise BrokenSeal
        return message

    def _digest(self, text):
        self._lines += 1
        return hmac.new(self._key, b"%d %d " % (self._order, self._lines) + text, "sha256").hexdigest().encode()
