"""What a scored file says: figures of rewards, components and groups, and accuracy against labels."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graders.figures.alarms import refused_right, worst_first
from graders.figures.diagnostics import Diagnostics, figures_of
from graders.figures.noted_rows import FirstRows
from graders.figures.running_figures import BLOCK, RunningFigures, ScoredBlock
from graders.offline.results.scored_part import GroupNumbers, ScoredPart
from graders.reward.components import FORMAT

PAID = 0.5 - 1e-12
"""A row is paid where its graders' weighted mean is at least one half, but for rounding."""


@dataclass(frozen=True)
class Accuracy:
    """Agreement with 0/1 labels; a row counts as positive when its graders' weighted part is at least one half.

    The graders' part leaves the format out: the weighted mean of the graders' scores.

    Attributes:
        rows: Scored rows that have a label.
        true_positives, false_positives, true_negatives, false_negatives: The confusion of these rows.
    """

    rows: int
    true_positives: int
    false_positives: int
    true_negatives: int
    false_negatives: int

    @classmethod
    def of(cls, shares: NDArray[np.float64], labels: NDArray[np.int8] | NDArray[np.float64]) -> Accuracy:
        """Count the rows that have a share of the graders' part, NaN where unscored, and a label."""
        scored = ~np.isnan(shares)
        paid, right = shares[scored] >= PAID, labels[scored] == 1
        return cls(
            len(right),
            int((paid & right).sum()),
            int((paid & ~right).sum()),
            int((~paid & ~right).sum()),
            int((~paid & right).sum()),
        )

    def __add__(self, other: Accuracy) -> Accuracy:
        return Accuracy(*(one + more for one, more in zip(vars(self).values(), vars(other).values(), strict=True)))

    @property
    def accuracy(self) -> float:
        """Share of rows where score and label agree; NaN without rows."""
        return _share(self.true_positives + self.true_negatives, self.rows)

    @property
    def precision(self) -> float:
        """Share of paid rows that are labelled right: what is missing to 1 can be gamed."""
        return _share(self.true_positives, self.true_positives + self.false_positives)

    @property
    def recall(self) -> float:
        """Share of rows labelled right that are paid: what is missing to 1 is lost signal."""
        return _share(self.true_positives, self.true_positives + self.false_negatives)

    def to_dict(self) -> dict[str, Any]:
        """Counts and shares as plain values."""
        return {**asdict(self), "accuracy": self.accuracy, "precision": self.precision, "recall": self.recall}


@dataclass
class Summary:
    """Gathers the results of many batches; what it keeps does not grow with the rows.

    Rows are counted in blocks that end at the same places however they come, so that the figures are the same to the
    last bit for any batch size and any number of workers.

    Attributes:
        weights: The reward's effective weights.
        errors: How many rows could not be read.
        first_error: What was wrong with the first of them.
        scored: How many completions have been given to the scorers.
    """

    weights: dict[str, float]
    errors: int = 0
    first_error: str | None = None
    scored: int = 0
    _waiting: list[ScoredBlock] = field(default_factory=list)
    _numbers: GroupNumbers = field(default_factory=GroupNumbers)
    _accuracy: Accuracy | None = None
    _refused: FirstRows = field(default_factory=FirstRows)
    _counted: int = 0

    @cached_property
    def _running(self) -> RunningFigures:
        return RunningFigures(self.weights)

    def add(self, part: ScoredPart) -> None:
        """Take in the part of the file that comes next."""
        self.errors += part.errors
        self.first_error = self.first_error or part.first_error
        groups = self._numbers.of(part)
        if not len(groups):
            return
        if len(part.labels):
            self._compare(self._shares(part.block), part.labels)
        if part.unread:
            self._running.unread.update(part.unread)
        self._waiting.append(replace(part.block, groups=groups))
        self.scored += len(groups)
        if self.scored - self._counted > BLOCK:
            self._count()

    def _compare(self, shares: NDArray[np.float64], labels: NDArray[np.int8]) -> None:
        """Count the agreement of the rows that come next with their labels."""
        found = Accuracy.of(shares, labels)
        self._accuracy = found if self._accuracy is None else self._accuracy + found
        self._refused.add((shares < PAID) & (labels == 1), self.scored)

    def _count(self) -> None:
        """Count what has waited; some rows go on waiting, since the last ones are counted as the last."""
        rows = ScoredBlock.joined(self._waiting)
        end = (len(rows) - 1) // BLOCK * BLOCK
        for start in range(0, end, BLOCK):
            self._running.take(rows[start : start + BLOCK])
        self._waiting, self._counted = [rows[end:]], self._counted + end

    def _shares(self, block: ScoredBlock) -> NDArray[np.float64]:
        """The weighted mean of the graders' scores of each row: the format is left out."""
        graders = [number for number, name in enumerate(self.weights) if name != FORMAT]
        weights = list(self.weights.values())
        total = sum(weights[number] for number in graders) or 1.0  # all the weight may be the format's
        return sum((weights[number] * block.values[number] for number in graders), np.zeros(len(block))) / total

    @property
    def error_rate(self) -> float:
        """Share of rows that could not be read; 0 without rows."""
        total = self.scored + self.errors
        return self.errors / total if total else 0.0

    def diagnostics(self) -> Diagnostics:
        """Figures of all that was scored; more may be added afterwards."""
        figures = deepcopy(self._running)
        if self._waiting:
            figures.take(ScoredBlock.joined(self._waiting), last=True)
        found = figures_of(figures)
        return found if self._accuracy is None else with_refused_right(found, self._accuracy, self._refused)

    def accuracy(self) -> Accuracy | None:
        """Agreement with the labels; None where there are none."""
        return self._accuracy

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values."""
        accuracy = self.accuracy()
        return {
            **self.diagnostics().to_dict(),
            "errors": self.errors,
            "first_error": self.first_error,
            "accuracy": accuracy and accuracy.to_dict(),
        }


def with_refused_right(figures: Diagnostics, accuracy: Accuracy, refused: FirstRows) -> Diagnostics:
    """Figures with the alarm about right answers that are refused, where many are."""
    right = accuracy.true_positives + accuracy.false_negatives
    alarm = refused_right(right, refused)
    return figures if alarm is None else replace(figures, alarms=tuple(worst_first([*figures.alarms, alarm])))


def _share(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")
