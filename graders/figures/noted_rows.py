"""The rows that an alarm names, gathered while rows go by: the first of them, and how many there are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from graders.figures.grouping import Flags, Floats

MAX_ROWS = 100
"""An alarm names so many rows at most; its count says how many there are."""

SETTLED_ROWS = 2**14
"""So many rows are gathered before their lengths are counted."""

_NOTHING, _NO_ROWS = np.empty(0), np.empty(0, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class GroupRows:
    """Where the rows of some groups are.

    Attributes:
        sizes: How many rows each group has.
        index: The group of each row of a block.
        start: The number of the block's first row.
        carried: The numbers of the first rows of the first group that stand before this block.
    """

    sizes: NDArray[np.int64]
    index: NDArray[np.intp]
    start: int
    carried: Sequence[int] = ()

    def first(self, flags: Flags) -> list[int]:
        """The first `MAX_ROWS` rows of the groups that have a flag; groups beyond the flags have none."""
        flagged = np.zeros(len(self.sizes), dtype=np.bool_)
        flagged[: len(flags)] = flags
        rows = flagged[self.index].nonzero()[0][:MAX_ROWS] + self.start
        return [*(self.carried if flags[0] else ()), *rows.tolist()][:MAX_ROWS]

    def last(self) -> list[int]:
        """The first `MAX_ROWS` rows of the last group."""
        return self.first(np.arange(len(self.sizes)) == len(self.sizes) - 1)


@dataclass
class FirstRows:
    """The first rows of some kind.

    Attributes:
        rows: The first `MAX_ROWS` of them, from 0.
        count: How many there are.
    """

    rows: list[int] = field(default_factory=list)
    count: int = 0

    def add(self, flags: Flags, start: int) -> int:
        """Take in the rows of a block that have a flag, and count them; `start` is the number of its first row."""
        count = int(np.count_nonzero(flags))
        self.count += count
        if count and len(self.rows) < MAX_ROWS:
            self._name((flags.nonzero()[0][:MAX_ROWS] + start).tolist())
        return count

    def add_groups(self, flags: Flags, where: GroupRows) -> None:
        """Take in the rows of the groups that have a flag; groups beyond the flags have none."""
        if not np.count_nonzero(flags):
            return
        self.count += int(flags @ where.sizes[: len(flags)])
        if len(self.rows) < MAX_ROWS:
            self._name(where.first(flags))

    def _name(self, rows: list[int]) -> None:
        self.rows += rows[: MAX_ROWS - len(self.rows)]


@dataclass
class LongRows:
    """Finds the rows whose answers are the longest, without keeping all of them: exact, at any number of rows.

    Lengths are counted by value: the different lengths of text in D characters are fewer than sqrt(2 D), and a few
    hundred as a rule. Of the rows those stay that can be among the first `MAX_ROWS` of the longest: a row goes when
    `MAX_ROWS` before it are as long.
    """

    _fresh: list[tuple[Floats, Flags, int]] = field(default_factory=list)
    _fresh_rows: int = 0
    _values: Floats = field(default_factory=_NOTHING.copy)
    _counts: Floats = field(default_factory=_NOTHING.copy)
    _lengths: Floats = field(default_factory=_NOTHING.copy)
    _rows: NDArray[np.int64] = field(default_factory=_NO_ROWS.copy)
    _bar: float = -math.inf

    def add(self, lengths: Floats, counted: Flags, start: int) -> None:
        """Take in the lengths of a block of rows, those that count; `start` is the number of the first."""
        self._fresh.append((lengths, counted, start))
        self._fresh_rows += len(lengths)
        if self._fresh_rows >= SETTLED_ROWS:
            self._settle()

    def longest(self, share: float) -> FirstRows:
        """The rows at or above a quantile of the lengths, numpy's of the linear method; none of no rows.

        Args:
            share: The quantile, from 0 to 1.
        """
        self._settle()
        if not len(self._values):
            return FirstRows()
        below = math.ceil((self._counts.sum() - 1) * share)  # what lies between two lengths bars as the upper one
        bound = int(np.searchsorted(np.cumsum(self._counts), below, side="right"))
        rows = self._rows[self._lengths >= self._values[bound]]
        return FirstRows(rows[:MAX_ROWS].tolist(), int(self._counts[bound:].sum()))

    def _settle(self) -> None:
        """Count the fresh lengths, and drop what can't be named any more."""
        if not self._fresh:
            return
        lengths = np.concatenate([values[counted] for values, counted, _ in self._fresh])
        rows = np.concatenate([counted.nonzero()[0] + start for _, counted, start in self._fresh])
        self._fresh, self._fresh_rows = [], 0
        counts = np.concatenate([self._counts, np.ones(len(lengths))])
        self._values, place = np.unique(np.concatenate([self._values, lengths]), return_inverse=True)
        self._counts = np.bincount(place, counts).astype(np.float64)
        near = lengths > self._bar
        self._lengths = np.concatenate([self._lengths, lengths[near]])
        self._rows = np.concatenate([self._rows, rows[near]])
        if len(self._lengths) >= MAX_ROWS:
            self._bar = float(np.partition(self._lengths, -MAX_ROWS)[-MAX_ROWS])
