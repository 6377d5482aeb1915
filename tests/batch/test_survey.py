"""What a batch knows of each submission before the first run, and that it grades just this."""

import errno

import pytest

from grader.batch import survey
from grader.errors import NotGraded, UsageError
from grader.intake.member import Member


def test_two_submissions_of_one_name_and_content_have_two_folders(tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder / "ada").mkdir(parents=True)
        (tmp_path / folder / "ada/answer.py").write_text("1")

    first, second = survey.survey([Member("Ada", str(tmp_path / f / "ada"), f) for f in ("a", "b")])

    assert second.id == f"{first.id}-2"
    assert second.same_as == first.id


def test_equal_files_that_grew_in_another_way_are_no_double(repository, tmp_path):
    members = [
        repository(tmp_path / "ada", "2026-01-01T10:00:00Z", "2026-01-01T11:00:00Z"),
        repository(tmp_path / "bob", "2026-01-02T10:00:00Z"),
        repository(tmp_path / "cyd", "2026-01-02T10:00:00Z"),
    ]

    ada, bob, cyd = survey.survey(members)

    assert ada.digest == bob.digest == cyd.digest
    assert (ada.same_as, bob.same_as, cyd.same_as) == (None, None, bob.id)


def test_unknown_repositories_are_all_named_before_anything_runs(repository, tmp_path):
    gone = [Member(name, f"{tmp_path}/{name}.git@HEAD", name, id=name) for name in ("ada", "bob")]

    with pytest.raises(UsageError) as caught:
        survey.survey([*gone, repository(tmp_path / "cyd", "2026-01-02T10:00:00Z")])

    first, *rest = caught.value.what.splitlines()
    assert (caught.value.code, caught.value.exit_code, first) == ("G607", 2, "2 submissions can't be found:")
    assert [line.split(":")[0].strip() for line in rest] == ["ada", "bob"]


def test_results_that_the_disk_can_not_hold_are_refused_with_both_figures(tmp_path):
    (tmp_path / "answer.py").write_text("1")
    listed = survey.survey([Member("ada", str(tmp_path), "ada")]) * 100

    with pytest.raises(UsageError) as caught:
        survey.require_room(listed, 10 * 1024**2)

    assert (caught.value.code, caught.value.what) == (
        "G605",
        "the results of 100 submissions take about 38.1 MiB, 10.0 MiB are free",
    )


def _emptied(folder):
    (folder / "answer.py").unlink()


def _deleted(folder):
    _emptied(folder)
    folder.rmdir()


def _changed(folder):
    (folder / "answer.py").write_text("2")


@pytest.mark.parametrize(
    ("what_happens", "told"),
    [
        (_changed, "ada changed while the batch ran"),
        (_emptied, "ada can't be read any more: ada: it holds no file"),
        (_deleted, "ada can't be read any more: no submission at {folder}"),
    ],
)
def test_what_changes_while_it_waits_is_not_graded_for_what_it_became(tmp_path, what_happens, told):
    folder = tmp_path / "ada"
    folder.mkdir()
    (folder / "answer.py").write_text("1")
    (listed,) = survey.survey([Member("ada", str(folder), "ada")])

    what_happens(folder)
    with pytest.raises(NotGraded) as caught:
        survey.take(listed)

    assert (caught.value.code, caught.value.what) == ("G606", told.format(folder=folder))


def test_a_disk_that_fails_meanwhile_is_no_fault_of_the_submission(tmp_path, monkeypatch):
    (tmp_path / "answer.py").write_text("1")
    (listed,) = survey.survey([Member("ada", str(tmp_path), "ada")])

    def failing(_path):
        raise OSError(errno.EIO, "Input/output error", "answer.py")

    monkeypatch.setattr(survey.intake, "take", failing)
    with pytest.raises(NotGraded) as caught:
        survey.take(listed)

    assert (caught.value.code, caught.value.what) == ("G606", "ada can't be read any more: Input/output error")


def test_a_history_that_goes_on_while_it_waits_is_the_one_that_it_had(repository, tmp_path):
    (listed,) = survey.survey([repository(tmp_path / "ada", "2026-01-01T10:00:00Z")])

    repository(tmp_path / "ada", "2026-01-01T11:00:00Z")

    assert survey.take(listed).commits == listed.commits
