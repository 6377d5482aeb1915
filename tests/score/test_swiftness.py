"""The speed criteria: the candidate-friendly end where it is uncertain, ties below the noise, never worse for being faster."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.assignment.model import CriterionWeight, Door, Rules
from grader.results.model import Test, Timing
from grader.results.observations import Pace
from grader.score import curves, swiftness, total
from grader.score.evidence import Evidence

TEST = Test("t", "a", "T", "passed", 1.0, 1.0, 0.0, 0.0, 1.0, "count")
RULES = Rules("grader.assignment/1", "sample", Door("import", ("answer",)), criteria={"pace": CriterionWeight(10)})


def timed(ratio, width=0.02, case="sum", **more):
    return Timing(case, 15, ratio, ratio * (1 - width), ratio * (1 + width), **more)


def grown(slope, reference=1.0, width=0.02):
    return timed(
        1.0,
        slope=slope,
        slope_low=slope - width,
        slope_high=slope + width,
        slope_reference=reference,
        slope_reference_low=reference - width,
        slope_reference_high=reference + width,
    )


WRONG = Timing("rank", 3, None, None, None, "a wrong answer at size 10", "wrong")
UNKNOWN = Timing("rank", 3, None, None, None, "the time limit of all speed cases (speed_s) was used up", "not_measured")


def evidence(*timings, noise=0.0, pace=None):
    return Evidence((TEST,), timings=timings, noise=noise, pace=pace)


# ---------------------------------------------------------------- run time
@pytest.mark.parametrize(
    ("timing", "noise", "score", "why"),
    [
        (timed(2.0), 0.01, 60.5, "sum 2.00x"),
        (timed(1.004), 0.01, 100, "sum 1.00x: a tie within this host's noise of 1.0%"),
        (timed(0.5), 0.01, 100, "sum 0.50x"),
        (timed(1.11), 0.02, 100, "sum 1.11x: full points within this host's noise of 2.0%"),
        (timed(1.11), 0.0, 99.4, "sum 1.11x"),
        (timed(2.0, 0.25, inconclusive=True), 0.01, 79.5, "sum 2.00x: inconclusive by 25% so 1.50x counts"),
    ],
)
def test_a_ratio_is_told_with_its_doubt(timing, noise, score, why):
    mark = swiftness.runtime(evidence(timing, noise=noise))

    assert (mark.score, mark.why) == (pytest.approx(score, abs=0.05), why)


def test_cases_come_together_by_the_geometric_mean_of_their_ratios():
    both = swiftness.runtime(evidence(timed(1.5), timed(3.0, case="rank"))).score

    assert both == pytest.approx(curves.ratio((1.5 * 3.0) ** 0.5))


def test_no_case_buys_another_off():
    fast_and_slow = swiftness.runtime(evidence(timed(0.01), timed(4.0, case="rank"))).score
    hopeless = swiftness.runtime(evidence(timed(1.0), timed(100.0, case="rank"))).score

    assert fast_and_slow == pytest.approx((100 + curves.ratio(4.0)) / 2)
    assert hopeless == 50.0  # no less than a wrong answer there would leave


def test_a_wrong_case_earns_nothing_and_one_that_is_not_measured_costs_nothing():
    assert swiftness.runtime(evidence(timed(1.0), WRONG)).score == 50.0
    assert swiftness.runtime(evidence(timed(1.0), UNKNOWN)).score == 100.0
    assert swiftness.runtime(evidence(UNKNOWN)).score is None


def test_each_case_says_why_it_is_not_measured():
    mark = swiftness.runtime(evidence(timed(1.3), UNKNOWN))

    assert mark.why == "sum 1.30x, rank: the time limit of all speed cases (speed_s) was used up"


ratios = st.floats(0.2, 20)
widths = st.floats(0.001, 0.5)


@given(ratios, widths, st.booleans(), st.floats(0.05, 1), st.floats(0, 0.1))
def test_a_lower_ratio_never_lowers_the_total(ratio, width, inconclusive, share, noise):
    slow = timed(ratio, width, inconclusive=inconclusive)
    fast = timed(ratio * share, width, inconclusive=inconclusive)

    before, after = (total.total_of(RULES, evidence(each, WRONG, noise=noise)) for each in (slow, fast))

    assert after >= before


@given(ratios, widths, st.floats(0, 0.1), st.floats(0, 0.1))
def test_more_noise_never_lowers_the_total(ratio, width, noise, more):
    quiet, loud = (total.total_of(RULES, evidence(timed(ratio, width), noise=level)) for level in (noise, noise + more))

    assert loud >= quiet


@given(ratios, widths)
def test_doubt_never_costs_anything(ratio, width):
    sure, unsure = (total.total_of(RULES, evidence(timed(ratio, width, inconclusive=doubt))) for doubt in (False, True))

    assert unsure >= sure


# ---------------------------------------------------------------- growth
@pytest.mark.parametrize(("slope", "score"), [(0.5, 100), (1.0, 100), (1.15, 100), (1.575, 50), (2.0, 0), (3.0, 0)])
def test_growth_is_scored_by_how_much_steeper_it_is_than_the_references(slope, score):
    assert swiftness.growth(evidence(grown(slope))).score == pytest.approx(score)


def test_a_steep_reference_is_the_measure():
    assert swiftness.growth(evidence(grown(2.0, reference=2.0))).score == 100


def test_an_uncertain_slope_counts_at_its_friendly_end():
    mark = swiftness.growth(evidence(grown(1.6, width=0.2)))

    assert mark.score == pytest.approx(curves.steeper(0.2))
    assert mark.why.endswith(": inconclusive so a difference of 0.20 counts")


def test_classes_are_named_with_their_doubt():
    assert swiftness.growth(evidence(grown(2.0, 1.08))).why == (
        "sum grows about as n²–n² log n (slope 2.00 in 1.98 to 2.02)"
        " beside n–n log n (slope 1.08 in 1.06 to 1.10) of the reference"
    )
    assert "log n–n/n–n log n (slope 0.79 in 0.77 to 0.81)" in swiftness.growth(evidence(grown(0.79))).why


@pytest.mark.parametrize(
    ("slope", "name"),
    [
        (0.0, "1–log n"),
        (0.5, "log n–n"),
        (1.0, "n–n log n"),
        (1.11, "n–n log n"),
        (2.0, "n²–n² log n"),
        (3.1, "> n² log n"),
    ],
)
def test_n_and_n_log_n_are_never_told_apart(slope, name):
    assert swiftness.named(slope) == name


def test_without_slopes_growth_is_not_measured():
    mark = swiftness.growth(evidence(timed(1.0)))

    assert (mark.score, mark.why) == (
        None,
        "growth needs six doubling sizes of which four take over 5 ms and six rounds through them",
    )


@given(st.floats(0, 3), st.floats(0, 2), st.floats(0.001, 0.5))
def test_a_flatter_slope_never_lowers_the_total(slope, less, width):
    steep, flat = (total.total_of(RULES, evidence(grown(each, width=width))) for each in (slope, slope - less))

    assert flat >= steep


# ---------------------------------------------------------------- pace
def worked(hours, budget=3.0, self_reported=True):
    return Pace(self_reported, (), hours * 3600, hours * 3600, budget and budget * 3600, "a rule")


@pytest.mark.parametrize(("hours", "score"), [(0.1, 100), (3, 100), (3.75, 75), (4.5, 50), (6.75, 25), (9, 0), (99, 0)])
def test_pace_is_full_to_the_budget_half_at_one_and_a_half_and_nothing_from_three(hours, score):
    assert swiftness.pace(evidence(pace=worked(hours))).score == pytest.approx(score)


def test_pace_weighs_nothing_unless_an_assignment_says_so():
    measured = evidence(timed(1.0), pace=worked(9))

    free = total.grade(replace(RULES, criteria={}), measured)

    criterion = next(criterion for criterion in free.criteria if criterion.id == "pace")
    assert (criterion.state, criterion.score, criterion.max_points, free.score.total) == (
        "information",
        0.0,
        0.0,
        100.0,
    )
    assert criterion.why == "about 9.0 h of a budget of 3 h (self-reported)"


@pytest.mark.parametrize(
    ("pace", "why"),
    [
        (None, "nobody knows when it was worked on: only a revision of a repository has a history"),
        (worked(2, budget=None), "the assignment names no time budget"),
    ],
)
def test_an_unknown_pace_is_not_measured(pace, why):
    mark = swiftness.pace(evidence(pace=pace))

    assert (mark.score, mark.why) == (None, why)


@given(st.floats(0, 20), st.floats(0, 1))
def test_less_time_never_lowers_the_total(hours, share):
    slow, quick = (total.total_of(RULES, evidence(timed(3.0), pace=worked(each))) for each in (hours, hours * share))

    assert quick >= slow
