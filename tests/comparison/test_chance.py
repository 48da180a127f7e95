"""Chance: the sign test against exact arithmetic, the bootstrap against an obvious one."""

import random
from fractions import Fraction
from math import isnan

import numpy as np
import pytest

from graders.comparison.chance import RESAMPLES, Units, intervals, sign_test


def exact_sign_test(up, down):
    """Twice the smaller tail of a fair coin, by integers."""
    total, tail, ways = up + down, 0, 1
    for k in range(min(up, down) + 1):
        tail += ways
        ways = ways * (total - k) // (k + 1)
    return float(min(Fraction(1), Fraction(2 * tail, 2**total)))


@pytest.mark.parametrize("total", [*range(13), 50, 301, 1000])
def test_the_sign_test_is_exact(total):
    """For every split of small totals, and for many of large ones."""
    for up in range(0, total + 1, 1 + total // 40):
        assert sign_test(up, total - up) == pytest.approx(exact_sign_test(up, total - up), rel=1e-11, abs=0)


def test_the_sign_test_of_many_rows():
    """No overflow, no wrong zero: the same as exact arithmetic for tens of thousands."""
    assert sign_test(4900, 5100) == pytest.approx(exact_sign_test(4900, 5100), rel=1e-9)
    assert sign_test(200_000, 200_000) == 1.0
    assert 0 <= sign_test(0, 200_000) < 1e-300
    assert sign_test(7, 3) == sign_test(3, 7)


def slow_means(rows, groups, rng):
    """One resample, group by group, as one would write it down."""
    names = sorted(set(groups))
    drawn = [names[i] for i in rng.integers(0, len(names), len(names), dtype=np.int32)]
    values = [
        row for name in drawn for row, group in zip(rows, groups, strict=True) if group == name and not isnan(row)
    ]
    return sum(values) / len(values) if values else float("nan")


def test_the_bootstrap_is_the_obvious_one():
    """The same draws, written down slowly, give the same interval."""
    rng = random.Random(3)
    groups = sorted(rng.randrange(12) for _ in range(40))
    rows = [rng.choice([0.9, 0.0, 0.0, -0.9, 0.25, float("nan")]) for _ in groups]
    draws = np.random.default_rng(5)
    means = [slow_means(rows, groups, draws) for _ in range(200)]
    [[low, high]] = intervals(Units.of(np.array([rows]), np.array(groups)), 200, 5)
    assert (low, high) == pytest.approx(tuple(np.nanquantile(means, [0.025, 0.975])), abs=1e-12)


def test_the_interval_of_independent_rows_is_the_textbook_one():
    """For many independent rows it is the mean plus and minus 1.96 standard errors, within a few per cent."""
    values = np.random.default_rng(1).normal(0.3, 1.0, 4000)
    [[low, high]] = intervals(Units.of(values[None], np.arange(4000)))
    error = values.std() / np.sqrt(4000)
    assert low == pytest.approx(values.mean() - 1.96 * error, abs=0.2 * error)
    assert high == pytest.approx(values.mean() + 1.96 * error, abs=0.2 * error)


def test_rows_of_one_group_are_no_independent_evidence():
    """Writing every row four times changes nothing; as rows of their own they would halve the interval."""
    values = np.random.default_rng(2).normal(0.0, 1.0, 300)
    once = intervals(Units.of(values[None], np.arange(300)))
    groups = np.repeat(np.arange(300), 4)
    np.testing.assert_allclose(intervals(Units.of(np.repeat(values, 4)[None], groups)), once, atol=1e-12)
    alone = intervals(Units.of(np.repeat(values, 4)[None], np.arange(1200)))
    assert np.diff(alone)[0, 0] < 0.6 * np.diff(once)[0, 0]


def test_intervals_at_the_edges():
    """The same twice; no width without variance; NaN for one group, for no row, and for a column of NaN."""
    columns = np.array([[1.0, 1.0, 1.0], [np.nan] * 3, [0.0, 1.0, np.nan]])
    units = Units.of(columns, np.array([0, 1, 2]))
    first, second = intervals(units), intervals(units)
    np.testing.assert_array_equal(first, second)
    assert first[0].tolist() == [1.0, 1.0]
    assert np.isnan(first[1]).all()
    assert first[2].tolist() == [0.0, 1.0]
    assert np.isnan(intervals(Units.of(columns, np.zeros(3, dtype=np.int64)))).all()
    assert np.isnan(intervals(Units.of(np.empty((2, 0)), np.empty(0, dtype=np.int64)))).all()
    assert RESAMPLES >= 1000
