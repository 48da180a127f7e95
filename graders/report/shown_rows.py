"""The rows that a report shows, with their texts and their rewards taken apart."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from graders.completion.messages import acceptable_references, completion_text, prompt_text
from graders.errors import DataError, GradersError
from graders.offline.reading.rows import Columns, RowInputs
from graders.offline.scored import ScoredRows, read_documents
from graders.outcome import OUTCOMES
from graders.report.facts import ShownRow
from graders.reward.explanation import Explanation
from graders.reward.reward_function import RewardFunction


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
    reader = _Reader(scored, columns, reward)
    documents = read_documents(scored.path, [int(scored.lines[row]) for row in chosen])
    for row, reasons in sorted(chosen.items()):
        try:
            yield reader.shown(row, reasons, documents[int(scored.lines[row])])
        except (DataError, IndexError, KeyError, TypeError) as error:
            raise DataError(f"{scored.path} row {int(scored.lines[row]) + 1} can't be shown: {error}") from None


@dataclass(frozen=True, eq=False)
class _Reader:
    """Makes rows to show of documents; its parts are the arguments of `read_shown`."""

    scored: ScoredRows
    columns: Columns
    reward: RewardFunction | None

    def shown(self, row: int, reasons: Sequence[str], document: dict[str, Any]) -> ShownRow:
        """One row."""
        scored, example = self.scored, self.columns.example(document, needs_reference=False)
        position = int(scored.positions[row])
        completion, answer = example.completions[position], document["answer"]
        return ShownRow(
            row=row,
            place=_place(scored, row, is_group=example.is_group),
            group=int(scored.groups[row]),
            reward=_known(scored.rewards[row]),
            label=None if np.isnan(scored.labels[row]) else int(scored.labels[row]),
            scores={name: float(scores.values[row]) for name, scores in scored.scores.items()},
            outcomes={name: OUTCOMES[int(scores.codes[row])] for name, scores in scored.scores.items()},
            length=None if np.isnan(scored.lengths[row]) else int(scored.lengths[row]),
            prompt=_question(example.prompt, row),
            completion=completion_text(completion, row),
            answer=answer[position] if example.is_group else answer,
            reference=_reference(example.reference, row),
            reasons=tuple(reasons),
            explanation=explained(self.reward, completion, example) if self.reward else None,
        )


def explained(reward: RewardFunction, completion: Any, example: RowInputs) -> Explanation | None:
    """A reward taken apart; None where the reward at hand refuses the row."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about batches of one row
        try:
            return reward.explain(completion, example.reference, example.prompt)
        except (GradersError, TypeError):
            return None


def _question(prompt: Any, row: int) -> str:
    """The question in a prompt; a reward that asks about none lets anything stand there."""
    try:
        return prompt_text(prompt, row)
    except TypeError:
        return _as_json(prompt)


def _as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _place(scored: ScoredRows, row: int, *, is_group: bool) -> str:
    place = f"{int(scored.lines[row]) + 1}"
    return f"{place}, completion {int(scored.positions[row]) + 1}" if is_group else place


def _known(reward: np.float64) -> float | None:
    return None if np.isnan(reward) else float(reward)


def _reference(reference: Any, row: int) -> str | None:
    """A reference as text; several acceptable ones side by side."""
    if reference is None:
        return None
    try:
        acceptable = acceptable_references(reference, row)
    except TypeError:  # a grader that reads no reference lets anything stand there
        return _as_json(reference)
    return acceptable if isinstance(acceptable, str) else " or ".join(acceptable)
