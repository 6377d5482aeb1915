"""The pace of delivery: a rule that anybody can follow, and a budget that is written one way."""

import pytest

from grader.assignment import duration
from grader.results.observations import Commit, Pace
from grader.speed import pace


def at(*clocks):
    return tuple(Commit(f"2026-01-{clock}:00Z", 1) for clock in clocks)


@pytest.mark.parametrize(
    ("clocks", "active_h", "elapsed_h"),
    [
        (["01T10:00"], 0.5, 0),
        (["01T10:00", "01T10:59"], 0.5 + 59 / 60, 59 / 60),
        (["01T10:00", "01T11:00"], 1.0, 1),
        (["01T10:00", "01T10:30", "02T10:00", "02T10:30"], 2.0, 24.5),
        (["01T10:00", "01T10:00", "01T10:00"], 0.5, 0),
    ],
    ids=["one commit", "one sitting", "a pause of an hour", "two evenings", "all at once"],
)
def test_short_gaps_count_and_half_an_hour_before_each_sitting(clocks, active_h, elapsed_h):
    found = pace.pace(at(*clocks), 3 * 3600)

    assert (found.active_s, found.elapsed_s) == (pytest.approx(active_h * 3600), pytest.approx(elapsed_h * 3600))


def test_what_comes_from_a_repository_is_self_reported_and_names_its_rule():
    commits = at("01T10:00")

    assert pace.pace(commits, None) == Pace(
        True, commits, 1800.0, 0.0, None, "gaps under 60 min count, and 30 min before each sitting"
    )


def test_without_a_history_nothing_is_known():
    assert pace.pace((), 3600) is None


@pytest.mark.parametrize(("text", "seconds"), [("3h", 10800), ("90m", 5400), ("1h30m", 5400), ("999h", 3596400)])
def test_a_budget_is_hours_and_minutes(text, seconds):
    assert duration.seconds(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "3", "3 h", "h", "-3h", "0h", "3h0m", "1.5h", "30m1h", "3H", "3d", "٣h", "3h\n", "1000h"]
)
def test_anything_else_is_no_budget(text):
    assert duration.seconds(text) is None
