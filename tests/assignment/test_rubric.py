"""A rubric file: any of id, pillars, criteria, gates; strict, each mistake with its line and the closest key."""

import pytest

from grader.assignment import rubric
from grader.assignment.model import Weighting
from grader.errors import UsageError
from grader.results.model import Rubric

RECORDED = rubric.recorded(Weighting())


@pytest.fixture
def read(tmp_path):
    """Read the text of a rubric over a record's."""

    def from_text(text, base=RECORDED, assignment="sample"):
        (tmp_path / "rubric.toml").write_text(text)
        return rubric.read(tmp_path / "rubric.toml", base, assignment)

    return from_text


def test_what_a_file_leaves_out_stays_as_recorded(read):
    base = Rubric(
        pillars={"correctness": 60.0, "quality": 40.0, "speed": 0.0},
        criteria={**RECORDED.criteria, "docs": 50.0},
        gates={"min_share": 0.4, "security": "none", "accept_share": 0.9},
        balance="geometric",
    )

    found = read("[pillars]\nquality = 10\nspeed = 30\n[criteria.style]\nweight = 5\n[gates]\nmin_share = 0.6\n", base)

    assert rubric.recorded(found) == Rubric(
        pillars={"correctness": 60.0, "quality": 10.0, "speed": 30.0},
        criteria={**RECORDED.criteria, "docs": 50.0, "style": 5.0},
        gates={"min_share": 0.6, "security": "none", "accept_share": 0.9},
        balance="geometric",
    )


def test_an_empty_file_changes_nothing(read):
    assert rubric.recorded(read("")) == RECORDED


def test_the_id_of_the_records_assignment_is_welcome(read):
    assert rubric.recorded(read('id = "sample"\n')) == RECORDED


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param(
            "[pillars]\ncorrectnes = 20\n",
            '2: unknown key "correctnes" in [pillars]; the closest known key is "correctness"',
            id="unknown pillar",
        ),
        pytest.param(
            "\n[pillar]\nspeed = 20\n",
            '2: unknown key "pillar" in the top of the file; the closest known key is "pillars"',
            id="unknown table",
        ),
        pytest.param(
            "[criteria.stile]\nweight = 3\n",
            "1: there is no criterion 'stile'; the closest known is \"style\"",
            id="unknown criterion",
        ),
        pytest.param(
            "[criteria.style]\nweigth = 3\n",
            '2: unknown key "weigth" in [criteria.style]; the closest known key is "weight"',
            id="unknown key of a criterion",
        ),
        pytest.param(
            "[pillars]\nspeed = 30\n", "1: the pillars' weights sum to 100, these to 110", id="a sum that isn't 100"
        ),
        pytest.param("[criteria.docs]\nweight = -1\n", "2: a weight is 0 or more, and finite", id="a negative weight"),
        pytest.param(
            "[pillars]\nquality = -10\nspeed = 60\n", "2: a weight is 0 or more, and finite", id="a negative pillar"
        ),
        pytest.param(
            "[criteria.runtime]\nweight = 0\n[criteria.growth]\nweight = 0\n",
            "1: all criteria of speed weigh 0, yet the pillar has 20",
            id="all criteria 0",
        ),
        pytest.param(
            "[criteria.docs]\nweight = 'much'\n",
            """2: "weight" in [criteria.docs]: input should be a valid number, not 'much'""",
            id="a wrong type",
        ),
        pytest.param(
            "pillars = 3\n", '1: "pillars" in the top of the file: input should be an object, not 3', id="no table"
        ),
    ],
)
def test_a_mistake_is_named_with_its_line(read, tmp_path, text, told):
    with pytest.raises(UsageError) as caught:
        read(text)

    assert (caught.value.code, caught.value.exit_code) == ("G510", 2)
    assert (caught.value.what, caught.value.why, caught.value.do) == (
        f"{tmp_path}/rubric.toml:{told}",
        "A misspelt key would silently change nothing, so every key is checked.",
        "Correct the file. Nothing was changed.",
    )


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param(
            b"[pillars\n", "Expected ']' at the end of a table declaration (at line 1, column 9)", id="no TOML"
        ),
        pytest.param(b"\xff", "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte", id="no UTF-8"),
    ],
)
def test_what_is_no_toml_is_told_where(tmp_path, content, told):
    path = tmp_path / "rubric.toml"
    path.write_bytes(content)

    with pytest.raises(UsageError) as caught:
        rubric.read(path, RECORDED, "sample")

    assert (caught.value.code, caught.value.what) == ("G510", f"{path}: {told}")


def test_a_rubric_for_another_assignment_is_refused(read, tmp_path):
    with pytest.raises(UsageError) as caught:
        read('# weights of last year\nid = "inventory"\n')

    assert (caught.value.code, caught.value.what, caught.value.why, caught.value.do) == (
        "G511",
        f"{tmp_path}/rubric.toml:2: this rubric is for 'inventory', the record is of 'sample'",
        "Weights are chosen for one assignment's criteria; another's would give a number that means nothing.",
        'Give the rubric of that assignment, or leave out "id" to use it for any. Nothing was changed.',
    )


def test_a_records_rubric_that_this_version_does_not_know_is_refused():
    newer = Rubric(RECORDED.pillars, {**RECORDED.criteria, "stylish": 10.0}, RECORDED.gates)

    with pytest.raises(UsageError) as caught:
        rubric.weighting(newer)

    assert (caught.value.code, caught.value.what) == (
        "G512",
        "the record's rubric can't be used: there is no criterion 'stylish'; the closest known is \"style\"",
    )


def test_a_record_without_a_rubric_is_scored_by_the_defaults():
    assert rubric.weighting(None) == Weighting()
