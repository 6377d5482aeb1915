"""The ranking: ties by noise, weights, stability and what tests tell; pure arithmetic over a record."""

import heapq
import random
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.batch import clusters, items, rank, stability, totals, weights
from grader.results.batch import Block, Pair, Similarity
from grader.results.standing import Cluster, Item, Place, Stretch


def test_overlapping_bands_share_a_place_and_say_how_far_down_they_may_be(batch, entry):
    graded = rank.ranked(
        batch(entry("ada", 50, 80, 50, noise=10), entry("ben", 50, 80, 45, noise=10), entry("cleo", 20, 10, 10))
    )

    assert rank.places(graded) == (Place("ada", 1, 2, True), Place("ben", 1, 2, True), Place("cleo", 3, 3, False))


def test_what_has_no_grade_has_no_place(batch, entry, ungraded):
    graded = rank.ranked(batch(entry("ada", 50, 80, 50), ungraded("dan", "G312", "no module")))

    assert [found.id for found in graded] == ["ada"]


def test_who_leads_changes_at_exact_weights(three):
    rows = weights.weighing(three, rank.ranked(three)).rows

    assert rows[0] == (Stretch("ada", 0.0, pytest.approx(50 / 3)), Stretch("cleo", pytest.approx(50 / 3), pytest.approx(150 / 7)),
                       Stretch("ben", pytest.approx(150 / 7), 50.0))  # fmt: skip


scores = st.integers(0, 1000).map(lambda tenths: tenths / 10)
submissions = st.lists(
    st.tuples(
        st.integers(0, 500).map(lambda n: n / 10), scores, scores | st.none(), st.sampled_from([None, 49.0, 69.0])
    ),
    min_size=1,
    max_size=12,
)


PILLARS = {"correctness": 50.0, "quality": 30.0, "speed": 20.0}


@given(rows=submissions)
def test_break_points_agree_with_1001_weights_tried_one_by_one(rows, entry):
    entries = [entry(f"s{n}", *row[:3], cap=row[3]) for n, row in enumerate(rows)]
    lines = {found.id: totals.total(found, PILLARS) for found in entries}

    stretches = weights.exact(list(lines.values()))

    for step in range(1001):
        share = Fraction(step, 1000)
        best = heapq.nlargest(len(stretches), (one.at(share) for one in lines.values()))
        held = [{lines[s.id].at(share) for s in row if s.start <= share <= s.end} for row in stretches]
        assert all(total in holders for total, holders in zip(best, held, strict=True))


@given(rows=submissions)
def test_who_is_equal_all_along_a_stretch_is_named_beside_its_holder(rows, entry):
    entries = [entry(f"s{n}", *row[:3], cap=row[3]) for n, row in enumerate([*rows, rows[0]])]
    lines = {found.id: totals.total(found, PILLARS) for found in entries}

    for stretch in weights.exact(list(lines.values()))[0]:
        middle = Fraction((stretch.start + stretch.end) / 2)
        equal = {id_ for id_, one in lines.items() if one.at(middle) == lines[stretch.id].at(middle)}
        assert equal - {stretch.id} == set(stretch.beside)


def test_a_weight_that_was_not_measured_goes_to_the_rest_at_every_weight(entry):
    one = totals.total(entry("ada", 50.0, 70.0, None), PILLARS)

    assert [float(one.at(Fraction(share))) for share in (0, 0.4, 1)] == [85.0, 88.75, 100.0]


def test_a_lead_that_grading_never_ends_is_no_break_point(batch, entry):
    """Ann's speed wasn't measured: with more weight on speed, less of hers is on quality, where she loses points."""
    record = batch(entry("ann", 50.0, 70.0, None), entry("bob", 50.0, 60.0, 90.0))

    assert weights.weighing(record, rank.ranked(record)).rows[0] == (Stretch("ann", 0.0, 50.0),)


def test_two_totals_may_cross_at_a_weight_that_is_no_fraction(batch, entry):
    record = batch(entry("ann", 40.0, 50.0, None), entry("bob", 40.0, 45.0, 85.0))

    first = weights.weighing(record, rank.ranked(record)).rows[0]

    lines = [totals.total(found, PILLARS) for found in record.entries]
    share = Fraction(first[0].end) / 50
    assert [stretch.id for stretch in first] == ["ann", "bob"]
    assert float(lines[0].at(share)) == pytest.approx(float(lines[1].at(share)), abs=1e-9)


def test_without_a_weight_for_speed_its_scores_still_say_who_leads_with_one(batch, entry):
    record = batch(entry("ada", 50.0, 90.0, 10.0), entry("bob", 50.0, 60.0, 100.0))
    record = replace(
        record, rubric=replace(record.rubric, pillars={"correctness": 50.0, "quality": 50.0, "speed": 0.0})
    )

    found = weights.weighing(record, rank.ranked(record))

    assert (found.graded, [stretch.id for stretch in found.rows[0]]) == (0.0, ["ada", "bob"])


