"""Figures of any number of rows, gathered block by block: what is kept does not grow with the rows."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from graders.alarm_rows import FirstRows, GroupRows, LongRows
from graders.alarms import OVERPULL
from graders.grouping import Aggregation, Grouping, Groups, Mixture
from graders.moments import Floats, Moments
from graders.outcome import OUTCOMES

BLOCK = 8192
"""Rows are taken in so many at once. Where blocks end decides the last bit of a sum, and nothing else."""


@dataclass(frozen=True, eq=False)
class Block:
    """Consecutive rows: n of them, c components in the order of their weights.

    Attributes:
        rewards: The reward of each row, NaN where unscored; float64, shape (n,).
        values: The scores of each component, NaN where unscored; float64, shape (c, n).
        codes: The outcome code of each; int8, shape (c, n).
        groups: The group number of each row, shape (n,); those of one group stand side by side, or all in one block.
        lengths: The length of each answer, NaN where there is none; float64, shape (n,).
    """

    rewards: Floats
    values: Floats
    codes: NDArray[np.int8]
    groups: NDArray[np.int64]
    lengths: Floats

    @classmethod
    def joined(cls, blocks: Sequence[Block]) -> Block:
        """Blocks as one; at least one."""
        columns = zip(*(vars(block).values() for block in blocks), strict=True)
        return cls(*(np.concatenate(parts, axis=-1) for parts in columns))

    def __len__(self) -> int:
        return len(self.rewards)

    def __getitem__(self, rows: slice) -> Block:
        return Block(*(column[..., rows] for column in vars(self).values()))


@dataclass(frozen=True, eq=False)
class _OpenGroup:
    """The last group so far, which may have more rows.

    Attributes:
        number: Its group number.
        groups: What is kept of it.
        rows: The numbers of its first rows.
    """

    number: int
    groups: Groups
    rows: list[int]


@dataclass
class Tally:
    """What is kept of rows: a few numbers a component, and of groups only the last one.

    Attributes:
        weights: The weight of each component, in the order of a block's columns.
        aggregation: What the trainer normalises.
        rows: How many rows there are.
        outcomes: How many rows have each outcome, by component and code.
        at_one: How many rows each component gives exactly 1, then how many have that reward.
        alone: Moments of each component over the rows it scores; None before the first block.
        together: Moments of the reward and each component with a weight over the scored rows.
        with_length: Moments of the reward and the answer's length over the scored rows that have an answer.
        within: The co-moments of these two within groups, shape (2, 2).
        length_sum, length_count: Of the answers there are.
        groups: How many groups are what: their ``count``, and each of `Mixture.kinds`.
        noted: The rows that an alarm may name, by its kind, and by component where there is one a component.
        long: The rows with the longest answers.
    """

    weights: Mapping[str, float]
    aggregation: Aggregation = "sum_then_normalize"
    rows: int = 0
    alone: Moments | None = None
    together: Moments | None = None
    with_length: Moments | None = None
    length_sum: float = 0.0
    length_count: int = 0
    groups: Counter[str] = field(default_factory=Counter)
    noted: defaultdict[tuple[str, str | None], FirstRows] = field(default_factory=lambda: defaultdict(FirstRows))
    long: LongRows = field(default_factory=LongRows)
    _importance: float = 0.0
    _open: _OpenGroup | None = None

    def __post_init__(self) -> None:
        self.mixed = [name for name, weight in self.weights.items() if weight > 0]
        self._is_mixed = np.array([weight > 0 for weight in self.weights.values()], dtype=np.bool_)
        self._is_grader = np.array([name != "format" for name in self.mixed], dtype=np.bool_)
        self._mixed_weights = np.array([[self.weights[name]] for name in self.mixed])
        self._pulls = np.zeros(len(self.mixed))
        self.outcomes = np.zeros((len(self.weights), len(OUTCOMES)), dtype=np.int64)
        self.at_one = np.zeros(len(self.weights) + 1, dtype=np.int64)
        self.within = np.zeros((2, 2))

    @property
    def scored(self) -> int:
        """How many rows have a reward."""
        return self.noted["constant", None].count

    @property
    def mean_shares(self) -> dict[str, float]:
        """Each component's share of the variance within groups, over all groups; NaN where no group has any."""
        return {name: float(pull) / self._importance if self._importance else math.nan
                for name, pull in zip(self.mixed, self._pulls, strict=True)}  # fmt: skip

    @property
    def constants(self) -> dict[str, float]:
        """The components that have one value in all scored rows, with that value."""
        if self.together is None:
            return {}
        columns = zip(self.mixed, self.together.low[1:, 0], self.together.equal[1:, 0], strict=True)
        return {name: float(value) for name, value, equal in columns if equal and self.scored}

    @property
    def correlations(self) -> dict[str, float]:
        """The correlation of each two components over the scored rows, where neither is constant."""
        if self.together is None:
            return {}
        found = {f"{self.mixed[one - 1]}~{self.mixed[other - 1]}": self.together.correlation(one, other)
                 for one, other in combinations(range(1, len(self.mixed) + 1), 2)}  # fmt: skip
        return {pair: value for pair, value in found.items() if not math.isnan(value)}

    def take(self, block: Block, *, last: bool = False) -> None:
        """Take in the rows that come next.

        Args:
            block: One row at least.
            last: Whether no more rows come, so that the last group is whole.
        """
        self._take_rows(block)
        grouping, before = Grouping.of(block.groups), self._open
        groups = Groups.of(grouping, np.vstack([block.rewards, block.values[self._is_mixed]]), block.lengths)
        where = GroupRows(groups.sizes, grouping.index, self.rows)
        if before is not None:
            joined = before.number == block.groups[0]
            groups = _after(before.groups, groups, joined=joined)
            where = GroupRows(groups.sizes, grouping.index + (not joined), self.rows, before.rows)
        whole = len(groups) if last else len(groups) - 1
        if whole:
            self._take_groups(groups[:whole], where)
        open_rows = where.first(np.arange(len(groups)) == whole)
        self._open = None if last else _OpenGroup(int(block.groups[-1]), groups[whole:], open_rows)
        self.rows += len(block)

    def _take_rows(self, block: Block) -> None:
        """All that has nothing to do with groups."""
        unscored = np.isnan(block.values)
        self.alone = _pooled(self.alone, Moments.of_each(block.values, ~unscored))
        self.at_one += np.append((block.values == 1).sum(axis=1), (block.rewards == 1).sum())
        self.outcomes += [np.bincount(codes, minlength=len(OUTCOMES)) for codes in block.codes]
        known, scored = ~np.isnan(block.lengths), ~np.isnan(block.rewards)
        self.length_sum += float(block.lengths[known].sum())
        self.length_count += int(known.sum())
        self.noted["constant", None].add(scored, self.rows)
        self.noted["unscored", None].add(~scored, self.rows)
        long = np.flatnonzero(scored & known)
        self.long.add(block.lengths[long], long + self.rows)

    def _take_groups(self, groups: Groups, where: GroupRows) -> None:
        """Take in groups that are whole."""
        mixture = Mixture(groups, self._mixed_weights, self._is_grader, self.aggregation)
        self.groups["count"] += len(groups)
        self.groups.update({name: int(np.count_nonzero(flags)) for name, flags in mixture.kinds.items()})
        self.together = _pooled(self.together, groups.scores.total())
        self.with_length = _pooled(self.with_length, groups.lengths.total())
        self.within += groups.lengths.products.sum(axis=-1)
        self._pulls += (mixture.shares * mixture.importance).sum(axis=-1)
        self._importance += float(mixture.importance.sum())
        self.noted["zero_variance", None].add_groups(~mixture.teaching, where)
        self.noted["format_decides", None].add_groups(mixture.decided_by_format, where)
        for name, share in zip(self.mixed, mixture.shares, strict=True):
            self.noted["overpull", name].add_groups(share > OVERPULL, where)


def _after(before: Groups, groups: Groups, *, joined: bool) -> Groups:
    """Groups after one that came before, whose rows go on in the first of them where they are joined."""
    if not joined:
        return before.followed_by(groups)
    return before.with_rows_of(groups[:1]).followed_by(groups[1:])


def _pooled(before: Moments | None, more: Moments) -> Moments:
    return more if before is None else before.with_rows_of(more)
