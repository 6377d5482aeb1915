"""What a user reads when files or a revision can't be read: every line of it."""

import os
import subprocess
import tempfile
from pathlib import Path

import pytest

from grader.errors import GraderError, NotGradable, UsageError
from grader.intake.source import take


def whole(error: GraderError) -> tuple[str, str, str, str]:
    return error.code, error.what, error.why, error.do


@pytest.fixture
def as_nobody():
    """A folder, read by a user who is not its owner, also where the tests run as root."""
    with tempfile.TemporaryDirectory(prefix="grader-test-") as name:
        Path(name).chmod(0o755)
        is_root = os.geteuid() == 0
        if is_root:
            os.seteuid(65534)
        try:
            yield Path(name)
        finally:
            if is_root:
                os.seteuid(0)


def test_a_file_that_may_not_be_read(as_nobody):
    folder = as_nobody / "ada"
    if os.getuid() == 0:
        os.seteuid(0)
    folder.mkdir()
    (folder / "secret.py").write_text("x = 1\n")
    (folder / "secret.py").chmod(0)
    if os.getuid() == 0:
        os.seteuid(65534)

    with pytest.raises(NotGradable) as caught:
        take(str(folder))

    assert whole(caught.value) == (
        "G205",
        "ada: secret.py can't be read (Permission denied)",
        "A submission may hold regular files below its own folder, within the limits. Nothing was unpacked.",
        "Verdict: not gradable. Make it readable.",
    )


@pytest.fixture
def repository(tmp_path):
    """A repository without a commit."""
    subprocess.run(["git", "init", "-q", tmp_path / "repo"], check=True)
    return tmp_path / "repo"


def test_a_revision_that_is_not_there(repository):
    with pytest.raises(UsageError) as caught:
        take(f"{repository}@v1")

    assert whole(caught.value) == (
        "G210",
        f"no revision v1 in {repository}",
        "A submission from git is graded at one commit.",
        "Name a branch, a tag or a commit that the repository has. Nothing was run.",
    )


def test_a_repository_that_git_can_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "defpath", str(tmp_path))  # where git is looked for

    with pytest.raises(UsageError) as caught:
        take(f"{tmp_path}@v1")

    assert whole(caught.value) == (
        "G209",
        "the revision can't be read: git is not installed",
        "It is read from git's objects, never checked out.",
        "Install git, or hand in a folder or an archive.",
    )
