"""Criteria of quality: each formula by an example, and what to do next about each."""

import pytest

from grader.assignment.model import Door, Rules
from grader.results.model import Finding, Function, Measurement, Test
from grader.results.observations import Check, OwnTests, Planted
from grader.score import quality, total
from grader.score.evidence import Evidence

RULES = Rules("grader.assignment/1", "sample", Door("import", ("answer",)))
PASSED = (Test("t", "a", "T", "passed", 1.0, 1.0, 0.0, 0.0, 1.0, "count"),)


def finding(rule, message="m", fixable=False):
    return Finding("ruff", rule, "a.py", 1, 1, "low", message, None, fixable)


def sized(lloc, reference=None, lines=None):
    known = (("lloc", lloc), ("reference lloc", reference), ("reference size", lines))
    return tuple(Measurement(name, value, "lines") for name, value in known if value is not None)


def own(caught, of, coverage=0.9, passes=True, tests=3):
    return OwnTests(tests, passes, tuple(Planted(f"p{n}", n < caught) for n in range(of)), coverage)


@pytest.mark.parametrize(
    ("findings", "lloc", "reference", "score"),
    [
        ([], 100, None, 100.0),
        ([finding("E501")] * 15, 100, None, 50.0),  # log2(16) = 4 layout
        ([finding("B006")] * 3, 100, None, 50.0),  # log2(4) = 2 bugs
        ([finding("I001", fixable=True)] * 30, 100, None, 50.0),  # half of 30 is 15
        ([finding("B006")] * 3, 1000, 100, 100 * 2 ** (-2 / 1.5 / 2)),  # size counts up to 150
        ([finding("B006")], 1, None, 100 * 2 ** (-1 / 40 * 100 / 2)),  # and from 40
        ([finding("unparsable")], 100, None, 100 * 2**-4),
        ([finding("code-in-text")] * 2, 100, None, 100 * 2**-8),
        ([finding("S102"), finding("ARCH001")], 100, None, 100.0),  # other criteria's
    ],
    ids=["none", "layout", "bugs", "mended by a tool", "bulk", "tiny", "unread", "hidden", "others"],
)
def test_style(findings, lloc, reference, score):
    evidence = Evidence((), sized(lloc, reference), tuple(findings), analysed=1, analysable=1)

    assert quality.style(evidence).score == pytest.approx(score)


def test_shares_of_complexity_are_of_at_most_one_and_a_half_times_the_reference():
    hard = Function("a.py", "hard", 1, 30, 30)
    bulk = Function("a.py", "bulk", 9, 970, 1)

    evidence = Evidence((), sized(100, 100, 100), (), (hard, bulk), analysed=1, analysable=1)

    assert quality.complexity(evidence).score == pytest.approx(100 - 100 * 30 / 150)


@pytest.mark.parametrize(("percent", "score"), [(0, 100), (3, 100), (14, 50), (25, 0), (80, 0)])
def test_duplication(percent, score):
    evidence = Evidence((), (Measurement("duplication", percent, "%"),), analysed=1, analysable=1)

    assert quality.duplication(evidence).score == pytest.approx(score)


def test_what_could_not_be_read_takes_its_share_along():
    evidence = Evidence((), (Measurement("duplication", 0, "%"), *sized(100)), analysed=3, analysable=4)

    assert (quality.duplication(evidence).score, quality.security(evidence).score) == (75.0, 75.0)


@pytest.mark.parametrize(
    ("tests", "score"),
    [
        (own(5, 8), 62.5),
        (own(8, 8, coverage=0.49), 50.0),
        (own(2, 8, coverage=0.1), 25.0),
        (own(8, 8, coverage=None), 50.0),
        (own(8, 8, passes=False), 0.0),
        (own(0, 8, tests=0, passes=False), 0.0),
        (own(0, 0), None),
        (None, None),
    ],
    ids=[
        "some",
        "little covered",
        "both",
        "coverage unknown",
        "fail on the reference",
        "none",
        "nothing planted",
        "not run",
    ],
)
def test_own_tests(tests, score):
    assert quality.own_tests(Evidence((), own_tests=tests)).score == score


def test_a_checklist_is_the_share_of_what_is_met():
    asked = [Check("docs", str(n), n < 3, f"why {n}") for n in range(4)]
    checks = (*asked, Check("hygiene", "x", False, "junk"))

    assert quality.docs(Evidence((), checks=checks)).score == 75.0
    assert quality.hygiene(Evidence((), checks=checks)).why == "junk"


@pytest.mark.parametrize(
    ("messages", "score"),
    [
        ([], 100.0),
        (["layers: a -> b"], 90.0),
        (["layers: a -> b"] * 4, 70.0),
        (["layers: a -> b", "forbid 1: a -> os (R9: no)"], 80.0),
        ([f"max {n}: x" for n in range(10)], 0.0),
    ],
    ids=["none", "once", "four times", "two rules", "all"],
)
def test_architecture(messages, score):
    found = tuple(finding("ARCH001", message) for message in messages)

    assert quality.architecture(Evidence((), (Measurement("architecture rules", 10, "rules"),), found)).score == score


def test_a_missing_name_costs_its_share_whole_however_often():
    found = (finding("ARCH004", "require a:B: it is not there"),) * 2

    assert quality.architecture(Evidence((), (Measurement("architecture rules", 4, "rules"),), found)).score == 75.0


def test_what_is_not_measured_is_no_zero():
    marks = [
        mark(Evidence(())).score for mark in (quality.style, quality.complexity, quality.duplication, quality.docs)
    ]

    assert marks == [None] * 4


def test_each_criterion_of_quality_says_what_to_do_next():
    evidence = Evidence(
        tests=PASSED,
        measurements=(*sized(100), Measurement("duplication", 20, "%")),
        checks=(Check("docs", "readme-run", False, "there is no README that says how", "README.md"),),
        own_tests=own(1, 4),
        analysed=1,
        analysable=1,
    )

    ideas = total.grade(RULES, evidence).improvements

    assert {(idea.title, idea.criterion, idea.place) for idea in ideas} == {
        ("Share the 20 % of the code that stand twice", "duplication", None),
        ("There is no README that says how", "docs", "README.md"),
        ("Test what the brief promises, so that each planted fault is caught", "own_tests", None),
    }


def test_hidden_code_that_is_gone_is_no_longer_unread():
    hidden = Evidence(PASSED, sized(100), (finding("code-in-text"),), analysed=1, analysable=2)

    [idea] = total.grade(RULES, hidden).improvements

    assert idea.total_after == 100.0
