"""How a revision came about: its commits, oldest first, as data; nothing of it runs, refuses or decides."""

import subprocess

import pytest

from grader.intake import history, source
from grader.results.observations import Commit

LOG = "@1767265200\n\n3\t1\tanswer.py\n-\t-\tlogo.png\n@1767261600\n\n10\t0\tanswer.py\n2\t0\tREADME.md\n"


def test_commits_come_oldest_first_with_the_lines_that_they_changed():
    assert history.commits(LOG) == (Commit("2026-01-01T10:00:00Z", 12), Commit("2026-01-01T11:00:00Z", 4))


@pytest.mark.parametrize("stamp", ["", "-5", "0", "99999999999", "9" * 400, "1e9", "١٢٣"])
def test_a_time_that_is_none_is_left_out(stamp):
    assert history.commits(f"@{stamp}\n\n1\t1\tx.py\n") == ()


def test_a_name_can_not_pass_for_a_commit():
    assert history.commits('@1767261600\n\n1\t0\t"a\\n@1767265200\\n9\\t9\\tb"\n') == (
        Commit("2026-01-01T10:00:00Z", 1),
    )


@pytest.fixture
def repository(tmp_path):
    """A repository of two commits, whose own configuration and attributes name programs."""
    folder = tmp_path / "repo"
    folder.mkdir()

    def git(*arguments, at="2026-01-01T10:00:00+0100"):
        identity = {
            "GIT_AUTHOR_NAME": "a",
            "GIT_AUTHOR_EMAIL": "a@x",
            "GIT_COMMITTER_NAME": "a",
            "GIT_COMMITTER_EMAIL": "a@x",
        }
        dates = {"GIT_AUTHOR_DATE": at, "GIT_COMMITTER_DATE": "2026-03-01T00:00:00+0000"}
        subprocess.run(
            ["git", *arguments],
            cwd=folder,
            check=True,
            capture_output=True,
            env={**identity, **dates, "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        )

    git("init", "--quiet", "--initial-branch", "main")
    for name, command in (
        ("diff.evil.command", "external"),
        ("diff.evil.textconv", "textconv"),
        ("gpg.program", "gpg"),
    ):
        git("config", name, f"touch {tmp_path}/{command} #")
    git("config", "log.showSignature", "true")
    (folder / ".gitattributes").write_text("*.py diff=evil\n")
    (folder / "answer.py").write_text("x = 1\ny = 2\n")
    git("add", ".")
    git("commit", "--quiet", "-m", "@1767261600\n1\t1\tx")
    (folder / "answer.py").write_text("x = 1\n")
    git("commit", "--quiet", "-a", "-m", "two", at="2026-01-01T10:20:00+0100")
    return folder


def test_a_revision_brings_its_history_by_its_authors_clocks(repository, tmp_path):
    before = set(tmp_path.iterdir())

    taken = source.take(f"{repository}@main")

    assert taken.commits == (Commit("2026-01-01T09:00:00Z", 3), Commit("2026-01-01T09:20:00Z", 1))
    assert set(tmp_path.iterdir()) == before  # no program of the repository's ran


def test_an_earlier_revision_has_the_history_up_to_it(repository):
    assert len(source.take(f"{repository}@main~1").commits) == 1


def test_a_folder_brings_none_even_with_a_repository_in_it(repository):
    assert source.take(str(repository)).commits == ()


def test_the_history_is_no_part_of_the_content(repository):
    assert source.take(f"{repository}@main").digest == source.take(str(repository)).digest
