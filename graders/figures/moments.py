"""Means and co-moments of columns over sets of rows, which can be pooled: what is kept of rows that are gone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Indices = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Pairs:
    """The pairs of columns whose co-moments are kept; each is one of columns that count in the same rows.

    Attributes:
        first, second: The columns of each pair, shape (p,).
        at: Where the pair of two columns stands, either way round; shape (c, c), -1 where it is not kept.
        own: Where the pair of each column with itself stands, shape (c,).
    """

    first: Indices
    second: Indices
    at: Indices
    own: Indices

    @classmethod
    def within(cls, views: Sequence[int]) -> Pairs:
        """All pairs within each view: so many columns that stand side by side and count in the same rows.

        >>> Pairs.within([2, 1]).at.tolist()
        [[0, 1, -1], [1, 2, -1], [-1, -1, 3]]
        """
        ends = np.cumsum(views).tolist()
        kept = [
            (one, other)
            for size, end in zip(views, ends, strict=True)
            for one in range(end - size, end)
            for other in range(one, end)
        ]
        first, second = np.array(kept, dtype=np.intp).reshape(-1, 2).T
        at = np.full((sum(views), sum(views)), -1, dtype=np.intp)
        at[first, second] = at[second, first] = np.arange(len(kept))
        return cls(first, second, at, np.diagonal(at).copy())


@dataclass(frozen=True, eq=False)
class Moments:
    """Figures of some columns over each of some sets of rows: c columns, p pairs of them, sets of any shape s.

    They pool as if the rows were still there (Chan, Golub and LeVeque), and a column that is constant has exactly
    its value as mean and exactly 0 as co-moments.

    Attributes:
        pairs: Which pairs of columns have co-moments.
        count: Rows that count in each column and set; float64, shape (c, s).
        mean: Their means, 0 where none counts; shape (c, s).
        products: Sums of the products of the distances of a pair's columns from their means; shape (p, s).
        low, high: Smallest and largest values, infinite where none counts; shape (c, s).
    """

    pairs: Pairs
    count: Floats
    mean: Floats
    products: Floats
    low: Floats
    high: Floats

    @property
    def equal(self) -> Flags:
        """Where all rows that count are equal in a column, or none counts; shape (c, s)."""
        return self.low >= self.high

    @property
    def own_products(self) -> Floats:
        """Sums of the squares of each column's distances from its mean; shape (c, s)."""
        products: Floats = self.products[self.pairs.own]
        return products

    @property
    def arrays(self) -> tuple[Floats, ...]:
        """The figures: all but the pairs."""
        return self.count, self.mean, self.products, self.low, self.high

    def total(self) -> Moments:
        """All sets of the last axis as one."""
        total, least, most = np.add.reduce, np.minimum.reduce, np.maximum.reduce
        count, low, high = total(self.count, axis=-1), least(self.low, axis=-1), most(self.high, axis=-1)
        mean = settled_mean(total(self.mean * self.count, axis=-1), count, low, high)
        apart = self.mean - mean[..., None]
        between = (apart * self.count)[self.pairs.first] * apart[self.pairs.second]
        return Moments(self.pairs, count, mean, total(self.products + between, axis=-1), low, high)

    def with_rows_of(self, other: Moments) -> Moments:
        """Each set with the rows of the same set of another, pooled."""
        both = zip(self.arrays, other.arrays, strict=True)
        return Moments(self.pairs, *(np.stack(pair, axis=-1) for pair in both)).total()

    def followed_by(self, other: Moments) -> Moments:
        """These sets, then those of another."""
        both = zip(self.arrays, other.arrays, strict=True)
        return Moments(self.pairs, *(np.concatenate(pair, axis=-1) for pair in both))

    def __getitem__(self, sets: slice) -> Moments:
        return Moments(self.pairs, *(part[..., sets] for part in self.arrays))


def settled_mean(sums: Floats, count: Floats, low: Floats, high: Floats) -> Floats:
    """Means of columns, exactly the value where that is one and the same, 0 where nothing counts."""
    mean: Floats = sums / np.maximum(count, 1)
    np.copyto(mean, low, where=low == high)
    return mean


def correlation(variance: float, covariance: float, other_variance: float) -> float:
    """The linear correlation of two columns from their co-moments; NaN where one is constant.

    >>> correlation(1.0, -1.0, 4.0)
    -0.5
    """
    bound = math.sqrt(variance * other_variance)
    return min(1.0, max(-1.0, covariance / bound)) if bound else math.nan
