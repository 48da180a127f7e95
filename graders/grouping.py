"""Arithmetic over groups: the completions of one prompt, among which a trainer compares."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from graders.moments import Flags, Floats, Moments

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
        order: The rows, sorted by group, stable.
        starts: Where each group starts in `order`.
        index: The position of each row's group among the groups.
        is_sorted: Whether the rows stand in that order already.
    """

    order: NDArray[np.intp]
    starts: NDArray[np.intp]
    index: NDArray[np.intp]
    is_sorted: bool = False

    @classmethod
    def of(cls, groups: NDArray[np.int64]) -> Grouping:
        """Make one from the group number of each row.

        >>> Grouping.of(np.array([0, 0, 7])).sums(np.array([1.0, 2.0, 4.0]))
        array([3., 4.])
        """
        order = np.argsort(groups, kind="stable")
        starts = np.flatnonzero(np.diff(groups[order], prepend=groups[order[:1]] - 1))
        index = np.empty(len(groups), dtype=np.intp)
        index[order] = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(groups)))
        return cls(order, starts, index, bool((order[1:] > order[:-1]).all()))

    def __len__(self) -> int:
        return len(self.starts)

    def sums(self, values: Floats | Flags) -> Floats:
        """The sum over each group, of one column of rows or of several, stacked."""
        if not len(self):
            return np.empty((*values.shape[:-1], 0))
        return np.add.reduceat(self._sorted(values), self.starts, axis=-1, dtype=np.float64)

    def moments(self, columns: Floats, counted: Flags) -> Moments:
        """The moments of some columns over each group.

        Args:
            columns: Shape (c, n).
            counted: Which rows count, shape (n,).
        """
        low, high = self._extremes(columns, counted)
        count, kept = self.sums(counted), np.where(counted, columns, 0.0)
        mean = self.sums(kept) / np.maximum(count, 1)
        mean = np.where((low >= high) & (count > 0), low, mean)
        apart = np.where(counted, kept - mean[:, self.index], 0.0)
        return Moments(count, mean, self.sums(apart[:, None] * apart[None]), low, high)

    def _extremes(self, columns: Floats, counted: Flags) -> tuple[Floats, Floats]:
        """The smallest and the largest value of each column that counts, in each group."""
        if not len(self):
            return np.empty((len(columns), 0)), np.empty((len(columns), 0))
        low = np.minimum.reduceat(self._sorted(np.where(counted, columns, np.inf)), self.starts, axis=-1)
        high = np.maximum.reduceat(self._sorted(np.where(counted, columns, -np.inf)), self.starts, axis=-1)
        return low, high

    def _sorted(self, values: NDArray[Any]) -> NDArray[Any]:
        return values if self.is_sorted else values[..., self.order]


@dataclass(frozen=True, eq=False)
class Groups:
    """What is kept of some groups when their rows are gone; g groups.

    Attributes:
        sizes: How many rows each has, int64 of shape (g,).
        scores: Moments of the reward and each component with a weight, over the scored rows.
        lengths: Moments of the reward and the answer's length, over the scored rows that have an answer.
    """

    sizes: NDArray[np.int64]
    scores: Moments
    lengths: Moments

    @classmethod
    def of(cls, grouping: Grouping, columns: Floats, lengths: Floats) -> Groups:
        """Make them from rows.

        Args:
            grouping: The groups of the rows.
            columns: The reward, then each component, shape (c, n); NaN where unscored.
            lengths: The length of each answer, NaN where there is none; shape (n,).
        """
        scored = ~np.isnan(columns[0])
        return cls(
            np.diff(grouping.starts, append=len(scored)),
            grouping.moments(columns, scored),
            grouping.moments(np.stack([columns[0], lengths]), scored & ~np.isnan(lengths)),
        )

    def __len__(self) -> int:
        return len(self.sizes)

    def __getitem__(self, groups: slice) -> Groups:
        return Groups(self.sizes[groups], self.scores[groups], self.lengths[groups])

    def followed_by(self, other: Groups) -> Groups:
        """These groups, then those of another."""
        return Groups(np.concatenate([self.sizes, other.sizes]), self.scores.followed_by(other.scores),
                      self.lengths.followed_by(other.lengths))  # fmt: skip

    def with_rows_of(self, other: Groups) -> Groups:
        """Each group with more rows of its own."""
        return Groups(self.sizes + other.sizes, self.scores.with_rows_of(other.scores),
                      self.lengths.with_rows_of(other.lengths))  # fmt: skip


