"""A git revision as a submission: objects are read as data; no checkout, no hook, no filter, no configuration of theirs."""

import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from grader import temporary
from grader.errors import UsageError
from grader.intake import history
from grader.intake.rules import Basket, Caps
from grader.quote import quote
from grader.results.observations import Commit

_SAFE = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "protocol.allow=never",
    "protocol.https.allow=always",
    "protocol.ssh.allow=always",
    "protocol.file.allow=always",
    "uploadpack.packObjectsHook=",
    "safe.bareRepository=all",
)
_HISTORY_S = 10.0
_POINTER = b"version https://git-lfs.github.com/spec/"


def collect(repository: str, revision: str, basket: Basket, caps: Caps) -> tuple[Commit, ...]:
    """Put a revision's regular files into the basket; returns the history that led to it, as far as it can be read.

    Raises:
        NotGradable: a rule is broken.
        UsageError: no such repository or revision, or git is not installed.
    """
    with temporary.folder("git") as folder:
        bare = folder / "bare.git"
        _git(
            [
                "clone",
                "--quiet",
                "--bare",
                "--no-local",
                "--template=",
                "--",
                _address(repository),
                str(bare),
            ],
            caps,
        )
        commit = _commit(bare, repository, revision, caps)
        for mode, name, path in _entries(_git(["-C", str(bare), "ls-tree", "-r", "-z", "--full-tree", commit], caps)):
            checked = basket.check(path)
            if mode not in ("100644", "100755"):
                basket.leave(checked, "a link" if mode == "120000" else "a submodule")
            elif not basket.leave(checked):
                basket.put(checked, _blob(bare, name, checked, basket, caps))
        return _history(bare, commit, caps)


def _history(bare: Path, commit: str, caps: Caps) -> tuple[Commit, ...]:
    """Information, so what takes too long or is damaged is none, and refuses nothing."""
    brief = replace(caps, seconds=min(caps.seconds, _HISTORY_S))
    try:
        log = _git(["-C", str(bare), *history.ARGUMENTS, commit, "--"], brief)
    except UsageError:
        return ()
    return history.commits(log.decode("utf-8", "replace"))


def _commit(bare: Path, repository: str, revision: str, caps: Caps) -> str:
    if revision.startswith("-"):
        raise _unknown(repository, revision)
    try:
        found = _git(
            ["-C", str(bare), "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"], caps
        )
    except UsageError as cause:
        raise _unknown(repository, revision) from cause
    return found.decode("ascii").strip()


def _entries(listing: bytes) -> Iterator[tuple[str, str, str]]:
    for entry in listing.split(b"\0"):
        if entry:
            facts, _, path = entry.partition(b"\t")
            mode, _, name = facts.decode("ascii").split(" ")
            yield mode, name, path.decode("utf-8", "surrogateescape")


def _blob(bare: Path, name: str, path: str, basket: Basket, caps: Caps) -> bytes:
    size = int(_git(["-C", str(bare), "cat-file", "-s", name], caps))
    if size > basket.room():
        raise basket.too_large(path)
    content = _git(["-C", str(bare), "cat-file", "blob", name], caps)
    if content.startswith(_POINTER):
        basket.leave(path, "kept as a pointer: its content lies in large file storage")
    return content


def _address(repository: str) -> str:
    return repository if "://" in repository or not os.path.exists(repository) else os.path.abspath(repository)


def _git(arguments: list[str], caps: Caps) -> bytes:
    environment = {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "HOME": os.devnull,
        "PATH": os.defpath,
        "LC_ALL": "C",
    }
    settings = [part for setting in _SAFE for part in ("-c", setting)]
    try:
        done = subprocess.run(  # noqa: S603
            ["git", *settings, *arguments],  # noqa: S607  (found on the default path)
            capture_output=True,
            env=environment,
            timeout=caps.seconds,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except FileNotFoundError as cause:
        raise _failed("git is not installed", "Install git, or hand in a folder or an archive.") from cause
    except subprocess.TimeoutExpired as cause:
        raise _failed("git takes too long", "Hand in a folder or an archive instead.") from cause
    if done.returncode:
        raise _failed(
            quote(done.stderr.decode("utf-8", "replace").strip(), 200), "See that the repository can be reached."
        )
    return done.stdout


def _failed(what: str, do: str) -> UsageError:
    return UsageError(
        "G209", f"the revision can't be read: {what}", "It is read from git's objects, never checked out.", do
    )


def _unknown(repository: str, revision: str) -> UsageError:
    return UsageError(
        "G210",
        f"no revision {quote(revision)} in {quote(repository)}",
        "A submission from git is graded at one commit.",
        "Name a branch, a tag or a commit that the repository has. Nothing was run.",
    )
