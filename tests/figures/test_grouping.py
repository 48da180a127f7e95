"""Pooled moments against those of all rows at once."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders.figures.diagnostics import correlation
from graders.figures.grouping import Grouping
from graders.figures.running_figures import RunningFigures, ScoredBlock

VALUES = st.one_of(st.sampled_from([0.0, 0.1, 0.5, 1.0]), st.floats(0, 1), st.just(float("nan")))


def of_groups(columns, groups):
    columns = np.array(columns, dtype=float)
    return Grouping.of(np.array(groups)).moments(columns, np.tile(~np.isnan(columns).any(axis=0), (len(columns), 1)))


@given(st.lists(st.tuples(st.integers(0, 4), VALUES, VALUES), min_size=1, max_size=40))
def test_the_total_is_that_of_the_rows(rows):
    """Whatever the groups, with sets in which no row counts."""
    groups, first, second = zip(*rows, strict=True)
    total = of_groups([first, second], sorted(groups)).total()
    counted = np.array([row for row in zip(first, second, strict=True) if not np.isnan(row).any()])
    assert total.count.tolist() == [len(counted)] * 2
    if len(counted):
        assert total.mean == pytest.approx(counted.mean(axis=0), rel=1e-12)
        expected = np.cov(counted.T, bias=True) * len(counted)
        assert total.products == pytest.approx(expected, rel=1e-12, abs=1e-12)
        assert (total.low == counted.min(axis=0)).all()
        assert (total.high == counted.max(axis=0)).all()


@given(st.lists(VALUES, min_size=1, max_size=20), st.lists(VALUES, min_size=1, max_size=20))
def test_a_set_takes_in_more_of_its_rows(before, after):
    pooled = of_groups([before], [0] * len(before)).with_rows_of(of_groups([after], [0] * len(after)))
    whole = of_groups([before + after], [0] * len(before + after))
    for found, expected in zip(vars(pooled).values(), vars(whole).values(), strict=True):
        assert found == pytest.approx(expected, rel=1e-12, abs=1e-12)


def test_a_constant_column_has_no_rounding():
    """The mean of ten times 0.1 is 0.1, and nothing is apart from it, in pieces too."""
    piece = of_groups([[0.1] * 10, [0.0, 1.0] * 5], [0] * 10)
    total = piece.with_rows_of(of_groups([[0.1] * 3, [1.0] * 3], [0] * 3))
    assert total.mean[0, 0] == 0.1
    assert (total.products[0] == 0).all()
    assert (total.low >= total.high)[:, 0].tolist() == [True, False]
    assert np.isnan(correlation(total.products[0, 0, 0], total.products[0, 1, 0], total.products[1, 1, 0]))


def test_small_distances_around_a_large_mean():
    """Where a sum of squares would lose every digit."""
    values = 1e9 + np.arange(10.0)
    halves = of_groups([values[:4]], [0] * 4).with_rows_of(of_groups([values[4:]], [0] * 6))
    assert halves.products[0, 0] == pytest.approx(82.5, rel=1e-12)


def test_each_view_counts_its_own_rows():
    """The reward and what it is made of over the scored rows, the length over those that have one, all else alone."""
    nan = np.nan
    values = np.array([[1.0, 0.0, 0.5, 0.5], [nan, nan, 1.0, nan]])
    rewards, lengths = np.array([1.0, nan, 0.5, 0.5]), np.array([5.0, 6.0, nan, 7.0])
    running = RunningFigures({"math": 1.0, "length": 0.0})
    running.take(ScoredBlock(rewards, values, np.zeros((2, 4), np.int8), np.array([0, 0, 1, 1]), lengths), last=True)
    assert running.whole.moments.count.tolist() == [3, 3, 2, 2, 4, 1, 3]
    assert running.whole.scored.mean.tolist() == pytest.approx([2 / 3, 2 / 3])
    assert running.whole.with_length.mean.tolist() == pytest.approx([0.75, 6])
    assert running.whole.alone.mean.tolist() == pytest.approx([0.5, 1, 6])
    assert running.whole.with_length.products.tolist() == [pytest.approx([0.125, -0.5]), pytest.approx([-0.5, 2])]


@given(st.lists(st.integers(0, 5), max_size=30))
def test_groups_need_not_stand_in_order(groups):
    grouping, values = Grouping.of(np.array(groups, dtype=np.int64)), np.arange(float(len(groups)))
    names = sorted(set(groups))
    assert grouping.sums(values).tolist() == [sum(v for v, g in zip(values, groups, strict=True) if g == name)
                                              for name in names]  # fmt: skip
    assert grouping.sizes.tolist() == [groups.count(name) for name in names]
    assert [names[place] for place in grouping.index] == groups


def test_a_correlation_stays_in_its_bounds():
    assert correlation(2.0, -2.0, 2.0) == -1
    assert correlation(1.0, 1 + 1e-9, 1.0) == 1
    assert np.isnan(correlation(0.0, 0.0, 2.0))
