"""The columns of scored rows whose moments are kept: what is looked at together, and over which rows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from graders.figures.grouping import Grouping
from graders.figures.moments import Flags, Floats, Indices, Moments, Pairs


@dataclass(frozen=True, eq=False)
class Views:
    """Three views of rows with a reward, c components of which k have a weight, and the length of the answer.

    First the reward and the weighted components over the scored rows; then the reward and the length over the scored
    rows that have an answer; at last each component and the length, each over the rows that have it.

    Attributes:
        mixed: The names of the components with a weight.
        weights: Their weights, shape (k, 1).
        is_grader: Which of them are graders, not the format; shape (k,).
        reported: The reward over the scored rows, and each component over the rows that it scores.
        with_length: The pairs of the second view: reward with itself, with the length, and the length with itself.
        source: The column of the table in `moments` that each column of a view is.
        mask: Which rows count in it: those that have that column, or one further, reward and length at once.
        pairs: The pairs of columns of one view.
    """

    mixed: tuple[str, ...]
    weights: Floats
    is_grader: Flags
    reported: Indices
    with_length: Indices
    source: Indices
    mask: Indices
    pairs: Pairs

    @classmethod
    @lru_cache(maxsize=64)
    def of(cls, weights: tuple[tuple[str, float], ...]) -> Views:
        """The views of rows whose components have these weights."""
        mixed = {number: pair for number, pair in enumerate(weights, start=1) if pair[1] > 0}
        end = len(weights) + 1  # of the components; the length's column
        alone = range(1, end + 1)
        scored = len(mixed) + 1
        pairs = Pairs.within([scored, 2, *(1 for _ in alone)])
        return cls(
            tuple(name for name, _ in mixed.values()),
            np.array([[weight] for _, weight in mixed.values()]),
            np.array([name != "format" for name, _ in mixed.values()], dtype=np.bool_),
            np.array([0, *range(scored + 2, scored + 2 + len(weights))]),
            pairs.at[[scored, scored, scored + 1], [scored, scored + 1, scored + 1]],
            np.array([0, *mixed, 0, end, *alone]),
            np.array([0] * scored + [end + 1] * 2 + [*alone]),
            pairs,
        )

    @staticmethod
    def known(table: Floats) -> Flags:
        """What each row has, shape (c + 3, n): a reward, each component, a length; then reward and length at once.

        Args:
            table: The reward, each component and the length of each row, NaN where there is none; shape (c + 2, n).
        """
        known = np.empty((len(table) + 1, table.shape[-1]), dtype=np.bool_)
        np.equal(table, table, out=known[:-1])
        np.logical_and(known[0], known[-2], out=known[-1])
        return known

    def moments(self, grouping: Grouping, table: Floats, known: Flags) -> Moments:
        """The moments of all views over each group.

        Args:
            grouping: The groups of the rows.
            table: As in `known`.
            known: What `known` says of it.
        """
        return grouping.moments(table[self.source], known[self.mask], self.pairs)
