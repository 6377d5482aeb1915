"""A revision's history as git tells it: when something was committed by its author's clock, and how many lines changed. Pure."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from grader.results.observations import Commit

MOST = 500  # commits that are kept, the latest
_FORMAT = "@%at"
ARGUMENTS = (
    "log",
    f"--max-count={MOST}",
    f"--format={_FORMAT}",
    "--numstat",
    "--no-renames",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--no-show-signature",
    "--no-mailmap",
)
_EPOCH_END = 4_102_444_800  # the year 2100: later times are no times
_LINES = re.compile(r"(\d{1,12})\t(\d{1,12})\t")


def commits(log: str) -> tuple[Commit, ...]:
    """Read what git printed for ARGUMENTS, oldest commit first; a commit whose time is none is left out."""
    return tuple(sorted(_commits(log), key=lambda commit: commit.at))


def _commits(log: str) -> Iterator[Commit]:
    for block in re.split(r"^@", log, flags=re.MULTILINE)[1:]:
        stamp, _, changes = block.partition("\n")
        if stamp.isascii() and stamp.isdigit() and 0 < int(stamp[:15]) < _EPOCH_END:
            moment = datetime.fromtimestamp(int(stamp), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            yield Commit(moment, sum(_changed(line) for line in changes.splitlines()))


def _changed(line: str) -> int:
    """Lines that a row of the statistics adds and removes; a binary file has none."""
    found = _LINES.match(line)
    return int(found[1]) + int(found[2]) if found else 0
