"""Files through the parsers, with care in a child under limits: all in one, and where that dies one by one.

A parser that recurses, hangs or hoards is not heard again; the file that did it is one that could not be analysed.
"""

import json
import os
import resource
import time

import foreign
import python_file

_FILE_S = 10
_FILE_MEMORY = 1700 * 1024 * 1024  # of address space for data, most of it reserved and never touched
_FILE_BYTES = 1024 * 1024
_ANSWER_BYTES = 64 * 1024 * 1024
_FUNCTIONS = 20_000
_TOKENS = 600_000  # some 75,000 lines; all are held in memory at once


def warm():
    """Run the parsers once, in this process, over a line of ours."""
    _figures("warm.py", "python", b"def add(a, b):\n    return a + b\n", ["warm.py"])


def measured(files, end, is_careful):
    """Every file's figures; who exhausts the analysers has files that were not analysed, never a better score.

    Args:
        files: (language, content) by path.
        end: when to stop, by the monotonic clock.
        is_careful: whether what kills a parser may cost one file alone, and not this process.
    """
    together = _together(files, is_careful)
    done, room, left = [], _FUNCTIONS, _TOKENS
    for name, (language, content) in files.items():
        file = together.get(name) or _alone(name, language, content, list(files), end)
        room, left = room - len(file.get("functions", ())), left - len(file.get("tokens", ()))
        if room < 0:
            file = unread(name, language, f"the submission has over {_FUNCTIONS:,} functions")
        if left < 0:
            file = unread(name, language, f"the submission has over {_TOKENS:,} tokens")
        done.append(file)
    return done


def _together(files, is_careful):
    """All files at once, where they are few and small; nothing where the child did not live to say it."""
    if sum(len(content) for _, content in files.values()) > _FILE_BYTES:
        return {}
    names = list(files)

    def work():
        return {name: _figures(name, *file, names) for name, file in files.items()}

    found = (_in_child(work) or {}) if is_careful else work()
    return {name: {"path": name, "language": files[name][0], **answer} for name, answer in found.items()}


def unread(name, language, why):
    """A file that could not be analysed."""
    return {"path": name, "language": language, "state": "unparsable", "why": why, "line": 1}


def _alone(name, language, content, sources, end):
    if time.monotonic() > end:
        return unread(name, language, "there was no time left for it")
    if len(content) > _FILE_BYTES:
        return unread(name, language, "it is over one MiB")
    answer = _in_child(lambda: _figures(name, language, content, sources))
    if answer is None:
        return unread(name, language, "a parser died on it or ran out of time or memory")
    return {"path": name, "language": language, **answer}


def _figures(name, language, content, sources):
    if language == "python":
        return python_file.measured(name, content, sources)
    return foreign.measured(name, language, content)


def _in_child(work):
    """What a function returns in a child under limits; None where the child did not live to say it."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            resource.setrlimit(resource.RLIMIT_CPU, (_FILE_S, _FILE_S))
            resource.setrlimit(resource.RLIMIT_DATA, (_FILE_MEMORY, _FILE_MEMORY))
            with os.fdopen(writing, "wb") as pipe:
                pipe.write(json.dumps(work()).encode("ascii"))
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        answer = pipe.read(_ANSWER_BYTES)
        is_whole = not pipe.read(1)
    status = os.waitpid(child, 0)[1]
    return json.loads(answer) if status == 0 and answer.endswith(b"}") and is_whole else None
