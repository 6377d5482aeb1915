"""What people mark by hand stands beside the score, and how far two of them agree is said."""

import random
from dataclasses import replace

import pytest

from grader.batch import rank, review
from grader.cli import batch_pages
from grader.errors import UsageError
from grader.render import batch_page
from grader.results.batch import Note


def marked(folder, text):
    folder.mkdir(exist_ok=True)
    (folder / "review.toml").write_text(text)


def test_marks_are_read_from_beside_the_results(three, tmp_path):
    marked(tmp_path / "ada", '[[mark]]\ncriterion = "naming"\nlevel = 3\nby = "EB"\nnote = "clear"\n')

    noted = review.noted(three, tmp_path)

    assert [entry.notes for entry in noted.entries] == [(Note("naming", 3, "EB", "clear"),), (), ()]


def test_the_page_shows_them_and_asks_for_a_talk_where_two_are_far_apart(three, tmp_path):
    both = (
        '[[mark]]\ncriterion = "naming"\nlevel = {}\nby = "{}"\nnote = "<b>{}"\n'.format(*row)
        for row in ((0, "EB", "no"), (4, "GH", "yes"))
    )
    marked(tmp_path / "ada", "".join(both))

    batch_pages.write_pages(three, tmp_path, tmp_path, "en")

    page = (tmp_path / "batch.html").read_text()
    assert "EB 0, GH 4" in page
    assert "talk</span>" in page
    assert "&lt;b&gt;no" in page


def test_a_mistake_names_file_and_line(tmp_path):
    marked(
        tmp_path,
        '[[mark]]\ncriterion = "naming"\nlevel = 7\nby = "EB"\n\n[[mark]]\ncriterion = "x"\nlevl = 2\nby = "EB"\n',
    )

    with pytest.raises(UsageError) as caught:
        review.read(tmp_path / "review.toml")

    assert str(caught.value) == (
        f'{tmp_path}/review.toml:8: unknown key "levl" in [[mark]]; the closest known key is "level"'
    )


def test_a_level_out_of_range_names_its_line(tmp_path):
    marked(tmp_path, '[[mark]]\ncriterion = "naming"\nlevel = 7\nby = "EB"\n')

    with pytest.raises(UsageError) as caught:
        review.read(tmp_path / "review.toml")

    assert str(caught.value) == f'{tmp_path}/review.toml:3: "level" is 0 to 4, not 7'


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([(0, 0), (4, 4), (2, 2)], 1.0),
        ([(0, 4), (4, 0), (0, 4), (4, 0)], -1.0),
        ([(2, 2), (2, 2)], None),
    ],
    ids=["agree", "opposed", "chance alone"],
)
def test_weighted_kappa(pairs, expected):
    assert review.kappa(pairs) == expected


def test_few_marks_in_common_say_nothing_of_agreement(three):
    notes = (Note("naming", 1, "EB"), Note("naming", 2, "GH"))
    record = replace(three, entries=(replace(three.entries[0], notes=notes), *three.entries[1:]))

    standing = rank.standing(record, random.Random(1))

    assert [(pair.a, pair.b, pair.marks, pair.kappa) for pair in standing.agreement] == [("EB", "GH", 1, None)]
    assert "too few" in batch_page.render(record, standing)
