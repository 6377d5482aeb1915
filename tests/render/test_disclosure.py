"""What is hidden stays hidden: canaries in every part of a record, looked for in everything that a candidate gets."""

import json
from dataclasses import replace

import pytest

from grader.render import annotations, formats, html, terminal
from grader.results import file
from grader.results.observations import Planted
from grader.results.redact import redact

LEVELS = ["nothing", "count", "names", "inputs", "all"]
PARTS = ["title", "message", "detail", "source", "output", "code", "test", "calls"]
SHOWN = {
    "nothing": [],
    "count": [],
    "names": ["title"],
    "inputs": ["title", "calls"],
    "all": ["title", "message", "detail", "output", "test", "calls"],
}


def everything(results):
    """All texts that leave a run for its candidate: the report in both languages, every format, the terminal, CI lines."""
    from io import StringIO

    from rich.console import Console

    shown = redact(results, "candidate")
    screen = StringIO()
    Console(file=screen, width=500).print(terminal.summary(shown))
    yield from (html.render(results, "candidate", lang) for lang in ("en", "nl"))
    yield from (each.render(results) for each in formats.FORMATS.values())
    yield from ("\n".join(annotations.lines(shown, provider)) for provider in ("github", "gitlab", "generic"))
    yield file.text(shown)
    yield screen.getvalue()


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("part", PARTS)
def test_a_test_is_told_as_far_as_its_level_allows_and_nowhere_further(results, level, part):
    number = 2 * LEVELS.index(level) + 1  # the failing one
    canary = f"{part}-canary-{level}-{number}" if part != "test" else f"test_canary-{level}-{number}"

    told = [canary in text for text in everything(results)]

    assert any(told) == (part in SHOWN[level])


def test_the_reviewers_report_has_all_of_it(results):
    page = html.render(results, "reviewer")

    everywhere = ["own-output-canary", "suppressed-canary", "planted-canary-1", "note-canary", "difference-canary-1"]
    everywhere.append("difference-canary-2")
    of_tests = [f"{part}-canary-nothing-1" for part in ("title", "message", "source", "detail", "output")]
    assert [canary for canary in [*everywhere, *of_tests] if canary not in page] == []


@pytest.mark.parametrize(
    "canary",
    ["own-output-canary", "planted-canary", "suppressed-canary", "note-canary", "difference-canary", "0.0375"],
)
def test_what_is_for_reviewers_reaches_no_candidate(results, canary):
    assert [canary in text for text in everything(results)].count(True) == 0


def test_a_candidate_learns_how_many_planted_faults_were_caught_and_not_which(results):
    own = redact(results, "candidate").own_tests

    assert own.planted == (Planted("fault-1", True), Planted("fault-2", False))
    assert "They catch 1 of 2 planted faults." in html.render(results, "candidate")


def test_of_a_group_at_nothing_not_even_the_number_of_tests_is_told(results):
    shown = redact(results, "candidate")

    group = next(group for group in shown.groups if group.revealed == "nothing")
    assert (group.passed, group.tests, group.points) == (0, 0, 5.0)
    assert next(c for c in shown.criteria if c.id == "tests").why == "25 of 50 points"


def test_no_step_names_a_group_of_which_only_the_points_are_told(results):
    together = replace(results.improvements[0], place="group-nothing, group-count")

    shown = redact(replace(results, improvements=(together, *results.improvements)), "candidate")

    assert shown.improvements == results.improvements


def test_what_went_wrong_in_a_hidden_file_of_inputs_is_not_quoted(results):
    why = "its inputs file raised KeyError: 'canary'"
    broken = replace(results.speed[-1], why=why)
    runtime = replace(results.criteria[-1], why=f"one 1.50x, four: {why}")

    shown = redact(replace(results, speed=(broken,), criteria=(runtime,)), "candidate")

    assert shown.speed[0].why == "its inputs file raised KeyError"
    assert shown.criteria[0].why == "one 1.50x, four: its inputs file raised KeyError"


def test_an_explanation_is_told_without_the_lines_of_the_test(results):
    shown = redact(results, "candidate")

    [detail] = {test.detail.replace("-9", "").replace("-8", "") for test in shown.tests if test.revealed == "all"}
    assert detail == (
        "E   AssertionError: assert [1, 2] == [1, 3] detail-canary-all\n"
        "E    +  where [1, 2] = f('x')\n"
        "E   --- in the candidate's code ---\n"
        'E     File "/grader/work/submission/a.py", line 2, in f'
    )


def test_public_tests_are_the_candidates_own_and_told_in_full(results):
    public = replace(results, level="public", tests=tuple(replace(test, revealed="all") for test in results.tests))

    assert "code-canary-nothing-1" in html.render(public, "candidate")


def test_reviewers_get_the_record_as_it_is(results):
    assert redact(results, "reviewer") is results


def test_what_was_told_can_be_told_again(results):
    once = redact(results, "candidate")

    assert json.loads(file.text(redact(once, "candidate"))) == json.loads(file.text(once))
