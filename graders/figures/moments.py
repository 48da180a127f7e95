"""Means and co-moments of columns over sets of rows, which can be pooled: what is kept of rows that are gone."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Moments:
    """Figures of c columns over each of some sets of rows; s is the shape of the sets: (g,) for g groups, () for one.

    They pool as if the rows were still there (Chan, Golub and LeVeque), and a column that is constant has exactly
    its value as mean and exactly 0 as co-moments.

    Attributes:
        count: How many rows count in each column; shape (c, *s).
        mean: The mean of each column, 0 where nothing counts; shape (c, *s).
        products: Sums of the products of two columns' distances from their means; shape (c, c, *s). Of two columns
            that count in different rows they say nothing.
        low, high: Smallest and largest values, infinite where nothing counts; shape (c, *s).
    """

    count: Floats
    mean: Floats
    products: Floats
    low: Floats
    high: Floats

    @property
    def squares(self) -> Floats:
        """Sums of the squares of each column's distances from its mean; shape (c, *s)."""
        squares: Floats = np.einsum("cc...->c...", self.products)
        return squares

    def total(self) -> Moments:
        """All sets of the last axis as one."""
        count, low, high = self.count.sum(-1), self.low.min(-1), self.high.max(-1)
        mean = mean_of((self.mean * self.count).sum(-1), count, low, high)
        apart = self.mean - mean[..., None]
        between = (apart * self.count)[:, None] * apart
        return Moments(count, mean, (self.products + between).sum(-1), low, high)

    def with_rows_of(self, other: Moments) -> Moments:
        """Each set with the rows of the same set of another, pooled."""
        return Moments(*(np.stack(both, axis=-1) for both in zip(*map(_arrays, (self, other)), strict=True))).total()

    def followed_by(self, other: Moments) -> Moments:
        """These sets, then those of another."""
        return Moments(*(np.concatenate(both, axis=-1) for both in zip(*map(_arrays, (self, other)), strict=True)))

    def of_columns(self, columns: slice) -> Moments:
        """Those of some columns alone."""
        products = self.products[columns, columns]
        return Moments(self.count[columns], self.mean[columns], products, self.low[columns], self.high[columns])

    def __getitem__(self, sets: slice) -> Moments:
        return Moments(*(part[..., sets] for part in _arrays(self)))


def _arrays(moments: Moments) -> tuple[Floats, ...]:
    return moments.count, moments.mean, moments.products, moments.low, moments.high


def mean_of(sums: Floats, count: Floats, low: Floats, high: Floats) -> Floats:
    """Means of columns, exactly the value where that is one and the same, 0 where nothing counts."""
    return np.where(low == high, low, sums / np.maximum(count, 1))


def correlation(variance: float, covariance: float, other_variance: float) -> float:
    """The linear correlation of two columns from their co-moments; NaN where one is constant.

    >>> correlation(1.0, -1.0, 4.0)
    -0.5
    """
    bound = math.sqrt(variance * other_variance)
    return min(1.0, max(-1.0, covariance / bound)) if bound else math.nan
