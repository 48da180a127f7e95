"""What a row ends up with under one of OpenAI's graders: a score, and what went wrong, by that API's own flags."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

FLAGS = (
    "formula_parse_error",
    "sample_parse_error",
    "truncated_observation_error",
    "unresponsive_reward_error",
    "invalid_variable_error",
    "other_error",
    "python_grader_server_error",
    "python_grader_runtime_error",
    "model_grader_server_error",
    "model_grader_refusal_error",
    "model_grader_parse_error",
)
"""The flags of a reply, in the API's order."""

VERDICT_FLAGS = frozenset({"model_grader_refusal_error", "model_grader_parse_error"})
"""Flags of a zero that the sample itself is to blame for: a verdict, as in our rewards, not a missing score."""

Space = dict[str, Any]
"""The values of ``item`` and ``sample`` for one row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowGrade:
    """The grade of one row.

    Attributes:
        score: The score; 0 where a flag is set.
        flags: What went wrong, of `FLAGS`.
        reason: What went wrong, or a judge's words, for people.
        ours: The score is missing for no fault of the request: the judge is out of reach, a worker was lost.
        tokens: Prompt and completion tokens that it took.
        model: The model that was asked; None for none.
        parts: The grades that a multi is made of, by key.
    """

    score: float = 0.0
    flags: frozenset[str] = frozenset()
    reason: str | None = None
    ours: bool = False
    tokens: tuple[int, int] = (0, 0)
    model: str | None = None
    parts: dict[str, RowGrade] = field(default_factory=dict)

    @property
    def is_missing(self) -> bool:
        """Whether there is no score: something other than the sample itself went wrong."""
        return self.ours or bool(self.flags - VERDICT_FLAGS)


def flagged(flag: str, reason: str) -> RowGrade:
    """The grade of a row that couldn't be scored."""
    return RowGrade(flags=frozenset({flag}), reason=reason)
