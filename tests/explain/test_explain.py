"""`grader explain`: offline, whatever way a code is spelled; the closest for what isn't known."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from grader import bundled
from grader.errors import NotGraded, UsageError
from grader.explain import texts
from grader.explain.lookup import explain
from grader.explain.texts import Explanation
from grader.sandbox import linter

FOLDER = bundled.path("reports") / "explain"
ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("asked", "code", "kind"),
    [
        ("G102", "G102", "error"),
        ("g102", "G102", "error"),
        ("own tests", "own_tests", "criterion"),
        ("not-gradable", "not_gradable", "word"),
        ("timeout", "timeout", "word"),
        ("min_share", "min_share", "word"),
        ("ARCH003", "ARCH003", "rule"),
        ("cognitive-complexity", "cognitive-complexity", "rule"),
        ("F401", "F401", "rule"),
        ("mutable-argument-default", "B006", "rule"),
    ],
)
def test_a_code_is_found_however_it_is_spelled(asked, code, kind):
    found = explain(asked, FOLDER)

    assert (found.code, found.kind) == (code, kind)


@pytest.mark.parametrize(
    ("asked", "closest"), [("F4011", "F401"), ("securty", "security"), ("G1102", "G102"), ("crash", "crashed")]
)
def test_what_is_not_known_is_answered_with_the_closest(asked, closest):
    with pytest.raises(UsageError) as caught:
        explain(asked, FOLDER)

    assert (caught.value.code, caught.value.what, caught.value.why, caught.value.do) == (
        "G517",
        f"nothing is known of {asked!r}",
        "Explained are errors, criteria, rules of the analysers, verdicts, outcomes and gates. "
        f'The closest that is known is "{closest}".',
        "Correct the code; it stands in the message or the report.",
    )


def test_what_resembles_nothing_is_told_what_codes_look_like():
    with pytest.raises(UsageError, match="nothing is known of '\\?\\?'") as caught:
        explain("??", FOLDER)

    assert caught.value.why.endswith("Codes are such as G102, F401, own_tests.")


def test_a_section_is_a_heading_and_paragraphs(tmp_path):
    for name in ("criteria.md", "words.md", "rules.md"):
        (tmp_path / name).write_text("# Nothing\n")
    (tmp_path / "errors.md").write_text(
        "# Errors\n\nAbout.\n\n## G101: it is gone\nOne\ntwo.\n\nThree.\n\n## G102: bad\nFour.\n"
    )

    assert texts.own(tmp_path) == {
        "G101": Explanation("G101", "error", "it is gone", "One\ntwo.\n\nThree."),
        "G102": Explanation("G102", "error", "bad", "Four."),
    }


def test_every_rule_that_the_analysers_ask_for_is_explained_in_ruffs_own_words():
    flags = (ROOT / "runners/quality/linting.py").read_text()
    asked = re.search(r"--select=([\w,]+)", flags)[1].split(",")

    codes = texts.ruff(linter.rules())

    assert [family for family in asked if not any(re.fullmatch(rf"{family}\d+", code) for code in codes)] == []
    assert codes["F401"].text.startswith("Checks for unused imports.\n\nUnused imports add a performance overhead")


def test_a_linter_that_says_nothing_is_our_fault_and_says_what_to_do(monkeypatch):
    monkeypatch.setattr(linter.sys, "executable", "/bin/true")

    with pytest.raises(NotGraded) as caught:
        linter.rules()

    assert (str(caught.value), caught.value.why, caught.value.do) == (
        "ruff doesn't say its rules: it printed nothing",
        "Its rules are explained in its own words, which come with it.",
        "Install the grader again, from its lock file: make setup",
    )


def test_the_command_prints_prose_to_the_width_of_the_screen_and_code_as_it_is():
    done = _grader("explain", "UP006", COLUMNS="60")

    assert done.returncode == 0
    assert max(len(line) for line in done.stdout.splitlines()[2:] if not line.startswith("    ")) <= 60
    assert "    from typing import List" in done.stdout.splitlines()


def test_the_command_says_what_a_criterion_is():
    assert _grader("explain", "growth", COLUMNS="80").stdout == (
        "growth (criterion): growth\n"
        "\n"
        "Pillar speed. How much faster the time grows with the size of the input than the\n"
        "reference's does: the difference of the slopes of log(time) over log(size). Up\n"
        "to 0.15 scores 100, from 1.0 on 0, a straight line between.\n"
    )


def test_the_command_gives_data_to_scripts():
    assert json.loads(_grader("explain", "g499", "--json").stdout)["title"] == "grader itself failed"


def test_an_error_names_the_command_that_explains_it():
    done = _grader("explain", "G000")

    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].endswith("More: grader explain G517")


def _grader(*arguments, **environment):
    import os

    command = [sys.executable, "-m", "grader", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **environment})
