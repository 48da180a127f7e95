"""Figures of any number of rows, gathered block by block: what is kept does not grow with the rows."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from graders.figures.alarms import OVERPULL
from graders.figures.grouping import KINDS, Aggregation, Grouping, Groups, kinds, shares
from graders.figures.moments import Flags, Floats, Moments, correlation
from graders.figures.noted_rows import FirstRows, GroupRows, LongRows
from graders.figures.views import Views
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

    @property
    def table(self) -> Floats:
        """The rewards, the scores and the lengths as one table, shape (c + 2, n)."""
        return np.concatenate([self.rewards[None], self.values, self.lengths[None]])

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
        at_one: How many rows have a reward of exactly 1, then how many each component gives that.
        total: Moments of all columns of `views` over the groups that are whole; None where there is none yet.
        within: The co-moments within groups of the reward, of the reward with the answer's length, and of that.
        group_count: How many groups are whole.
        kinds: How many of them are what, in the order of `graders.figures.grouping.KINDS`.
        noted: The rows that an alarm may name, by its kind, and by component where there is one a component.
        long: The rows with the longest answers.
    """

    weights: Mapping[str, float]
    aggregation: Aggregation = "sum_then_normalize"
    rows: int = 0
    total: Moments | None = None
    group_count: int = 0
    noted: defaultdict[tuple[str, str | None], FirstRows] = field(default_factory=lambda: defaultdict(FirstRows))
    long: LongRows = field(default_factory=LongRows)
    _importance: float = 0.0
    _open: _OpenGroup | None = None

    def __post_init__(self) -> None:
        self.views = Views.of(tuple(self.weights.items()))
        self._pulls = np.zeros(len(self.views.mixed))
        self.outcomes = np.zeros((len(self.weights), len(OUTCOMES)), dtype=np.int64)
        self.at_one = np.zeros(len(self.weights) + 1, dtype=np.int64)
        self.kinds = np.zeros(len(KINDS), dtype=np.int64)
        self.within = np.zeros(3)

    @property
    def scored(self) -> int:
        """How many rows have a reward."""
        return self.noted["constant", None].count

    @property
    def groups(self) -> dict[str, int]:
        """How many groups there are, as ``count``, and how many of them are each of `KINDS`."""
        return {"count": self.group_count, **dict(zip(KINDS, self.kinds.tolist(), strict=True))}

    @property
    def mean_shares(self) -> dict[str, float]:
        """Each component's share of the variance within groups, over all groups; NaN where no group has any."""
        shares = (self._pulls / self._importance).tolist() if self._importance else [math.nan] * len(self.views.mixed)
        return dict(zip(self.views.mixed, shares, strict=True))

    @property
    def constants(self) -> dict[str, float]:
        """The components that have one value in all scored rows, with that value."""
        if self.total is None or not self.scored:
            return {}
        columns = zip(self.views.mixed, self.total.low[1:].tolist(), self.total.equal[1:].tolist(), strict=False)
        return {name: value for name, value, equal in columns if equal}

    @property
    def correlations(self) -> dict[str, float]:
        """The correlation of each two components over the scored rows, where neither is constant."""
        if self.total is None:
            return {}
        at, products = self.views.pairs.at.tolist(), self.total.products.tolist()
        found = {
            f"{self.views.mixed[one - 1]}~{self.views.mixed[other - 1]}": correlation(
                products[at[one][one]], products[at[one][other]], products[at[other][other]]
            )
            for one, other in combinations(range(1, len(self.views.mixed) + 1), 2)
        }
        return {pair: value for pair, value in found.items() if not math.isnan(value)}

    def take(self, block: Block, *, last: bool = False) -> None:
        """Take in the rows that come next.

        Args:
            block: One row at least.
            last: Whether no more rows come, so that the last group is whole.
        """
        table, grouping, before = block.table, Grouping.of(block.groups), self._open
        known = self.views.known(table)
        self._take_rows(block, table, known)
        groups = Groups(grouping.sizes, self.views.moments(grouping, table, known))
        where = GroupRows(groups.sizes, grouping.index, self.rows)
        if before is not None:
            joined = before.number == block.groups[0]
            groups = _after(before.groups, groups, joined=joined)
            where = GroupRows(groups.sizes, grouping.index + (not joined), self.rows, before.rows)
        self._open = None if last else _OpenGroup(int(block.groups[-1]), groups[-1:], where.last())
        if not last:
            groups = groups[:-1]
        if len(groups):
            self._take_groups(groups, where)
        self.rows += len(block)

    def _take_rows(self, block: Block, table: Floats, known: Flags) -> None:
        """All that has nothing to do with groups."""
        self.at_one += np.add.reduce(table[:-1] == 1, axis=-1)
        self.outcomes += [np.bincount(codes, minlength=len(OUTCOMES)) for codes in block.codes]
        scored = self.noted["constant", None]
        if scored.add(known[0], self.rows) < len(block):
            self.noted["unscored", None].add(~known[0], self.rows)
        self.long.add(block.lengths, known[-1], self.rows)

    def _take_groups(self, groups: Groups, where: GroupRows) -> None:
        """Take in groups that are whole."""
        found = kinds(groups, self.views.is_grader, self.aggregation)
        pulls, importance = shares(groups, self.views.weights, found[0], self.aggregation)
        self.group_count += len(groups)
        counts = np.add.reduce(found, axis=-1)
        self.kinds += counts
        total = groups.moments.total()
        self.total = total if self.total is None else self.total.with_rows_of(total)
        self.within += np.add.reduce(groups.moments.products[self.views.with_length], axis=-1)
        self._pulls += np.add.reduce(pulls * importance, axis=-1)
        self._importance += float(np.add.reduce(importance))
        if counts[0] < len(groups):
            self.noted["zero_variance", None].add_groups(~found[0], where)
        if counts[-1]:
            self.noted["format_decides", None].add_groups(found[-1], where)
        for name, flags in zip(self.views.mixed, pulls > OVERPULL, strict=True):
            self.noted["overpull", name].add_groups(flags, where)


def _after(before: Groups, groups: Groups, *, joined: bool) -> Groups:
    """Groups after one that came before, whose rows go on in the first of them where they are joined."""
    if not joined:
        return before.followed_by(groups)
    return before.with_rows_of(groups[:1]).followed_by(groups[1:])
