"""Pooled moments against those of all rows at once."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders.grouping import Grouping
from graders.moments import Moments, correlation

VALUES = st.one_of(st.sampled_from([0.0, 0.1, 0.5, 1.0]), st.floats(0, 1), st.just(float("nan")))


def of_groups(columns, groups):
    columns = np.array(columns, dtype=float)
    return Grouping.of(np.array(groups)).moments(columns, ~np.isnan(columns).any(axis=0))


@given(st.lists(st.tuples(st.integers(0, 4), VALUES, VALUES), min_size=1, max_size=40))
def test_the_total_is_that_of_the_rows(rows):
    """Whatever the groups, with sets in which no row counts."""
    groups, first, second = zip(*rows, strict=True)
    total = of_groups([first, second], sorted(groups)).total()
    counted = np.array([row for row in zip(first, second, strict=True) if not np.isnan(row).any()])
    assert total.count == len(counted)
    if len(counted):
        assert total.mean[:, 0] == pytest.approx(counted.mean(axis=0), rel=1e-12)
        expected = np.cov(counted.T, bias=True) * len(counted)
        assert total.products[..., 0] == pytest.approx(expected, rel=1e-12, abs=1e-12)
        assert (total.low[:, 0] == counted.min(axis=0)).all()
        assert (total.high[:, 0] == counted.max(axis=0)).all()


@given(st.lists(VALUES, min_size=1, max_size=20), st.lists(VALUES, min_size=1, max_size=20))
def test_a_set_takes_in_more_of_its_rows(before, after):
    pooled = of_groups([before], [0] * len(before)).with_rows_of(of_groups([after], [0] * len(after)))
    whole = of_groups([before + after], [0] * len(before + after))
    for name, part in vars(whole).items():
        assert getattr(pooled, name) == pytest.approx(part, rel=1e-12, abs=1e-12)


def test_a_constant_column_has_no_rounding():
    """The mean of ten times 0.1 is 0.1, and nothing is apart from it, in pieces too."""
    piece = of_groups([[0.1] * 10, [0.0, 1.0] * 5], [0] * 10)
    total = piece.with_rows_of(of_groups([[0.1] * 3, [1.0] * 3], [0] * 3))
    assert total.mean[0, 0] == 0.1
    assert (total.products[0] == 0).all()
    assert total.equal[:, 0].tolist() == [True, False]
    assert np.isnan(total.correlation(0, 1))


def test_small_distances_around_a_large_mean():
    """Where a sum of squares would lose every digit."""
    values = 1e9 + np.arange(10.0)
    halves = of_groups([values[:4]], [0] * 4).with_rows_of(of_groups([values[4:]], [0] * 6))
    assert halves.products[0, 0, 0] == pytest.approx(82.5, rel=1e-12)


def test_each_column_over_its_own_rows():
    found = Moments.of_each(np.array([[1.0, np.nan, 3.0], [np.nan] * 3]), np.array([[1, 0, 1], [0, 0, 0]], dtype=bool))
    assert found.count.tolist() == [2, 0]
    assert found.mean.tolist() == [[2, 0]]
    assert found.products.tolist() == [[[2, 0]]]


def test_a_correlation_stays_in_its_bounds():
    assert correlation(np.array([[2.0, -2.0], [-2.0, 2.0]]), 0, 1) == -1
    assert correlation(np.array([[1.0, 1 + 1e-9], [1 + 1e-9, 1.0]]), 0, 1) == 1
    assert np.isnan(correlation(np.array([[0.0, 0.0], [0.0, 2.0]]), 0, 1))
