"""The examiner's main program: JSON lines in, JSON lines out, a process a suite, forks for each run.

    host ── stdin ──▶ main ── one socket pair a suite ──▶ suite process: collects once, forks workers per `grade`
                       └────── one socket pair a slot ──▶ the run on that slot: `slot` and `dead` messages
    host ◀─ stdout ── whoever has something to say, a whole line at a time

Started as `python3 -I main.py --slots N --slot-root DIR [--lib DIR]`; it ends with its standard input. The messages are
described in ../wire/README.md. Nothing of a submission runs here: what the tests touch lives behind `glass.Slot`.
"""

import argparse
import gc
import os
import signal
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

_HERE = Path(__file__).resolve().parent


def main(arguments: list[str]) -> NoReturn:
    """Serve until standard input ends, then end."""
    options = _options(arguments)
    sys.path[:0] = [str(_HERE), str(_HERE.parent / "wire"), *([options.lib] if options.lib else [])]
    gc.disable()  # what is imported stays
    import router  # only now can it be found: -I keeps this folder off the path
    import shut
    import voice

    gc.freeze()
    gc.enable()
    shut.shut()
    work = tempfile.mkdtemp(prefix="examiner-")
    os.environ["TMPDIR"] = tempfile.tempdir = work  # pytest's folders, too: other runs of it clear the common one
    requests = os.fdopen(os.dup(0), "rb")
    voice.claim_stdout(Path(work) / "voice.lock")
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the host's to handle
    router.Router(options.slots, options.slot_root, Path(work)).serve(requests)
    os._exit(0)  # nothing is left to tidy up, and somebody waits


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--slots", type=int, default=1)
    parser.add_argument("--slot-root", default="/slots")
    parser.add_argument("--lib", default="")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
