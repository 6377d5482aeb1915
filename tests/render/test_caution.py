"""Every output says where the tests and the submission shared a process, and where a grade is held for review."""

import json
from dataclasses import replace
from xml.etree import ElementTree as Tree

import pytest
from rich.console import Console

from grader.render import formats, html, terminal
from grader.render.caution import GLASS_OFF
from grader.results import file
from grader.results.model import Reason
from grader.results.redact import redact


@pytest.fixture
def shared(results):
    """A run whose tests shared a process with the submission."""
    return replace(results, glass="off")


def on_a_terminal(results):
    console = Console(width=200, force_terminal=False)
    with console.capture() as shown:
        console.print(terminal.summary(results))
    return shown.get()


def properties(results):
    root = Tree.fromstring(formats.named("junit").render(results).encode())
    return [{p.get("name"): p.get("value") for p in suite.iter("property")} for suite in root]


@pytest.mark.parametrize("audience", ["candidate", "reviewer"])
def test_both_reports_begin_with_it(shared, results, audience):
    page = html.render(redact(shared, audience), audience)
    other = html.render(redact(results, audience), audience)

    assert page.index(GLASS_OFF) < page.index('id="summary" aria-label')
    assert GLASS_OFF not in other


def test_the_summary_and_the_terminal_say_it(shared, results):
    texts = [formats.named("md").render(shared), on_a_terminal(shared)]
    others = [formats.named("md").render(results), on_a_terminal(results)]

    assert [GLASS_OFF in text for text in texts] == [True, True]
    assert [GLASS_OFF in text for text in others] == [False, False]


def test_machines_read_it_in_every_suite_and_run(shared):
    sarif = json.loads(formats.named("sarif").render(shared))

    assert {suite["glass"] for suite in properties(shared)} == {"off"}
    assert sarif["runs"][0]["properties"] == {"glass": "off", "verdict": "failed"}
    assert json.loads(file.text(shared))["glass"] == "off"


def test_a_grade_that_is_held_shows_why_beside_its_score(shared):
    held = replace(shared, reason=Reason("G332", "held for review: 3 tests passed their own contradiction"))

    page = html.render(redact(held, "candidate"), "candidate")
    summary = formats.named("md").render(held)

    assert "held for review: 3 tests passed their own contradiction" in page
    assert "49.0" in page
    assert "G332: held for review" in summary
    assert {suite["reason"] for suite in properties(held)} == {
        "G332: held for review: 3 tests passed their own contradiction"
    }


def test_what_a_submission_could_write_into_a_message_is_not_the_candidates_to_read(shared):
    shown = [test for test in redact(shared, "candidate").tests if test.revealed == "all"]

    assert [(test.message, test.detail, test.output, test.source) for test in shown] == [(None,) * 4] * 2


def test_public_tests_keep_their_messages_without_the_glass(shared):
    shown = [test for test in redact(replace(shared, level="public"), "candidate").tests if test.revealed == "all"]

    assert [test.message for test in shown] == ["message-canary-all-8", "message-canary-all-9"]
