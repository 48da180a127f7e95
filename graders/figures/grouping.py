"""Arithmetic over groups, the completions of one prompt: what is kept of them when their rows are gone, and pools."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Indices = NDArray[np.intp]

Aggregation = Literal["sum_then_normalize", "normalize_then_sum"]
"""How a trainer makes advantages of components: of their weighted sum, or of each one alone (as TRL names them)."""

EPSILON = 1e-4
"""What TRL adds to a standard deviation before it divides by it."""

ROUNDING = 1e-12
"""Where components cancel to less than this share of their own variance, what is left is rounding."""


@dataclass(frozen=True, eq=False)
class Moments:
    """Figures of c columns over each of some sets of rows; s is the shape of the sets: (g,) for g groups, () for one.

    They pool as if the rows were still there (Chan, Golub and LeVeque), and a column that is constant has exactly
    its value as mean and exactly 0 as co-moments.

    Attributes:
        sizes: How many rows each set has, whether they count or not; shape s.
        count: How many rows count in each column; shape (c, *s).
        mean: The mean of each column, 0 where nothing counts; shape (c, *s).
        products: Sums of the products of two columns' distances from their means; shape (c, c, *s). Of two columns
            that count in different rows they say nothing.
        low, high: Smallest and largest values, infinite where nothing counts; shape (c, *s).
    """

    sizes: NDArray[np.int64]
    count: Floats
    mean: Floats
    products: Floats
    low: Floats
    high: Floats

    def total(self) -> Moments:
        """All sets of the last axis as one."""
        sizes, count, low, high = self.sizes.sum(-1), self.count.sum(-1), self.low.min(-1), self.high.max(-1)
        mean = _mean((self.mean * self.count).sum(-1), count, low, high)
        apart = self.mean - mean[..., None]
        between = (apart * self.count)[:, None] * apart
        return Moments(sizes, count, mean, (self.products + between).sum(-1), low, high)

    def with_rows_of(self, other: Moments) -> Moments:
        """Each set with the rows of the same set of another, pooled."""
        both = zip(vars(self).values(), vars(other).values(), strict=True)
        return Moments(*(np.stack(parts, axis=-1) for parts in both)).total()

    def followed_by(self, other: Moments) -> Moments:
        """These sets, then those of another."""
        both = zip(vars(self).values(), vars(other).values(), strict=True)
        return Moments(*(np.concatenate(parts, axis=-1) for parts in both))

    def of_columns(self, columns: slice) -> Moments:
        """Those of some columns alone."""
        products = self.products[columns, columns]
        means = self.count[columns], self.mean[columns]
        return Moments(self.sizes, *means, products, self.low[columns], self.high[columns])

    def __getitem__(self, sets: slice) -> Moments:
        return Moments(*(part[..., sets] for part in vars(self).values()))


def _mean(sums: Floats, count: Floats, low: Floats, high: Floats) -> Floats:
    """Means of columns, exactly the value where that is one and the same, 0 where nothing counts."""
    return np.where(low == high, low, sums / np.maximum(count, 1))


@dataclass(frozen=True, eq=False)
class Views:
    """The moments of all columns of a scored block, seen in three ways.

    Attributes:
        moments: Of the columns of the three views, one after the other.
        scored: Of the reward and then the components with a weight, over the rows that have a reward.
        with_length: Of the reward and the length of the answer, over the rows that have both.
        alone: Of each component and then the length of the answer, each over the rows that have it.
    """

    moments: Moments
    scored: Moments
    with_length: Moments
    alone: Moments

    @classmethod
    def of(cls, moments: Moments, weighted: int) -> Views:
        """Those of moments; so many components have a weight."""
        columns = slice(0, 1 + weighted), slice(1 + weighted, 3 + weighted), slice(3 + weighted, None)
        return cls(moments, *map(moments.of_columns, columns))


@dataclass(frozen=True, eq=False)
class Grouping:
    """Rows by group, for sums, minima and maxima over each group in one pass.

    Attributes:
        order: The rows, sorted by group, stable; a slice of all where they stand so already.
        starts: Where each group starts in `order`.
        index: The position of each row's group among the groups.
        sizes: How many rows each group has.
    """

    order: Indices | slice
    starts: Indices
    index: Indices
    sizes: NDArray[np.int64]

    @classmethod
    def of(cls, groups: NDArray[np.int64]) -> Grouping:
        """Make one from the group number of each row, one row at least.

        >>> Grouping.of(np.array([0, 0, 7])).sums(np.array([1.0, 2.0, 4.0]))
        array([3., 4.])
        """
        ascend = (groups[1:] >= groups[:-1]).all()
        order = slice(None) if ascend else np.argsort(groups, kind="stable")
        by_group, index = groups[order], np.zeros(len(groups), dtype=np.intp)
        np.add.accumulate(by_group[1:] != by_group[:-1], out=index[1:])
        sizes = np.bincount(index)
        if not ascend:
            index[order] = index.copy()
        return cls(order, np.cumsum(sizes) - sizes, index, sizes)

    def sums(self, values: Floats | Flags) -> Floats:
        """The sum over each group, of one column of rows or of several, stacked."""
        return self._reduced(np.add, values)

    def least(self, values: Floats) -> Floats:
        """The smallest value of each group."""
        return self._reduced(np.minimum, values)

    def most(self, values: Floats) -> Floats:
        """The largest value of each group."""
        return self._reduced(np.maximum, values)

    def moments(self, columns: Floats, counted: Flags) -> Moments:
        """The moments of some columns over each group.

        Args:
            columns: Shape (c, n); what doesn't count may be NaN.
            counted: Which rows count in which column, shape (c, n).
        """
        low, high = self.least(np.where(counted, columns, np.inf)), self.most(np.where(counted, columns, -np.inf))
        kept, count = np.where(counted, columns, 0.0), self.sums(counted)
        mean = _mean(self.sums(kept), count, low, high)
        apart = (kept - mean[:, self.index]) * counted
        return Moments(self.sizes, count, mean, self.sums(apart[:, None] * apart), low, high)

    def _reduced(self, ufunc: np.ufunc, values: Floats | Flags) -> Floats:
        """What a function makes of each group's values, in one column of rows or in several, stacked."""
        reduced: Floats = ufunc.reduceat(values[..., self.order], self.starts, axis=-1, dtype=np.float64)
        return reduced


