"""Figures of any number of rows, gathered block by block: what is kept does not grow with the rows."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graders.figures.grouping import KINDS, Aggregation, Grouping, Groups, kinds, shares
from graders.figures.moments import Flags, Floats, correlation
from graders.figures.noted_rows import FirstRows, GroupRows, LongRows
from graders.outcome import OUTCOMES

OVERPULL = 0.5
"""A component that carries more than this share of a group's variance is noted, with the rows of the group."""

BLOCK = 8192
"""Rows are taken in so many at once. Where blocks end decides the last bit of a sum, and nothing else."""


@dataclass(frozen=True, eq=False)
class ScoredBlock:
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
    def joined(cls, blocks: Sequence[ScoredBlock]) -> ScoredBlock:
        """Blocks as one; at least one."""
        return cls(*(np.concatenate(parts, axis=-1) for parts in zip(*map(_columns, blocks), strict=True)))

    @cached_property
    def scored(self) -> Flags:
        """Which rows have a reward; shape (n,)."""
        return ~np.isnan(self.rewards)

    @cached_property
    def with_length(self) -> Flags:
        """Which rows have a reward and an answer; shape (n,)."""
        return ~np.isnan(self.rewards + self.lengths)

    def __len__(self) -> int:
        return len(self.rewards)

    def __getitem__(self, rows: slice) -> ScoredBlock:
        return ScoredBlock(*(column[..., rows] for column in _columns(self)))


