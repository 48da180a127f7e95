"""The result of scoring a batch: rewards, and everything they are made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, SupportsIndex, overload

import numpy as np
from numpy.typing import NDArray

from graders.completion.parse import Layout
from graders.completion.unread_layouts import unread_layouts
from graders.contract.batch import Batch
from graders.contract.scores import Scores
from graders.figures.diagnostics import Diagnostics, diagnose
from graders.figures.grouping import Aggregation
from graders.pages.formatting import counted
from graders.reward import batch_columns
from graders.reward.reward_row import RewardRow
from graders.vocabulary.errors import DataError, UnscoredError
from graders.vocabulary.outcome import OUTCOMES, Outcome

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

_USUAL_LAYOUT = Layout()


def combine(components: Mapping[str, NDArray[np.float64]], weights: Mapping[str, float]) -> NDArray[np.float64]:
    """The weighted sum of the components, column by column in a fixed order.

    Equal rows get bit-equal rewards in any batch (a matrix product promises no such thing). A row that is
    NaN in a component with a weight is NaN. With components in [0, 1] so is the reward; it is exactly 1
    where all are 1.

    Args:
        components: Scores by component, float64 of shape (n,).
        weights: The weight of each; they sum to 1 in this order.

    >>> combine({"format": np.array([1.0, 1.0]), "math": np.array([1.0, 0.0])}, {"format": 0.1, "math": 0.9})
    array([1. , 0.1])
    """
    columns = [weights[name] * column for name, column in components.items() if weights[name] > 0]
    total = columns[0]
    for column in columns[1:]:
        total = total + column
    return total


@dataclass(frozen=True, eq=False)
class RewardBatch:
    """Rewards of a batch, with the scores, weights and outcomes behind them.

    Attributes:
        batch: The parsed completions, references, prompts and groups.
        scores: The `Scores` of each component by name, ``"format"`` first.
        weights: The effective weight of each component; they sum to 1.
        on_unscored: What `for_trainer` does with unscored rows (`Settings.on_unscored`).
        layout: How the completions were read.
    """

    batch: Batch
    scores: Mapping[str, Scores]
    weights: Mapping[str, float]
    on_unscored: str = "none"
    layout: Layout = _USUAL_LAYOUT

    @cached_property
    def rewards(self) -> NDArray[np.float64]:
        """The reward of each row: float64, shape (n,), in [0, 1], NaN where a weighted component is unscored."""
        return combine(self.components, self.weights)

    @cached_property
    def components(self) -> dict[str, NDArray[np.float64]]:
        """The scores of each component by name: float64, shape (n,), in [0, 1], NaN where unscored."""
        return {name: scores.values for name, scores in self.scores.items()}

    @cached_property
    def outcomes(self) -> dict[str, list[Outcome]]:
        """The outcome of each row by component: why it scored as it did."""
        return {name: scores.outcomes for name, scores in self.scores.items()}

    @property
    def answers(self) -> list[str | None]:
        """The answer that was read from each completion; None where there is none."""
        return self.batch.answers

    def __len__(self) -> int:
        return len(self.batch)

    @overload
    def __getitem__(self, rows: SupportsIndex) -> RewardRow: ...

    @overload
    def __getitem__(self, rows: slice) -> RewardBatch: ...

    def __getitem__(self, rows: SupportsIndex | slice) -> RewardRow | RewardBatch:
        """One row, with all that is known of it; or, of a slice, the batch of these rows."""
        if isinstance(rows, slice):
            return self._rows(range(len(self))[rows])
        return self._row(range(len(self))[rows])

    def __iter__(self) -> Iterator[RewardRow]:
        return map(self._row, range(len(self)))

    def _rows(self, rows: range) -> RewardBatch:
        chosen = list(rows)
        scores = {name: Scores(one.values[chosen], one.codes[chosen]) for name, one in self.scores.items()}
        return replace(self, batch=self.batch.rows(rows), scores=scores)

    def _row(self, row: int) -> RewardRow:
        batch = self.batch
        return RewardRow(
            row,
            batch.completions[row].text,
            batch.answers[row],
            None if batch.references is None else batch.references[row],
            None if batch.prompts is None else batch.prompts[row],
            None if batch.groups is None else int(batch.groups[row]),
            float(self.rewards[row]),
            {name: float(values[row]) for name, values in self.components.items()},
            {name: OUTCOMES[scores.codes[row]] for name, scores in self.scores.items()},
        )

    @cached_property
    def answer_lengths(self) -> NDArray[np.float64]:
        """The length of each answer in characters: float64, shape (n,), NaN where there is none."""
        return np.array([np.nan if answer is None else len(answer) for answer in self.answers], dtype=np.float64)

    def diagnostics(self, aggregation: Aggregation = "sum_then_normalize") -> Diagnostics:
        """What this batch says about the reward itself: see `graders.figures.diagnostics`.

        Args:
            aggregation: Whether the trainer normalises the weighted sum, or each component for itself
                (``normalize_then_sum``): what counts as a group that teaches nothing depends on it.
        """
        columns = self.rewards, self.scores, self.weights, self.batch.groups, self.answer_lengths
        return diagnose(*columns, aggregation, self.unread)

    @cached_property
    def unread(self) -> Counter[str]:
        """Of the completions without an answer, how many each other ``answer_source`` would read."""
        unread = [one for one in self.batch.completions if one.fault is Outcome.NO_ANSWER]
        return unread_layouts(unread, self.layout) if unread else Counter()

    def columns(self) -> dict[str, Any]:
        """All of it as columns, a row a completion.

        Returns:
            ``prompt``, ``group``, ``completion``, ``reference_answer`` (those that are known), ``answer``, ``reward``,
            and ``<component>/score`` and ``<component>/outcome``: lists of text, arrays of numbers with NaN where
            unscored. Lone surrogates, which no table can hold, are U+FFFD.
        """
        return batch_columns.batch_columns(self.batch, self.rewards, self.scores)

    def to_pandas(self) -> pd.DataFrame:
        """The `columns` as a pandas data frame; NaN where unscored.

        Raises:
            MissingExtraError: pandas isn't installed.
        """
        return batch_columns.to_pandas(self.columns())

    def to_polars(self) -> pl.DataFrame:
        """The `columns` as a Polars data frame; null where unscored.

        Raises:
            MissingExtraError: Polars isn't installed.
        """
        return batch_columns.to_polars(self.columns())

    def to_arrow(self) -> pa.Table:
        """The `columns` as an Arrow table; null where unscored.

        Raises:
            MissingExtraError: pyarrow isn't installed.
        """
        return batch_columns.to_arrow(self.columns())

    def __repr__(self) -> str:
        unscored = int(np.isnan(self.rewards).sum())
        known = self.rewards[~np.isnan(self.rewards)]
        mean = f"mean reward {known.mean():.4g}" if len(known) else "no reward"
        count = 0 if self.batch.groups is None else len(np.unique(self.batch.groups))
        groups = f" in {count:,} group{'s' if count > 1 else ''}" if count else ""
        names = ", ".join(name[:40] for name in list(self.scores)[:8]) + (", ..." if len(self.scores) > 8 else "")
        return f"<RewardBatch of {counted(len(self), 'row')}{groups}: {mean}, {unscored:,} unscored; {names}>"

    def _repr_html_(self) -> str:
        from graders.reward.notebook_cards import ROWS, batch_card

        return batch_card(self.diagnostics(), list(map(self._row, range(min(ROWS, len(self))))))

    def for_trainer(self) -> list[float | None]:
        """The rewards as a trainer takes them, unscored rows as `Settings.on_unscored` says.

        Raises:
            UnscoredError: a row is unscored and the setting is ``error``.
            DataError: the setting is ``group_mean`` and neither groups nor prompts are known.
        """
        if self.on_unscored == "group_mean":
            self._known_groups()
        unscored = np.isnan(self.rewards)
        rewards: list[float | None] = self.rewards.tolist()
        if unscored.any():
            for row, stand_in in self._stand_ins(np.flatnonzero(unscored)).items():
                rewards[row] = stand_in
        return rewards

    def _stand_ins(self, rows: NDArray[np.intp]) -> dict[int, float | None]:
        """What an unscored row is given instead of NaN."""
        if self.on_unscored == "error":
            raise UnscoredError(self._unscored_sentence(rows))
        if self.on_unscored == "group_mean":
            means = self._group_means()
            return {int(row): means[int(row)] for row in rows}
        return dict.fromkeys(rows.tolist(), 0.0 if self.on_unscored == "zero" else None)

    def _group_means(self) -> list[float | None]:
        """For each row the mean reward of the scored rows of its group; None where there is none."""
        groups = np.unique(self._known_groups(), return_inverse=True)[1]
        counts = np.bincount(groups, ~np.isnan(self.rewards))
        sums = np.bincount(groups, np.nan_to_num(self.rewards))
        means = [total / count if count else None for total, count in zip(sums.tolist(), counts.tolist(), strict=True)]
        return [means[group] for group in groups]

    def _known_groups(self) -> NDArray[np.int64]:
        if self.batch.groups is None:
            raise DataError("on_unscored='group_mean' needs to know the groups: pass group= or prompts=")
        return self.batch.groups

    def _unscored_sentence(self, rows: NDArray[np.intp]) -> str:
        row = int(rows[0])
        found = {name: codes[row] for name, codes in self.outcomes.items()}
        reasons = [f"{name}: {one} ({one.meaning})" for name, one in found.items() if one.unscored]
        return f"{len(rows):,} of {len(self):,} rows are unscored, the first is row {row + 1}: {'; '.join(reasons)}"