KINDS = ("teaching", "zero_variance", "all_right", "all_wrong", "tied", "unscored", "format_decides")
"""What a group may be: it has an advantage, or it has none and why, and what else `GroupFigures` counts."""


def kinds(scored: Moments, is_grader: Flags, aggregation: Aggregation) -> Flags:
    """Which groups are what, shape (7, g), in the order of `KINDS`.

    Args:
        scored: The moments of the groups, as `Views.scored`.
        is_grader: Which of the components with a weight are graders, not the format; shape (k,).
        aggregation: What the trainer normalises.
    """
    count, equal, paid = scored.count[0], scored.low >= scored.high, scored.high[1:][is_grader] > 0
    teaching = ~(equal[0] if aggregation == "sum_then_normalize" else equal[1:].all(axis=0))
    unpaid = ~paid.any(axis=0) if len(paid) else count == 0
    flat = ~teaching & (count > 1)
    right, wrong = flat & (scored.low[0] == 1), flat & unpaid
    tied, unscored = flat & ~(right | wrong), scored.sizes > count
    return np.array([teaching, flat, right, wrong, tied, unscored, teaching & unpaid])


def shares(scored: Moments, weights: Floats, teaching: Flags, aggregation: Aggregation) -> tuple[Floats, Floats]:
    """Each component's share of the variance within each group, and what the group weighs in a mean over groups.

    The share is the covariance of the component's part with what the trainer sums up, over the variance of that: the
    shares of one group sum to 1, and one that works against the others is negative. A group without any variance has
    shares of 0 and weighs nothing. Where the sum is normalised every other group weighs 1; where components are, the
    batch is scaled as a whole, and a group weighs by its variance.

    Args:
        scored: The moments of the groups, as `Views.scored`.
        weights: The weight of each component that has one, shape (k, 1).
        teaching: Which groups have an advantage.
        aggregation: What the trainer normalises.

    Returns:
        The shares, (k, g), and the weights, (g,).
    """
    products, own = scored.products, np.einsum("cc...->c...", scored.products)[1:]
    if aggregation == "sum_then_normalize":
        factors, parts, variance = weights, products[0, 1:] * weights, products[0, 0]
    else:
        factors = weights / (np.sqrt(own / np.maximum(scored.count[0] - 1, 1)) + EPSILON)
        parts = (products[1:, 1:] * factors).sum(axis=1) * factors
        variance = parts.sum(axis=0)
    alive = teaching & (variance > ROUNDING * (own * factors**2).sum(axis=0))
    found = np.divide(parts, variance, out=np.zeros(parts.shape), where=alive)
    return found, alive * (1.0 if aggregation == "sum_then_normalize" else variance)
