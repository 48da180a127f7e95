"""What a scored file says: figures of rewards, components and groups, and accuracy against labels."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graders.diagnostics import Diagnostics, diagnose
from graders.reward import FORMAT
from graders.reward_batch import RewardBatch
from graders.scorer import Scores


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
    """Gathers the results of many batches.

    Attributes:
        weights: The reward's effective weights.
        errors: How many rows could not be read.
        first_error: What was wrong with the first of them.
    """

    weights: dict[str, float]
    errors: int = 0
    first_error: str | None = None
    _rewards: list[NDArray[np.float64]] = field(default_factory=list)
    _groups: list[int] = field(default_factory=list)
    _scores: list[dict[str, Scores]] = field(default_factory=list)
    _labels: list[int] = field(default_factory=list)
    _lengths: list[NDArray[np.float64]] = field(default_factory=list)

    def add(self, result: RewardBatch, groups: list[int], labels: list[int]) -> None:
        """Take in one batch, with its rows' groups, numbered through the file, and labels where there are any."""
        self._rewards.append(result.rewards)
        self._scores.append(dict(result.scores))
        self._lengths.append(result.answer_lengths)
        self._groups += groups
        self._labels += labels

    @property
    def scored(self) -> int:
        """How many completions have been given to the scorers."""
        return sum(map(len, self._rewards))

    @property
    def error_rate(self) -> float:
        """Share of rows that could not be read; 0 without rows."""
        total = self.scored + self.errors
        return self.errors / total if total else 0.0

    def diagnostics(self) -> Diagnostics:
        """Figures of all that was scored."""
        scores = {name: Scores(np.concatenate([part[name].values for part in self._scores] or [np.empty(0)]),
                               np.concatenate([part[name].codes for part in self._scores] or [np.empty(0, np.int8)]))
                  for name in self.weights}  # fmt: skip
        rewards = np.concatenate(self._rewards) if self._rewards else np.empty(0)
        lengths = np.concatenate(self._lengths) if self._lengths else np.empty(0)
        return diagnose(rewards, scores, self.weights, np.array(self._groups, dtype=np.int64), lengths)

    def accuracy(self) -> Accuracy | None:
        """Agreement with the labels; None where there are none."""
        if not self._labels:
            return None
        positive, scored = self._positive()
        right = np.array(self._labels, dtype=bool)[scored]
        paid = positive[scored]
        return Accuracy(len(right), int((paid & right).sum()), int((paid & ~right).sum()), int((~paid & ~right).sum()),
                        int((~paid & right).sum()))  # fmt: skip

    def _positive(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Which rows the graders pay at least half, and which are scored."""
        graders = [name for name in self.weights if name != FORMAT]
        total = sum(self.weights[name] for name in graders) or 1.0  # all the weight may be the format's
        parts = [sum(self.weights[name] * part[name].values for name in graders) / total for part in self._scores]
        share = np.concatenate(parts)
        return share >= 0.5 - 1e-12, ~np.isnan(share)

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values."""
        accuracy = self.accuracy()
        return {**self.diagnostics().to_dict(), "errors": self.errors, "first_error": self.first_error,
                "accuracy": accuracy and accuracy.to_dict()}  # fmt: skip


def _share(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")