@dataclass(frozen=True, eq=False)
class Mixture:
    """Groups and the weights of components, as a trainer makes advantages of them.

    Attributes:
        groups: The groups; one a row where they are unknown.
        weights: The weight of each component that has one, shape (k, 1).
        is_grader: Which of them are graders, not the format; shape (k,).
        aggregation: What the trainer normalises: the weighted sum, or each component.
    """

    groups: Groups
    weights: Floats
    is_grader: Flags
    aggregation: Aggregation = "sum_then_normalize"

    @cached_property
    def teaching(self) -> Flags:
        """Which groups have advantages at all: two scored rows that differ, in the sum or in some component."""
        equal = self.groups.scores.equal
        in_all: Flags = np.logical_and.reduce(equal[1:])
        return ~(equal[0] if self.aggregation == "sum_then_normalize" else in_all)

    @cached_property
    def paid(self) -> Flags:
        """Which groups have a scored row that some grader gives more than 0."""
        highest = self.groups.scores.high[1:][self.is_grader]
        paid: Flags = np.logical_or.reduce(highest > 0)
        return paid if len(highest) else self.groups.scores.count > 0

    @cached_property
    def decided_by_format(self) -> Flags:
        """Which groups have an advantage though every grader gives 0 throughout: the format's."""
        return self.teaching & ~self.paid

    @property
    def kinds(self) -> dict[str, Flags]:
        """Which groups are what, as `graders.diagnostics.GroupFigures` counts them, and which are teaching."""
        scores = self.groups.scores
        flat = ~self.teaching & (scores.count > 1)
        right, wrong = flat & (scores.low[0] == 1), flat & ~self.paid
        return {"zero_variance": flat, "all_right": right, "all_wrong": wrong, "tied": flat & ~right & ~wrong,
                "unscored": self.groups.sizes > scores.count, "format_decides": self.decided_by_format,
                "teaching": self.teaching}  # fmt: skip

    @cached_property
    def alive(self) -> Flags:
        """Which groups have a variance of what the trainer sums up."""
        return self.teaching & (self.variance > ROUNDING * self._own_variance)

    @cached_property
    def shares(self) -> Floats:
        """Each component's share of the variance within each group that is alive, shape (k, g); 0 in the others.

        The share is the covariance of the component's part with what is summed up, over the variance of that:
        the shares of one group sum to 1, and one that works against the others is negative.
        """
        return np.where(self.alive, self._parts / np.where(self.alive, self.variance, 1.0), 0.0)

    @cached_property
    def variance(self) -> Floats:
        """The sum of squares within each group of what the trainer sums up."""
        by_reward = self.aggregation == "sum_then_normalize"
        variance: Floats = self.groups.scores.products[0, 0] if by_reward else self._parts.sum(axis=0)
        return variance

    @cached_property
    def importance(self) -> Floats:
        """What each group weighs in a mean over groups: 0 where it is not alive.

        Where the sum is normalised, every group has the same weight; where components are, the batch is scaled as
        a whole, and a group weighs by its variance.
        """
        return np.where(self.alive, 1.0 if self.aggregation == "sum_then_normalize" else self.variance, 0.0)

    @cached_property
    def _parts(self) -> Floats:
        """The covariance of each component's part with what the trainer sums up, times the rows; shape (k, g)."""
        products = self.groups.scores.products
        if self.aggregation == "sum_then_normalize":
            return np.multiply(products[1:, 0], self.weights)
        parts: Floats = (products[1:, 1:] * self._factors[None] * self._factors[:, None]).sum(axis=1)
        return parts

    @cached_property
    def _own_variance(self) -> Floats:
        """The sum of what the variance would be were each component alone."""
        own = np.diagonal(self.groups.scores.products[1:, 1:]).T
        variance: Floats = (own * self._factors**2).sum(axis=0)
        return variance

    @cached_property
    def _factors(self) -> Floats:
        """What a distance from the group's mean is multiplied by, for each component and group."""
        if self.aggregation == "sum_then_normalize":
            return self.weights
        scores = self.groups.scores
        deviation = np.sqrt(np.diagonal(scores.products[1:, 1:]).T / np.maximum(scores.count - 1, 1))
        return np.divide(self.weights, deviation + EPSILON)
