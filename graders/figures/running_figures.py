"""Figures of any number of rows, gathered block by block: what is kept does not grow with the rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from graders.figures.grouping import KINDS, Aggregation, Flags, Floats, Grouping, Moments, Views, kinds, shares
from graders.figures.noted_rows import FirstRows, GroupRows, LongRows
from graders.vocabulary.outcome import OUTCOMES, PROVOKED, Outcome

OVERPULL = 0.5
"""A component that carries more than this share of a group's variance is noted, with the rows of the group."""

BLOCK = 8192
"""Rows are taken in so many at once. Where blocks end decides the last bit of a sum, and nothing else."""


_PROVOKED = [outcome.code for outcome in PROVOKED]


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
        columns = zip(*(vars(block).values() for block in blocks), strict=True)
        return cls(*(np.concatenate(parts, axis=-1) for parts in columns))

    def __len__(self) -> int:
        return len(self.rewards)

    def __getitem__(self, rows: slice) -> ScoredBlock:
        return ScoredBlock(*(column[..., rows] for column in vars(self).values()))


@dataclass(frozen=True, eq=False)
class _OpenGroup:
    """The last group so far, which may have more rows.

    Attributes:
        number: Its group number.
        groups: What is kept of it.
        rows: The numbers of its first rows.
    """

    number: int
    groups: Moments
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
        within_groups: The products of `Views.with_length` within groups, summed over these; shape (2, 2).
        groups: How many groups are whole, as ``count``, and how many of them are each of `grouping.KINDS`.
        noted: The rows that an alarm may name, by its kind, and by component where there is one a component.
        long: The rows with the longest answers.
        unread: Of the rows without an answer, how many each ``answer_source`` would read; whoever has the texts adds
            to it.
        pulls: What each component with a weight has of the variance within groups, summed over these.
        importance: What the groups weigh in that sum, all together.
    """

    weights: Mapping[str, float]
    aggregation: Aggregation = "sum_then_normalize"
    rows: int = 0
    scored: int = 0
    whole: Views | None = None
    groups: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("count", *KINDS), 0))
    noted: defaultdict[tuple[str, str | None], FirstRows] = field(default_factory=lambda: defaultdict(FirstRows))
    long: LongRows = field(default_factory=LongRows)
    unread: Counter[str] = field(default_factory=Counter)
    importance: float = 0.0
    _open: _OpenGroup | None = None

    def __post_init__(self) -> None:
        self.weighted = [name for name, weight in self.weights.items() if weight > 0]
        self._columns = [column for column, weight in enumerate(self.weights.values()) if weight > 0]
        self._factors = np.array([[self.weights[name]] for name in self.weighted])
        self._readers = [column for column, name in enumerate(self.weights) if not name.startswith("format")]
        self._is_grader = np.array([name != "format" for name in self.weighted], dtype=np.bool_)
        self.pulls = np.zeros(len(self.weighted))
        self.outcomes = np.zeros((len(self.weights), len(OUTCOMES)), dtype=np.int64)
        self.at_one = np.zeros(len(self.weights) + 1, dtype=np.int64)
        self.within_groups = np.zeros((2, 2))

    def take(self, block: ScoredBlock, *, last: bool = False) -> None:
        """Take in the rows that come next.

        Args:
            block: One row at least.
            last: Whether no more rows come, so that the last group is whole.
        """
        self._count_outcomes(block.codes)
        self._note_unread(block.codes[self._readers or slice(None)])
        self.at_one += [np.count_nonzero(column == 1) for column in (block.rewards, *block.values)]
        columns, counted = self._seen(block)
        grouping, before = Grouping.of(block.groups), self._open
        groups, where = grouping.moments(columns, counted), GroupRows(grouping.sizes, grouping.index, self.rows)
        if before is not None:
            goes_on = before.number == block.groups[0]
            groups = _after(before.groups, groups, goes_on=goes_on)
            where = GroupRows(groups.sizes, grouping.index + (not goes_on), self.rows, before.rows)
        self._open = None if last else _OpenGroup(int(block.groups[-1]), groups[-1:], where.last())
        if last or len(groups.sizes) > 1:
            self._take_groups(groups if last else groups[:-1], where)
        scored = self.noted["constant", None].add(counted[0], self.rows)
        if scored < len(counted[0]):
            self.noted["unscored", None].add(~counted[0], self.rows)
        self.long.add(block.lengths, counted[1 + len(self.weighted)], self.rows)
        self.scored += scored
        self.rows += len(counted[0])

    def _note_unread(self, codes: NDArray[np.int8]) -> None:
        """Note the rows of a block of which a reader of answers had none."""
        for outcome in (Outcome.NO_ANSWER, Outcome.TRUNCATED):
            flags = (codes == outcome.code).any(axis=0)
            if flags.any():
                self.noted[str(outcome), None].add(flags, self.rows)

    def _count_outcomes(self, columns: NDArray[np.int8]) -> None:
        counts = np.array([np.bincount(codes, minlength=len(OUTCOMES)) for codes in columns])
        self.outcomes += counts
        for name, codes, provoked in zip(self.weights, columns, counts[:, _PROVOKED].sum(axis=1).tolist(), strict=True):
            if provoked:
                self.noted["provoked", name].add(np.isin(codes, _PROVOKED), self.rows)

    def _seen(self, block: ScoredBlock) -> tuple[Floats, Flags]:
        """The columns of the three views of a block, and which rows count in each."""
        rewards, lengths, mixed = block.rewards[None], block.lengths[None], block.values[self._columns]
        columns = np.concatenate([rewards, mixed, rewards, lengths, block.values, lengths])
        counted = ~np.isnan(columns)
        scored, with_length = counted[: 1 + len(mixed)], counted[1 + len(mixed) : 3 + len(mixed)]
        scored[1:] = scored[0]
        with_length[:] = with_length[0] & with_length[1]
        return columns, counted

    def _take_groups(self, groups: Moments, where: GroupRows) -> None:
        """Take in groups that are whole."""
        count = len(self.weighted)
        scored, total = groups.of_columns(slice(0, 1 + count)), groups.total()
        found = kinds(scored, self._is_grader, self.aggregation)
        pulls, importance = shares(scored, self._factors, found[0], self.aggregation)
        self.whole = Views.of(total if self.whole is None else self.whole.moments.with_rows_of(total), count)
        for name, more in zip(self.groups, (len(groups.sizes), *found.sum(axis=1).tolist()), strict=True):
            self.groups[name] += more
        self.within_groups += groups.products[1 + count : 3 + count, 1 + count : 3 + count].sum(axis=-1)
        self.pulls += (pulls * importance).sum(axis=1)
        self.importance += float(importance.sum())
        self.noted["zero_variance", None].add_groups(~found[0], where)
        self.noted["format_decides", None].add_groups(found[-1], where)
        for name, flags in zip(self.weighted, pulls > OVERPULL, strict=True):
            self.noted["overpull", name].add_groups(flags, where)


def _after(before: Moments, groups: Moments, *, goes_on: bool) -> Moments:
    """Groups after one that came before, whose rows go on in the first of them where it goes on."""
    if not goes_on:
        return before.followed_by(groups)
    return before.with_rows_of(groups[:1]).followed_by(groups[1:])
