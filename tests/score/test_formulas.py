"""docs/score.md says what the curves do: its examples are computed."""

import re
from pathlib import Path

import pytest

from grader.score import curves

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "score.md").read_text()


def examples(criterion):
    """The last cell of a criterion's row, as pairs of what is measured and the score."""
    [row] = re.findall(rf"^\| {criterion} \|.*$", PAGE, re.MULTILINE)
    return [example.split(": ") for example in row.split("|")[-2].strip().split(", ")]


@pytest.mark.parametrize(
    ("criterion", "curve"),
    [
        ("style", lambda said: curves.density(*(float(dict(re.findall(r"(\w)=(\d+)", said)).get(n, 0)) for n in "lo"))),
        (
            "complexity",
            lambda said: curves.profile(*(int(dict(re.findall(r"(\w)=(\d+)", said)).get(n, 0)) / 100 for n in "abct")),
        ),
        ("duplication", lambda said: curves.copies(float(said.rstrip(" %")))),
        ("own tests", lambda said: curves.catches(int(said[0]) / int(said[-1]), 0.9)),
        ("security", lambda said: curves.risk(0, "medium" in said, "high" in said)),
        ("run time", lambda said: curves.ratio(float(said))),
    ],
)
def test_the_examples_of_the_page_are_what_the_curves_give(criterion, curve):
    told = {said: float(score) for said, score in examples(criterion)}

    assert {said: round(curve(said), 1) for said in told} == told


def test_the_page_names_every_criterion():
    from grader.assignment.criteria import CRITERIA

    named = re.sub(r"[ ,]+", " ", PAGE.lower())
    aliases = {"own_tests": "own tests", "runtime": "run time"}
    assert [name for name in CRITERIA if aliases.get(name, name) not in named] == []
