"""The analysers' service: JSON lines in, JSON lines out, a forked child under limits for each submission.

Started as `python3 -I main.py [--lib DIR]`. A file that kills a parser costs itself: where the child dies of one, another child
analyses the submission with care, file by file in children of its own. Nothing of a submission is executed; its files get names
of ours on disk.
"""

import argparse
import gc
import json
import os
import resource
import signal
import sys
import time
from pathlib import Path

_HERE = Path(__file__).resolve().parent
_WALL_S, _CPU_S = 60, 50
_QUICK_WALL_S, _QUICK_CPU_S = 12, 10  # without care: enough for every submission but those that need some
_OWN_S = 20  # of CPU: who got that much had a fair chance
_MEMORY = 2048 * 1024 * 1024  # of address space for data; an analyser reserves one GiB of it and touches little
_ANSWER_BYTES = 12 * 1024 * 1024


def main(arguments):
    """Serve until standard input ends, then end."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--lib", default="")
    options = parser.parse_args(arguments)
    sys.path[:0] = [str(_HERE), *([options.lib] if options.lib else [])]
    out, requests = os.dup(1), os.fdopen(os.dup(0), "rb")
    os.dup2(2, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the host's to handle
    gc.disable()  # what is imported stays
    import analyse

    analyse.warm(options.lib)
    gc.freeze()  # a child that looked through all that is here for garbage would copy it
    gc.enable()
    for line in requests:
        _answer(out, analyse, json.loads(line), options.lib)
    os._exit(0)  # nothing is left to tidy up, and somebody waits


def _answer(out, analyse, request, library):
    """One submission, without care and, where that fails, with care; what doesn't answer in time is said to have failed."""
    started, worked_s = time.monotonic(), 0.0
    for is_careful, wall_s, cpu_s in ((False, _QUICK_WALL_S, _QUICK_CPU_S), (True, _WALL_S, _CPU_S)):
        answer, is_late, used_s = _child(
            lambda careful=is_careful: analyse.analyse(request, library, careful), started + wall_s, cpu_s
        )
        worked_s += used_s
        if answer:
            break
    body = json.loads(answer) if answer else _failure(is_late, worked_s)
    line = json.dumps({"type": "analysed", "run": request["run"], **body}).encode("ascii") + b"\n"
    while line:
        line = line[os.write(out, line) :]


def _child(work, deadline, cpu_s):
    """What a function says in a child of its own: bytes of JSON or nothing, whether it was too slow, seconds of CPU."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            _become_child(cpu_s)
            with os.fdopen(writing, "wb") as pipe:
                pipe.write(json.dumps(work()).encode("ascii"))
        finally:
            os._exit(0)  # whatever was raised: this process never returns into the service's loop
    os.close(writing)
    answer, is_late = _read(reading, deadline)
    return answer, is_late, _end(child)


def _failure(is_late, worked_s):
    """Why there is no answer; it is the submission's own doing but where a busy machine left its analysis no time."""
    why = "the analysers took too long" if is_late else "the analysers died"
    return {"failed": why, "own": not is_late or worked_s >= _OWN_S}


def _become_child(cpu_s):
    os.setsid()
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))
    resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read(descriptor, deadline):
    """All that the child wrote, or nothing where it was too slow or said too much; and whether it was too slow."""
    import select

    parts, size = [], 0
    with os.fdopen(descriptor, "rb", buffering=0) as pipe:
        while True:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([pipe], [], [], left)[0]:
                return b"", True
            part = pipe.read(1 << 16)
            if not part:
                break
            parts.append(part)
            size += len(part)
            if size > _ANSWER_BYTES:
                return b"", False
    answer = b"".join(parts)
    return answer if answer.endswith(b"}") else b"", False


def _end(child):
    """The child and all that it started are gone afterwards; returns the seconds of CPU that they used."""
    try:
        os.killpg(child, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass
    used = os.wait4(child, 0)[2]
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main(sys.argv[1:])
