"""The median's interval assumes no distribution."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.speed import interval


@pytest.mark.parametrize(("count", "low", "high"), [(9, 2, 8), (15, 4, 12), (21, 6, 16)])
def test_the_ranks_are_those_of_the_binomial(count, low, high):
    found = interval.median([float(n) for n in range(1, count + 1)])

    assert found == interval.Interval((count + 1) / 2, low, high)


def test_too_few_pairs_have_no_interval():
    with pytest.raises(ValueError, match="5 pairs are too few"):
        interval.median([1.0] * 5)


@given(st.lists(st.floats(0.01, 100), min_size=6, max_size=40))
def test_the_value_lies_within(ratios):
    found = interval.median(ratios)

    assert found.low <= found.value <= found.high


def test_a_square_has_slope_two():
    assert interval.slope([(n, n * n * 1e-9) for n in (1000, 2000, 4000)]) == pytest.approx(2)