def _columns(block: ScoredBlock) -> tuple[NDArray[Any], ...]:
    return block.rewards, block.values, block.codes, block.groups, block.lengths


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
class RunningFigures:
    """What is kept of rows: a few numbers a component, and of groups only the last one.

    Attributes:
        weights: The weight of each component, in the order of a block's columns.
        aggregation: What the trainer normalises.
        rows: How many rows there are.
        scored: How many of them have a reward.
        outcomes: How many rows have each outcome, by component and code.
        at_one: How many rows have a reward of exactly 1, then how many each component gives that.
        whole: All groups that are whole, as one; None before any.
        within_groups: The products of `with_length` within groups, summed over these; shape (2, 2).
        group_count: How many groups are whole.
        kinds: How many of them are what, in the order of `graders.figures.grouping.KINDS`.
        noted: The rows that an alarm may name, by its kind, and by component where there is one a component.
        long: The rows with the longest answers.
    """

    weights: Mapping[str, float]
    aggregation: Aggregation = "sum_then_normalize"
    rows: int = 0
    scored: int = 0
    whole: Groups | None = None
    group_count: int = 0
    noted: defaultdict[tuple[str, str | None], FirstRows] = field(default_factory=lambda: defaultdict(FirstRows))
    long: LongRows = field(default_factory=LongRows)
    _importance: float = 0.0
    _open: _OpenGroup | None = None

    def __post_init__(self) -> None:
        self.weighted = [name for name, weight in self.weights.items() if weight > 0]
        self._columns = [column for column, weight in enumerate(self.weights.values()) if weight > 0]
        self._factors = np.array([[self.weights[name]] for name in self.weighted])
        self._is_grader = np.array([name != "format" for name in self.weighted], dtype=np.bool_)
        self._pulls = np.zeros(len(self.weighted))
        self.outcomes = np.zeros((len(self.weights), len(OUTCOMES)), dtype=np.int64)
        self.at_one = np.zeros(len(self.weights) + 1, dtype=np.int64)
        self.kinds = np.zeros(len(KINDS), dtype=np.int64)
        self.within_groups = np.zeros((2, 2))

    @property
    def groups(self) -> dict[str, int]:
        """How many groups there are, as ``count``, and how many of them are each of `KINDS`."""
        return {"count": self.group_count, **dict(zip(KINDS, self.kinds.tolist(), strict=True))}

    @property
    def mean_shares(self) -> dict[str, float]:
        """Each component's share of the variance within groups, over all groups; NaN where no group has any."""
        if not self._importance:
            return dict.fromkeys(self.weighted, math.nan)
        return dict(zip(self.weighted, (self._pulls / self._importance).tolist(), strict=True))

    @property
    def constants(self) -> dict[str, float]:
        """The components that have one value in all scored rows, with that value."""
        if self.whole is None or not self.scored:
            return {}
        low, high = self.whole.scored.low[1:].tolist(), self.whole.scored.high[1:].tolist()
        return {name: least for name, least, most in zip(self.weighted, low, high, strict=True) if least >= most}

    @property
    def correlations(self) -> dict[str, float]:
        """The correlation of each two components over the scored rows, where neither is constant."""
        if self.whole is None:
            return {}
        products = self.whole.scored.products[1:, 1:].tolist()
        found = {
            f"{name}~{other}": correlation(products[i][i], products[i][j], products[j][j])
            for (i, name), (j, other) in combinations(enumerate(self.weighted), 2)
        }
        return {pair: value for pair, value in found.items() if not math.isnan(value)}

    def take(self, block: ScoredBlock, *, last: bool = False) -> None:
        """Take in the rows that come next.

        Args:
            block: One row at least.
            last: Whether no more rows come, so that the last group is whole.
        """
        self._take_rows(block)
        groups, where = self._groups_of(block)
        self._open = None if last else _OpenGroup(int(block.groups[-1]), groups[-1:], where.last())
        whole = groups if last else groups[:-1]
        if len(whole):
            self._take_groups(whole, where)
        self.rows += len(block)

    def _take_rows(self, block: ScoredBlock) -> None:
        """All that has nothing to do with groups."""
        self.at_one += (np.concatenate([block.rewards[None], block.values]) == 1).sum(axis=1)
        self.outcomes += [np.bincount(codes, minlength=len(OUTCOMES)) for codes in block.codes]
        scored = self.noted["constant", None].add(block.scored, self.rows)
        if scored < len(block):
            self.noted["unscored", None].add(~block.scored, self.rows)
        self.scored += scored
        self.long.add(block.lengths, block.with_length, self.rows)

    def _groups_of(self, block: ScoredBlock) -> tuple[Groups, GroupRows]:
        """The groups of a block and where their rows are, the one left open before it in front."""
        grouping, before = Grouping.of(block.groups), self._open
        rewards, lengths, mixed = block.rewards[None], block.lengths[None], block.values[self._columns]
        columns = np.concatenate([rewards, mixed, rewards, lengths, block.values, lengths])
        counted = ~np.isnan(columns)
        counted[1 : len(mixed) + 1] = counted[0]  # components over the scored rows
        counted[len(mixed) + 1 : len(mixed) + 3] = block.with_length
        groups = Groups(grouping.sizes, len(mixed), grouping.moments(columns, counted))
        if before is None:
            return groups, GroupRows(groups.sizes, grouping.index, self.rows)
        goes_on = before.number == block.groups[0]
        groups = _after(before.groups, groups, goes_on=goes_on)
        return groups, GroupRows(groups.sizes, grouping.index + (not goes_on), self.rows, before.rows)

    def _take_groups(self, groups: Groups, where: GroupRows) -> None:
        """Take in groups that are whole."""
        found = kinds(groups, self._is_grader, self.aggregation)
        teaching, format_decides = found[0], found[-1]
        pulls, importance = shares(groups, self._factors, teaching, self.aggregation)
        self.group_count += len(groups)
        self.kinds += found.sum(axis=1)
        total = groups.total()
        self.whole = total if self.whole is None else self.whole.with_rows_of(total)
        self.within_groups += groups.with_length.products.sum(axis=-1)
        self._pulls += (pulls * importance).sum(axis=1)
        self._importance += float(importance.sum())
        self.noted["zero_variance", None].add_groups(~teaching, where)
        self.noted["format_decides", None].add_groups(format_decides, where)
        for name, flags in zip(self.weighted, pulls > OVERPULL, strict=True):
            self.noted["overpull", name].add_groups(flags, where)


def _after(before: Groups, groups: Groups, *, goes_on: bool) -> Groups:
    """Groups after one that came before, whose rows go on in the first of them where it goes on."""
    if not goes_on:
        return before.followed_by(groups)
    return before.with_rows_of(groups[:1]).followed_by(groups[1:])