def test_equal_work_is_first_together(batch, entry):
    record = batch(entry("ada", 50, 80, 50), entry("ben", 50, 80, 50), entry("cleo", 20, 10, 10))

    first = weights.weighing(record, rank.ranked(record)).rows[0]
    steady = stability.steadiness(record.rubric, rank.ranked(record), random.Random(1))

    assert first == (Stretch("ada", 0.0, 50.0, ("ben",)),)
    assert [(row.first, row.low, row.high) for row in steady] == [(1.0, 1, 1), (1.0, 1, 1), (0.0, 3, 3)]


def test_a_geometric_balance_is_swept_and_said_to_be(three):
    found = weights.weighing(replace(three, rubric=replace(three.rubric, balance="geometric")), rank.ranked(three))

    assert (found.is_exact, [s.id for s in found.rows[0]]) == (False, ["ada", "cleo", "ben"])


def test_draws_follow_the_rubrics_balance(batch, entry):
    """A sum forgives Ada her speed, a geometric mean doesn't."""
    entries = entry("ada", 25.0, 100.0, 5.0), entry("bob", 25.0, 50.0, 50.0)
    first = {}
    for balance in ("additive", "geometric"):
        record = batch(*entries, balance=balance)
        first[balance] = [row.first for row in stability.steadiness(record.rubric, record.entries, random.Random(1))]

    assert first == {"additive": [1.0, 0.0], "geometric": [0.0, 1.0]}


def test_nobody_on_the_frontier_is_beaten_in_both(three, batch, entry):
    beaten = batch(*three.entries, entry("dan", 50, 60, 50))

    assert rank.frontier(rank.ranked(beaten)) == ("ben", "cleo", "ada")


def test_draws_repeat_with_their_seed_and_give_each_draw_one_first(three):
    graded = rank.ranked(three)

    once, again = (stability.steadiness(three.rubric, graded, random.Random(7)) for _ in range(2))

    assert once == again
    assert sum(row.first for row in once) == pytest.approx(1.0)


def test_a_leader_far_ahead_is_first_in_every_draw(batch, entry):
    record = batch(entry("ada", 50, 95, 95), entry("ben", 10, 20, 20, noise=5))

    first, second = stability.steadiness(record.rubric, rank.ranked(record), random.Random(1))

    assert (first.first, first.low, first.high, second.mid) == (1.0, 1, 1, 2)


def test_a_test_that_the_strong_fail_and_the_weak_pass_is_flagged(batch, entry):
    strong = [entry(f"s{n}", 45, 50, 50, outcomes="fppp") for n in range(6)]
    weak = [entry(f"w{n}", 5, 50, 50, outcomes="pfff") for n in range(6)]

    found = items.analyse(batch(*strong, *weak).tests, [*strong, *weak])

    assert found[0] == Item(0, 0.5, pytest.approx(-1.0), 0, "inverted")
    assert {item.flag for item in found[1:]} == {""}


def test_a_test_that_all_or_none_pass_tells_nothing(batch, entry):
    entries = [entry(f"s{n}", 25, 50, 50, outcomes="pfpp" if n % 2 else "pfft") for n in range(10)]

    found = {item.index: item for item in items.analyse(batch(*entries).tests, entries)}

    assert [found[n].flag for n in range(4)] == ["everybody", "nobody", "", ""]
    assert found[3].timeouts == 5


def test_few_submissions_flag_no_test(batch, entry):
    entries = [entry(f"s{n}", 25, 50, 50, outcomes="fppp") for n in range(9)]

    assert {item.flag for item in items.analyse(batch(*entries).tests, entries)} == {""}


def test_the_same_work_twice_counts_once_for_tests_and_spread(three, batch):
    twin = replace(three.entries[0], id="zoe", same_as="ada")

    found = rank.standing(batch(*three.entries, twin), random.Random(7))

    assert [place.id for place in found.places] == ["cleo", "ben", "ada", "zoe"]
    assert [len(spread.scores) for spread in found.spreads] == [3] * 3


def test_pairs_above_the_threshold_gather_through_each_other():
    block = Block("a.py", 1, "b.py", 5, 12)
    similarity = Similarity(
        "tokens", 0.6, (), (Pair("ada", "ben", 0.9, (block,)), Pair("ben", "cleo", 0.7), Pair("dan", "eve", 0.5))
    )

    assert clusters.clusters(similarity) == (Cluster(("ada", "ben", "cleo"), 2, 0.7, 0.9, 12),)
