"""The rows that a report shows, with their texts and their rewards taken apart."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from graders.offline.reading.row_texts import RowTexts, row_texts
from graders.offline.reading.rows import Columns, RowInputs
from graders.offline.scored import ScoredRows, read_documents
from graders.report.facts import ShownRow
from graders.reward.explanation import Explanation
from graders.reward.reward_function import RewardFunction
from graders.vocabulary.errors import DataError, GradersError
from graders.vocabulary.outcome import OUTCOMES


def read_shown(
    scored: ScoredRows, chosen: Mapping[int, Sequence[str]], columns: Columns, reward: RewardFunction | None
) -> Iterator[ShownRow]:
    """Read rows from where they are, in one pass.

    Args:
        scored: All rows as arrays.
        chosen: Which rows, by their number, and why.
        columns: Which column holds what.
        reward: What takes rewards apart; None to leave that out.

    Raises:
        DataError: a row is not what it was when the arrays were read.
    """
    documents = read_documents(scored.path, [int(scored.lines[row]) for row in chosen])
    for row, reasons in sorted(chosen.items()):
        try:
            document, position = documents[int(scored.lines[row])], int(scored.positions[row])
            inputs = columns.example(document, needs_reference=False)
            explanation = explained(reward, inputs.completions[position], inputs) if reward else None
            yield _shown(scored, row, reasons, row_texts(document, inputs, position), explanation)
        except (DataError, IndexError, KeyError, TypeError) as error:
            raise DataError(f"{scored.path} row {int(scored.lines[row]) + 1} can't be shown: {error}") from None


def _shown(
    scored: ScoredRows, row: int, reasons: Sequence[str], texts: RowTexts, explanation: Explanation | None
) -> ShownRow:
    label, length = _known(scored.labels[row]), _known(scored.lengths[row])
    return ShownRow(
        row=row,
        place=scored.place(row),
        group=int(scored.groups[row]),
        reward=_known(scored.rewards[row]),
        label=None if label is None else int(label),
        scores={name: float(scores.values[row]) for name, scores in scored.scores.items()},
        outcomes={name: OUTCOMES[int(scores.codes[row])] for name, scores in scored.scores.items()},
        length=None if length is None else int(length),
        **vars(texts),
        reasons=tuple(reasons),
        explanation=explanation,
    )


def explained(reward: RewardFunction, completion: Any, example: RowInputs) -> Explanation | None:
    """A reward taken apart; None where the reward at hand refuses the row."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about batches of one row
        try:
            return reward.explain(completion, example.reference, example.prompt)
        except (GradersError, TypeError):
            return None


def _known(value: np.float64) -> float | None:
    return None if np.isnan(value) else float(value)
