"""Packages from wheels, collected on the host by pip: for runner images by hash, for an assignment by version.

An assignment names each package that may be imported as `name==version`; what these need themselves is named too, for
nothing is resolved. What was collected once is kept below the user's cache folder, named by what it was collected from.
"""

import contextlib
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from grader.errors import NotGraded
from grader.quote import quote

PIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?==[A-Za-z0-9][A-Za-z0-9.+!_-]*")
_PLATFORMS = {"amd64": "x86_64", "arm64": "aarch64"}
_GLIBC = ("manylinux_2_28", "manylinux_2_17", "manylinux2014")
_PIP = (sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile")
_WAIT_S = 600
_LEFT_OUT = {"__pycache__", "bin"}


def lay_out(wanted: Sequence[str], folder: Path, python: str, machine: str) -> str:
    """Install wheels into a folder, and nothing that they depend on; returns what pip complains of, or nothing.

    Args:
        wanted: pip's arguments for what is wanted: requirements, or `--requirement FILE`.
        folder: is made.
        python: the version that will import them, such as `3.12.1`.
        machine: its machine, such as `x86_64`, of Linux; empty for this interpreter's own platform.
    """
    there = [f"--platform={glibc}_{_PLATFORMS.get(machine, machine)}" for glibc in _GLIBC]
    there += ["--implementation=cp", f"--python-version={'.'.join(python.split('.')[:2])}"]
    options = ["--no-deps", "--only-binary=:all:", *(there if machine else ()), f"--target={folder}"]
    try:
        done = subprocess.run(  # noqa: S603  (pip of this environment)
            [*_PIP, *options, *wanted], capture_output=True, text=True, check=False, timeout=_WAIT_S
        )
    except (OSError, subprocess.TimeoutExpired) as cause:
        return f"pip: {cause}"
    return "" if done.returncode == 0 else done.stderr.strip() or "pip gave no reason"


def collect(pins: Sequence[str], python: str, machine: str) -> Path:
    """Return a folder with an assignment's packages, ready to be put on a path; collected where it isn't kept yet.

    Args:
        pins: `name==version`, each as `PIN` says.
        python: the version that will import them.
        machine: its machine; empty for this interpreter's own platform.

    Raises:
        NotGraded: G422, pip can't get them.
    """
    cache = _cache()
    kept = cache / fingerprint(pins, python, machine)
    if kept.is_dir():
        return kept
    with tempfile.TemporaryDirectory(prefix="new-", dir=cache) as folder:
        complaint = lay_out(["--", *pins], Path(folder, "site"), python, machine)
        if complaint:
            raise _unavailable(pins, python, complaint)
        try:
            Path(folder, "site").rename(kept)
        except OSError:
            if not kept.is_dir():  # else another run was quicker
                raise
    return kept


def fingerprint(pins: Sequence[str], python: str, machine: str) -> str:
    """What names a collection: equal for equal packages of equal Pythons, in whatever order they are named."""
    told = [".".join(python.split(".")[:2]), machine or sys.platform, *sorted(pins)]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]


def files(folder: Path) -> Mapping[str, bytes]:
    """A collection's files by their path below the folder."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        name.as_posix(): path.read_bytes()
        for path in paths
        if not _LEFT_OUT.intersection((name := path.relative_to(folder)).parts)
    }


@contextlib.contextmanager
def beside(installed: Path, pins: Sequence[str], python: str) -> Iterator[Path]:
    """A folder of what is installed here, with an assignment's packages in the place of other versions of them."""
    if not pins:
        yield installed
        return
    kept = collect(pins, python, "")
    with tempfile.TemporaryDirectory(prefix="grader-lib-") as folder:
        Path(folder).chmod(0o755)
        both = Path(shutil.copytree(kept, Path(folder, "lib")))
        replaced = {path.name for path in kept.iterdir()}
        for path in installed.iterdir():
            if path.name not in replaced:
                _link(path, both / path.name)
        yield both


def _link(path: Path, target: Path) -> None:
    """Have a file or a folder in a second place, without its bytes where the file system can do that."""
    if path.is_dir():
        shutil.copytree(path, target, copy_function=_link_file)
    else:
        _link_file(str(path), str(target))


def _link_file(path: str, target: str) -> None:
    try:
        os.link(path, target)
    except OSError:
        shutil.copy2(path, target)


def _cache() -> Path:
    for folder in (Path("~/.cache/grader/packages").expanduser(), Path(tempfile.gettempdir(), f"grader-{os.getuid()}")):
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except (OSError, RuntimeError):
            continue
        if os.access(folder, os.W_OK) and folder.stat().st_uid == os.getuid():
            return folder
    return Path(tempfile.mkdtemp(prefix="grader-packages-"))


def _unavailable(pins: Sequence[str], python: str, complaint: str) -> NotGraded:
    last = complaint.splitlines()[-1].removeprefix("ERROR: ")
    return NotGraded(
        "G422",
        f"the packages {quote(', '.join(pins), 200)} can't be collected for Python {python}: {quote(last, 300)}",
        "An assignment names them under [environment]; pip takes wheels of exactly these versions, and builds nothing.",
        "See that this machine reaches a package index and that the versions exist. Nothing was run.",
    )
