"""Arithmetic over groups: the completions of one prompt, among which a trainer compares."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from graders.figures.moments import Flags, Floats, Moments, mean_of

Indices = NDArray[np.intp]

Aggregation = Literal["sum_then_normalize", "normalize_then_sum"]
"""How a trainer makes advantages of components: of their weighted sum, or of each one alone (as TRL names them)."""

EPSILON = 1e-4
"""What TRL adds to a standard deviation before it divides by it."""

ROUNDING = 1e-12
"""Where components cancel to less than this share of their own variance, what is left is rounding."""


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
        """Make one from the group number of each row.

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

    def __len__(self) -> int:
        return len(self.starts)

    def sums(self, values: Floats | Flags) -> Floats:
        """The sum over each group, of one column of rows or of several, stacked."""
        return self._reduced(np.add, values)

    def moments(self, columns: Floats, counted: Flags) -> Moments:
        """The moments of some columns over each group.

        Args:
            columns: Shape (c, n); what doesn't count may be NaN.
            counted: Which rows count in which column, shape (c, n).
        """
        low = self._reduced(np.minimum, np.where(counted, columns, np.inf))
        high = self._reduced(np.maximum, np.where(counted, columns, -np.inf))
        kept, count = np.where(counted, columns, 0.0), self.sums(counted)
        mean = mean_of(self.sums(kept), count, low, high)
        apart = (kept - mean[:, self.index]) * counted
        return Moments(count, mean, self.sums(apart[:, None] * apart), low, high)

    def _reduced(self, ufunc: np.ufunc, values: Floats | Flags) -> Floats:
        """What a function makes of each group's values, in one column of rows or in several, stacked."""
        if not len(self):
            return np.empty((*values.shape[:-1], 0))
        reduced: Floats = ufunc.reduceat(values[..., self.order], self.starts, axis=-1, dtype=np.float64)
        return reduced


@dataclass(frozen=True, eq=False)
class Groups:
    """What is kept of some groups when their rows are gone; g groups.

    Attributes:
        sizes: How many rows each has, int64 of shape (g,).
        weighted: How many components have a weight.
        moments: Of the columns of `scored`, `with_length` and `alone`, one after the other, in one go.
    """

    sizes: NDArray[np.int64]
    weighted: int
    moments: Moments

    @cached_property
    def scored(self) -> Moments:
        """Of the reward and then the components with a weight, over the rows that have a reward."""
        return self.moments.of_columns(slice(0, 1 + self.weighted))

    @cached_property
    def with_length(self) -> Moments:
        """Of the reward and the length of the answer, over the rows that have both."""
        return self.moments.of_columns(slice(1 + self.weighted, 3 + self.weighted))

    @cached_property
    def alone(self) -> Moments:
        """Of each component and then the length of the answer, each over the rows that have it."""
        return self.moments.of_columns(slice(3 + self.weighted, None))

    def __len__(self) -> int:
        return len(self.sizes)

    def __getitem__(self, groups: slice) -> Groups:
        return Groups(self.sizes[groups], self.weighted, self.moments[groups])

    def total(self) -> Groups:
        """All groups as one, without an axis of groups."""
        return Groups(self.sizes.sum(), self.weighted, self.moments.total())

    def followed_by(self, other: Groups) -> Groups:
        """These groups, then those of another."""
        sizes = np.concatenate([self.sizes, other.sizes])
        return Groups(sizes, self.weighted, self.moments.followed_by(other.moments))

    def with_rows_of(self, other: Groups) -> Groups:
        """Each group with more rows of its own."""
        return Groups(self.sizes + other.sizes, self.weighted, self.moments.with_rows_of(other.moments))


KINDS = ("teaching", "zero_variance", "all_right", "all_wrong", "tied", "unscored", "format_decides")
"""What a group may be: it has an advantage, or it has none and why, and what else `GroupFigures` counts."""


def kinds(groups: Groups, is_grader: Flags, aggregation: Aggregation) -> Flags:
    """Which groups are what, shape (7, g), in the order of `KINDS`.

    Args:
        groups: The groups.
        is_grader: Which of the components with a weight are graders, not the format; shape (k,).
        aggregation: What the trainer normalises.
    """
    scored = groups.scored
    count, equal, paid = scored.count[0], scored.low >= scored.high, scored.high[1:][is_grader] > 0
    teaching = ~(equal[0] if aggregation == "sum_then_normalize" else equal[1:].all(axis=0))
    unpaid = ~paid.any(axis=0) if is_grader.any() else count == 0
    flat = ~teaching & (count > 1)
    right, wrong = flat & (scored.low[0] == 1), flat & unpaid
    tied, unscored = flat & ~(right | wrong), groups.sizes > count
    return np.array([teaching, flat, right, wrong, tied, unscored, teaching & unpaid])


def shares(groups: Groups, weights: Floats, teaching: Flags, aggregation: Aggregation) -> tuple[Floats, Floats]:
    """Each component's share of the variance within each group, and what the group weighs in a mean over groups.

    The share is the covariance of the component's part with what the trainer sums up, over the variance of that: the
    shares of one group sum to 1, and one that works against the others is negative. A group without any variance has
    shares of 0 and weighs nothing. Where the sum is normalised every other group weighs 1; where components are, the
    batch is scaled as a whole, and a group weighs by its variance.

    Args:
        groups: The groups.
        weights: The weight of each component that has one, shape (k, 1).
        teaching: Which groups have an advantage.
        aggregation: What the trainer normalises.

    Returns:
        The shares, (k, g), and the weights, (g,).
    """
    scored = groups.scored
    products, own = scored.products, scored.squares[1:]
    if aggregation == "sum_then_normalize":
        factors, parts, variance = weights, products[0, 1:] * weights, products[0, 0]
    else:
        factors = weights / (np.sqrt(own / np.maximum(scored.count[0] - 1, 1)) + EPSILON)
        parts = (products[1:, 1:] * factors).sum(axis=1) * factors
        variance = parts.sum(axis=0)
    alive = teaching & (variance > ROUNDING * (own * factors**2).sum(axis=0))
    found = np.divide(parts, variance, out=np.zeros(parts.shape), where=alive)
    return found, alive * (1.0 if aggregation == "sum_then_normalize" else variance)
