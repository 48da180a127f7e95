"""Arithmetic over groups: the completions of one prompt, among which a trainer compares."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

Aggregation = Literal["sum_then_normalize", "normalize_then_sum"]
"""How a trainer makes advantages of components: of their weighted sum, or of each one alone (as TRL names them)."""

EPSILON = 1e-4
"""What TRL adds to a standard deviation before it divides by it."""


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

    @classmethod
    def alone(cls, rows: int) -> Grouping:
        """Each row a group of its own."""
        return cls.of(np.arange(rows, dtype=np.int64))

    def __len__(self) -> int:
        return len(self.starts)

    def sums(self, values: Floats | Flags) -> Floats:
        """The sum over each group, of one column of rows or of several, stacked."""
        if not len(self):
            return np.empty((*values.shape[:-1], 0))
        return np.add.reduceat(self._sorted(values), self.starts, axis=-1, dtype=np.float64)

    def some(self, flags: Flags) -> Flags:
        """Whether any row of each group has a flag."""
        return np.logical_or.reduceat(self._sorted(flags), self.starts) if len(self) else np.empty(0, dtype=np.bool_)

    def equal(self, values: Floats, scored: Flags) -> Flags:
        """Whether the scored rows of each group are all equal, in each column; true where none is."""
        if not len(self):
            return np.empty((*values.shape[:-1], 0), dtype=np.bool_)
        low = np.minimum.reduceat(self._sorted(np.where(scored, values, np.inf)), self.starts, axis=-1)
        high = np.maximum.reduceat(self._sorted(np.where(scored, values, -np.inf)), self.starts, axis=-1)
        return low >= high

    def centred(self, values: Floats, scored: Flags, equal: Flags | None = None) -> Floats:
        """Each scored row less the mean of its group's scored rows; exactly 0 elsewhere and where all are equal.

        Args:
            values: One column of rows, or several, stacked.
            scored: Which rows count.
            equal: What `equal` gives for them, where it is known.
        """
        kept = np.where(scored, values, 0.0)
        means = self.sums(kept) / np.maximum(self.sums(scored), 1)
        flat = self.equal(values, scored) if equal is None else equal
        return np.where(scored & ~flat[..., self.index], kept - means[..., self.index], 0.0)

    def _sorted(self, values: NDArray[Any]) -> NDArray[Any]:
        return values if self.is_sorted else values[..., self.order]


@dataclass(frozen=True, eq=False)
class Mixture:
    """Components and their weights over groups, as a trainer makes advantages of them.

    Attributes:
        rewards: The reward of each row, NaN where unscored.
        components: The scores of each component with a weight.
        weights: These weights.
        grouping: The groups; one a row where they are unknown.
        aggregation: What the trainer normalises: the weighted sum, or each component.
    """

    rewards: Floats
    components: Mapping[str, Floats]
    weights: Mapping[str, float]
    grouping: Grouping
    aggregation: Aggregation = "sum_then_normalize"

    @cached_property
    def scored(self) -> Flags:
        """Which rows have a reward."""
        return ~np.isnan(self.rewards)

    @cached_property
    def teaching(self) -> Flags:
        """Which groups have advantages at all: two scored rows that differ, in the sum or in some component."""
        equal = self._equal[0] if self.aggregation == "sum_then_normalize" else self._equal[1:].all(axis=0)
        return np.logical_not(equal)

    @cached_property
    def paid(self) -> Flags:
        """Which groups have a scored row that some grader gives more than 0."""
        graders = [np.nan_to_num(values) > 0 for name, values in self.components.items() if name != "format"]
        return self.grouping.some(self.scored & np.any(graders, axis=0) if graders else self.scored)

    @cached_property
    def decided_by_format(self) -> Flags:
        """Which groups have an advantage though every grader gives 0 throughout: the format's."""
        return self.teaching & ~self.paid

    @cached_property
    def shares(self) -> dict[str, Floats]:
        """Each component's share of the variance within each group; NaN for groups without any.

        The share is the covariance of the component's part with what is summed up, over the variance of that:
        the shares of one group sum to 1, and one that works against the others is negative.
        """
        variance = np.where(self.teaching & (self.variance > 0), self.variance, np.nan)
        shares = self.grouping.sums(self._parts * self._parts.sum(axis=0)) / variance
        return dict(zip(self.components, shares, strict=True))

    @cached_property
    def variance(self) -> Floats:
        """The sum of squares within each group of what the trainer sums up."""
        total = self._parts.sum(axis=0)
        return self.grouping.sums(total * total)

    @cached_property
    def mean_shares(self) -> dict[str, float]:
        """Each component's share over all groups; NaN where no group has any variance.

        Where the sum is normalised, every group has the same weight; where components are, the batch is scaled as
        a whole, and a group weighs by its variance.
        """
        alive = self.teaching & (self.variance > 0)
        if not alive.any():
            return dict.fromkeys(self.components, math.nan)
        weights = np.ones(int(alive.sum())) if self.aggregation == "sum_then_normalize" else self.variance[alive]
        total = float(weights.sum())
        return {name: float((share[alive] * weights).sum()) / total for name, share in self.shares.items()}

    @cached_property
    def _columns(self) -> Floats:
        """The rewards, then each component, stacked."""
        return np.stack([self.rewards, *self.components.values()])

    @cached_property
    def _equal(self) -> Flags:
        """For each of these columns, the groups in which it is constant."""
        return self.grouping.equal(self._columns, self.scored)

    @cached_property
    def _parts(self) -> Floats:
        """What each component adds to a row's distance from its group's mean, stacked."""
        centred = self.grouping.centred(self._columns[1:], self.scored, self._equal[1:])
        if self.aggregation == "normalize_then_sum":
            freedom = np.maximum(self.grouping.sums(self.scored) - 1, 1)
            deviation = np.sqrt(self.grouping.sums(centred * centred) / freedom)
            centred = centred / (deviation + EPSILON)[..., self.grouping.index]
        weights: Floats = np.array([[self.weights[name]] for name in self.components])
        return np.multiply(centred, weights)
