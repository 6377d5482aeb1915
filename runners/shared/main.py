"""PID 1 of a container that tests and submission share: JSON lines in, JSON lines out; runs no line of the submission.

Started as `python3 -I main.py --work DIR --lib DIR --deadline S`; it ends with its standard input. The messages are described
in ../wire/README.md. Nobody in the container can reach it: it is not dumpable, and the kernel shields PID 1 from signals.
"""

import argparse
import ctypes
import os
import sys
import time
from pathlib import Path

_HERE = Path(__file__).resolve().parent
_PR_SET_DUMPABLE, _PR_SET_CHILD_SUBREAPER = 4, 36


def main(arguments):
    """Serve until standard input ends or the deadline passes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--lib", required=True)
    parser.add_argument("--deadline", type=float, default=3600.0)
    options = parser.parse_args(arguments)
    libc = ctypes.CDLL(None)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    sys.path[:0] = [str(_HERE), str(_HERE.parent / "init")]
    import keeper  # only now can it be found: -I keeps this folder off the path

    requests, out = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    keeper.Keeper(options.work, options.lib, out).serve(requests, time.monotonic() + options.deadline)


if __name__ == "__main__":
    main(sys.argv[1:])
