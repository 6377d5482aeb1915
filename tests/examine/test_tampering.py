"""What outcomes of both halves prove: a pass that its contradiction shares is none, and odd runs are held."""

import pytest

from grader.examine.contradictions import Asked
from grader.examine.tampering import Alarm, weigh
from grader.examine.wire import Ruled


def told(meaning, outcome, id_="t.py::test_a"):
    return Asked(id_ or "c.py::test_c", 0, id_, meaning), Ruled(id_, outcome, None, None, None, 0.0, 0.0)


def pairs(count, real, contradicted):
    return [
        one
        for n in range(count)
        for one in (told("real", real, f"t.py::test_{n}"), told("value", contradicted, f"t.py::test_{n}"))
    ]


def outcomes(weighed):
    return [one.outcome for one in weighed.ruled.values()]


def test_a_pass_whose_contradiction_fails_counts():
    weighed = weigh([told("real", "passed"), told("value", "failed")], [], is_vetted=True)

    assert (outcomes(weighed), weighed.held, weighed.notes) == (["passed"], None, ())


def test_a_pass_that_its_contradiction_shares_is_none():
    weighed = weigh([told("real", "passed"), told("turned", "passed")], [], is_vetted=True)

    assert outcomes(weighed) == ["failed"]
    assert weighed.held == "held for review: 1 test passed, and so did the contradiction of each"
    assert weighed.notes == ("these passed, and so did the contradiction of each: t.py::test_a",)


def test_without_a_right_solution_to_compare_with_it_is_a_sign_alone():
    weighed = weigh([told("real", "passed"), told("value", "passed")], [], is_vetted=False)

    assert outcomes(weighed) == ["passed"]
    assert weighed.held == "held for review: 1 test passed, and so did the contradiction of each"


@pytest.mark.parametrize("outcome", ["failed", "error", "timeout", "memory", "crashed", "not_run"])
def test_whatever_is_no_pass_contradicts_nothing(outcome):
    weighed = weigh([told("real", outcome), told("value", "passed")], [], is_vetted=True)

    assert (outcomes(weighed), weighed.held) == ([outcome], None)


def test_passing_by_chance_where_the_expected_values_were_changed_is_odd_when_it_is_often():
    often = weigh([*pairs(4, "failed", "passed"), *pairs(0, "passed", "failed")], [], is_vetted=True)
    seldom = weigh([*pairs(3, "failed", "passed")], [], is_vetted=True)

    assert often.held == "held for review: 4 tests passed only where what they expect had been changed"
    assert seldom.held is None


@pytest.mark.parametrize(("meaning", "outcome"), [("must_fail", "passed"), ("must_pass", "failed")])
def test_a_canary_that_ends_as_in_no_honest_run_is_a_sign(meaning, outcome):
    weighed = weigh([told("real", "passed"), told(meaning, outcome, "")], [], is_vetted=True)

    assert outcomes(weighed) == ["passed"]
    assert weighed.held == "held for review: 1 test of our own ended as in no honest run"


@pytest.mark.parametrize("outcome", ["crashed", "timeout", "not_run", "error"])
def test_a_canary_that_a_crash_took_along_is_no_sign(outcome):
    weighed = weigh([told("must_pass", outcome, "")], [], is_vetted=True)

    assert weighed.held is None


def test_a_doubled_result_is_no_pass():
    asked, ruled = told("real", "passed")

    weighed = weigh([(asked, ruled)], [Alarm("doubled", asked, "")], is_vetted=True)

    assert outcomes(weighed) == ["failed"]
    assert weighed.held == "held for review: 1 test gave more than one result"


def test_what_holds_a_grade_names_no_hidden_test_but_its_notes_do():
    asked, ruled = told("real", "passed", "t.py::test_secret")

    weighed = weigh(
        [(asked, ruled)],
        [Alarm("patched", asked, "builtins.len"), Alarm("changed", None, "test_secret.py")],
        is_vetted=True,
    )

    assert outcomes(weighed) == ["passed"]
    assert weighed.held == (
        "held for review: 1 test ran with pytest or Python itself patched; files of the tests or of pytest were changed"
    )
    assert "t.py::test_secret (builtins.len)" in weighed.notes[0]
