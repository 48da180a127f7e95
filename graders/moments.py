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
    """Figures of some columns over each of some sets of rows: c columns, s sets.

    They pool as if the rows were still there (Chan, Golub and LeVeque), and a column that is constant has exactly
    its value as mean and exactly 0 as co-moments.

    Attributes:
        count: Rows that count in each set; float64, shape (s,).
        mean: Their means, 0 where none counts; shape (c, s).
        products: Sums of the products of each two columns' distances from their means; shape (c, c, s).
        low, high: Smallest and largest values, infinite where none counts; shape (c, s).
    """

    count: Floats
    mean: Floats
    products: Floats
    low: Floats
    high: Floats

    @classmethod
    def of_each(cls, columns: Floats, counted: Flags) -> Moments:
        """Each column for itself, over the rows that count in it: columns become sets.

        Args:
            columns: Shape (s, n).
            counted: Which rows count in which column, shape (s, n).

        >>> Moments.of_each(np.array([[1.0, 3.0], [5.0, 7.0]]), np.array([[True, True], [True, False]])).mean
        array([[2., 5.]])
        """
        kept = np.where(counted, columns, 0.0)
        low, high = np.where(counted, columns, np.inf), np.where(counted, columns, -np.inf)
        nothing = np.zeros((1, 1, *columns.shape))
        return _pooled(cls(counted.astype(np.float64), kept[None], nothing, low[None], high[None]))

    @property
    def equal(self) -> Flags:
        """Where all rows that count are equal in a column, or none counts; shape (c, s)."""
        return self.low >= self.high

    def total(self) -> Moments:
        """All sets as one: s becomes 1."""
        return _pooled(Moments(*(part[..., None, :] for part in vars(self).values())))

    def with_rows_of(self, other: Moments) -> Moments:
        """Each set with the rows of the same set of another, pooled."""
        pairs = zip(vars(self).values(), vars(other).values(), strict=True)
        return _pooled(Moments(*(np.stack(pair, axis=-1) for pair in pairs)))

    def followed_by(self, other: Moments) -> Moments:
        """These sets, then those of another."""
        pairs = zip(vars(self).values(), vars(other).values(), strict=True)
        return Moments(*(np.concatenate(pair, axis=-1) for pair in pairs))

    def __getitem__(self, sets: slice) -> Moments:
        return Moments(*(part[..., sets] for part in vars(self).values()))

    def correlation(self, first: int, second: int) -> float:
        """The linear correlation of two columns over the first set; NaN where one is constant."""
        return correlation(self.products[..., 0], first, second)


def _pooled(sets: Moments) -> Moments:
    """The last axis of each array as one set."""
    count, low, high = sets.count.sum(axis=-1), sets.low.min(axis=-1), sets.high.max(axis=-1)
    mean = (sets.mean * sets.count).sum(axis=-1) / np.maximum(count, 1)
    mean = np.where((low >= high) & (count > 0), low, mean)
    apart = sets.mean - mean[..., None]
    products = sets.products.sum(axis=-1) + (apart[:, None] * apart[None] * sets.count).sum(axis=-1)
    return Moments(count, mean, products, low, high)


def correlation(products: Floats, first: int, second: int) -> float:
    """The linear correlation of two columns from their co-moments, shape (c, c); NaN where one is constant."""
    bound = math.sqrt(float(products[first, first]) * float(products[second, second]))
    return min(1.0, max(-1.0, float(products[first, second]) / bound)) if bound else math.nan
