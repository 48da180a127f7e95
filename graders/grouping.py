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
        """The sum over each group."""
        return np.add.reduceat(self._sorted(values), self.starts, dtype=np.float64) if len(self) else np.empty(0)

    def some(self, flags: Flags) -> Flags:
        """Whether any row of each group has a flag."""
        return np.logical_or.reduceat(self._sorted(flags), self.starts) if len(self) else np.empty(0, dtype=np.bool_)

    def equal(self, values: Floats, scored: Flags) -> Flags:
        """Whether the scored rows of each group are all equal; true where none is."""
        if not len(self):
            return np.empty(0, dtype=np.bool_)
        low = np.minimum.reduceat(self._sorted(np.where(scored, values, np.inf)), self.starts)
        high = np.maximum.reduceat(self._sorted(np.where(scored, values, -np.inf)), self.starts)
        return low >= high

    def centred(self, values: Floats, scored: Flags) -> Floats:
        """Each scored row less the mean of its group's scored rows; exactly 0 elsewhere and where all are equal."""
        kept = np.where(scored, values, 0.0)
        means = self.sums(kept) / np.maximum(self.sums(scored), 1)
        moves = scored & ~self.equal(values, scored)[self.index]
        return np.where(moves, kept - means[self.index], 0.0)

    def _sorted(self, values: NDArray[Any]) -> NDArray[Any]:
        return values if self.is_sorted else values[self.order]


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
        if self.aggregation == "sum_then_normalize":
            return ~self.grouping.equal(self.rewards, self.scored)
        lively: Flags = np.any([~self.grouping.equal(one, self.scored) for one in self.components.values()], axis=0)
        return lively

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
        moved, total = self._parts
        variance = np.where(self.teaching & (self.variance > 0), self.variance, np.nan)
        return {name: self.grouping.sums(part * total) / variance for name, part in moved.items()}

    @cached_property
    def variance(self) -> Floats:
        """The sum of squares within each group of what the trainer sums up."""
        total = self._parts[1]
        return self.grouping.sums(total * total)

    def mean_share(self, name: str) -> float:
        """A component's share over all groups; NaN where no group has any variance.

        Where the sum is normalised, every group has the same weight; where components are, the batch is scaled as
        a whole, and a group weighs by its variance.
        """
        share = self.shares[name]
        alive = ~np.isnan(share)
        if not alive.any():
            return math.nan
        weights = None if self.aggregation == "sum_then_normalize" else self.variance[alive]
        return float(np.average(share[alive], weights=weights))

    @cached_property
    def _parts(self) -> tuple[dict[str, Floats], Floats]:
        """What each component adds to a row's distance from its group's mean, and the sum of that."""
        moved = {name: self._moved(name) for name in self.components}
        return moved, sum(moved.values(), np.zeros(len(self.rewards)))

    def _moved(self, name: str) -> Floats:
        centred = self.grouping.centred(self.components[name], self.scored)
        if self.aggregation == "normalize_then_sum":
            freedom = np.maximum(self.grouping.sums(self.scored) - 1, 1)
            deviation = np.sqrt(self.grouping.sums(centred * centred) / freedom)
            centred = centred / (deviation + EPSILON)[self.grouping.index]
        return centred * self.weights[name]
