"""What a user reads when files or a revision can't be read: every line of it."""

import os
import subprocess

import pytest

from grader.errors import GraderError, NotGradable, UsageError
from grader.intake.source import take


def whole(error: GraderError) -> tuple[str, str, str, str]:
    return error.code, error.what, error.why, error.do


def test_a_file_that_may_not_be_read(as_nobody):
    folder = as_nobody / "ada"
    folder.mkdir()
    (folder / "secret.py").write_text("x = 1\n")
    (folder / "secret.py").chmod(0)

    with pytest.raises(NotGradable) as caught:
        take(str(folder))

    assert whole(caught.value) == (
        "G205",
        "ada: secret.py can't be read (Permission denied)",
        "A submission may hold regular files below its own folder, within the limits. Nothing was unpacked.",
        "Verdict: not gradable. Make it readable.",
    )


@pytest.mark.parametrize(
    ("locked", "mode", "what"),
    [
        (".", 0, "ada: it can't be read (Permission denied)"),
        (".", 0o444, "ada: answer.py can't be read (Permission denied)"),
        ("pkg", 0, "ada: pkg can't be read (Permission denied)"),
        ("pkg", 0o444, "ada: pkg/b.py can't be read (Permission denied)"),
    ],
    ids=["the folder", "not to be entered", "a folder in it", "one not to be entered"],
)
def test_a_folder_that_may_not_be_read(as_nobody, locked, mode, what):
    folder = as_nobody / "ada"
    (folder / "pkg").mkdir(parents=True)
    (folder / "answer.py").write_text("x = 1\n")
    (folder / "pkg/b.py").write_text("b = 1\n")
    (folder / locked).chmod(mode)

    with pytest.raises(NotGradable) as caught:
        take(str(folder))

    assert (caught.value.code, caught.value.what) == ("G205", what)


def test_an_archive_that_may_not_be_read_is_not_called_damaged(as_nobody):
    archive = as_nobody / "ada.zip"
    archive.write_bytes(b"PK")
    archive.chmod(0)

    with pytest.raises(NotGradable) as caught:
        take(str(archive))

    assert (caught.value.code, caught.value.what) == ("G205", "ada: it can't be read (Permission denied)")


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
