"""What is asked of a reward, and what it answers, as plain values that travel between processes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graders.reward.reward_function import RewardFunction
from graders.vocabulary.errors import DataError
from graders.vocabulary.outcome import OUTCOMES


@dataclass(slots=True)
class RewardRows:
    """n rows to score.

    Attributes:
        completions: n strings, lists of chat messages, or None.
        references: n strings, numbers or lists of acceptable references; None where there are none.
        prompts: n strings or lists of chat messages; None where there are none.
        columns: Other columns that graders read, each of n values, by name; None where there are none.
    """

    completions: list[Any]
    references: list[Any] | None = None
    prompts: list[Any] | None = None
    columns: dict[str, list[Any]] | None = None

    def __len__(self) -> int:
        return len(self.completions)


@dataclass(slots=True)
class RewardScores:
    """Rewards of n rows and what they are made of.

    Attributes:
        rewards: n floats in [0, 1], None where a row is unscored.
        components: The same for each component by name, ``"format"`` first.
        outcomes: Why, one code for each row and component.
        weights: The effective weight of each component; they sum to 1.
        explanations: One for each row as `RewardFunction.explain` gives it, where they were asked for.
    """

    rewards: list[float | None]
    components: dict[str, list[float | None]]
    outcomes: dict[str, list[str]]
    weights: dict[str, float]
    explanations: list[dict[str, Any]] | None = None

    def why_unscored(self, row: int) -> str | None:
        """The outcomes that left a row without a reward, as ``math_accuracy: bad_reference``; None where it has one."""
        if self.rewards[row] is not None:
            return None
        unscored = {name: codes[row] for name, codes in self.outcomes.items() if self.components[name][row] is None}
        return "; ".join(f"{name}: {code}" for name, code in unscored.items())

    def row(self, row: int) -> dict[str, float | None]:
        """The components of one row by name."""
        return {name: column[row] for name, column in self.components.items()}


def scores_of(reward: RewardFunction, rows: RewardRows, *, explain: bool = False) -> RewardScores:
    """Score rows as the reward does in any process.

    Raises:
        TypeError: a row is of no type that holds a completion, reference or prompt; the message names it.
        DataError: columns differ in length, or references are missing where the reward needs them.
        JudgeError: a judge leaves more open than the settings allow.
    """
    columns = dict(rows.columns or {})
    if rows.references is not None:
        columns[reward.settings.reference_column] = rows.references
    if reward.needs_reference and rows.references is None:
        raise DataError("reference_answer is missing, and this reward compares with references: give one a completion")
    result = reward.evaluate_columns(rows.completions, rows.prompts, columns)
    return RewardScores(
        _floats(result.rewards),
        {name: _floats(scores.values) for name, scores in result.scores.items()},
        {name: [*map(_NAME_OF, scores.codes.tobytes())] for name, scores in result.scores.items()},
        reward.weights,
        _explanations(reward, rows) if explain else None,
    )


def _floats(values: NDArray[np.float64]) -> list[float | None]:
    """Numbers as JSON has them: None for NaN."""
    numbers: list[float | None] = values.tolist()
    if math.isnan(sum(numbers)):  # type: ignore[arg-type]  # one NaN is enough, and there is no None yet
        return [None if math.isnan(value) else value for value in values.tolist()]
    return numbers


_NAME_OF = tuple(map(str.__str__, OUTCOMES)).__getitem__


def _explanations(reward: RewardFunction, rows: RewardRows) -> list[dict[str, Any]]:
    references, prompts = rows.references or [None] * len(rows), rows.prompts or [None] * len(rows)
    columns = rows.columns or {}
    others = [{name: column[row] for name, column in columns.items()} for row in range(len(rows))]
    return [dict(reward.explain(*row)) for row in zip(rows.completions, references, prompts, others, strict=True)]
