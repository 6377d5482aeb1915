"""ruff under our rules alone: nothing that a submission brings along is asked, be it a file or a comment."""

import json
import subprocess
import sys
import time
from functools import cache
from pathlib import Path

_FLAGS = [
    "check",
    "--isolated",
    "--ignore-noqa",
    "--no-respect-gitignore",
    "--no-cache",
    "--exit-zero",
    "--output-format=json",
    "--line-length=120",
    "--target-version=py311",
    "--select=F,B,PLE,SIM,C4,PERF,UP,N,I,E,W,S,ERA",
]
_RUFF_S = 20
_ALONE = {"RAYON_NUM_THREADS": "1"}  # the container has one core
_OWN = 200  # of the submission's modules that ruff is told of, for the order of imports


class Run:
    """One run of ruff over some files, beside whatever else there is to do.

    Args:
        library: where our packages are.
        names: the submission's name of each file, by its path on disk.
    """

    def __init__(self, library, names):
        self._library, self._names = library, names
        self._own = sorted({part.removesuffix(".py") for name in names.values() for part in name.split("/")[:2]})
        self._process = self._start(list(names)) if names else None

    def together(self, end):
        """Wait for what it found in all files; None where it ended abnormally on one of them.

        Args:
            end: when to stop, by the monotonic clock.
        """
        return _wait(self._process, self._names, end) if self._process else []

    def findings(self, end):
        """The same, with the files that it could not judge: one file costs one file."""
        found = self.together(end)
        return (found, set()) if found is not None else self._one_by_one(end)

    def _one_by_one(self, end):
        findings, broken = [], set()
        for path, name in self._names.items():
            found = _wait(self._start([path]), self._names, end) if time.monotonic() < end else None
            if found is None:
                broken.add(name)
            else:
                findings += found
        return findings, broken

    def _start(self, paths):
        first_party = json.dumps([name for name in self._own if name.isidentifier() and name.isascii()][:_OWN])
        own = f"--config=lint.isort.known-first-party = {first_party}"
        command = [ruff(self._library), *_FLAGS, own, "--", *map(str, paths)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd="/", env=_ALONE)


def _wait(process, names, end):
    left = min(_RUFF_S, end + _RUFF_S / 2 - time.monotonic())
    try:
        out = process.communicate(timeout=max(0.0, left))[0]
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return None
    return [_finding(found, names) for found in json.loads(out)] if process.returncode == 0 else None


def _finding(found, names):
    return {
        "rule": found["code"] or "unparsable",
        "path": names[Path(found["filename"])],
        "line": found["location"]["row"],
        "column": found["location"]["column"],
        "message": found["message"],
        "url": found["url"],
        "fixable": bool(found["fix"]) and found["fix"]["applicability"] == "safe",
    }


def ruff(library):
    """Ruff beside our packages in an image, beside the interpreter in an installation."""
    inside = Path(library, "bin", "ruff")
    return str(inside if inside.is_file() else Path(sys.prefix, "bin", "ruff"))


@cache
def version(library):
    """Which ruff it is."""
    said = subprocess.run([ruff(library), "--version"], capture_output=True, text=True, timeout=_RUFF_S, check=False)
    return said.stdout.strip().removeprefix("ruff ")
