"""The rows of one step as the monitor sees them: scored columns beside parsed texts, by group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graders.completion.parse import Completion
from graders.figures.grouping import Flags, Floats, Grouping
from graders.monitor.recording import cut
from graders.reward.reward_batch import RewardBatch
from graders.vocabulary.outcome import OUTCOMES

PAID = 0.5
"""A reward from here on is paid; a smaller one where it is above its group's mean: a policy is pushed towards both."""


TRAITS = {
    "repeated": "the same answer was paid under at least three other references",
    "shared": "the same answer is paid in this step under another reference",
    "echo": "the answer stands in the prompt, word for word",
    "long": "the answer is more than twice as long as its references",
    "empty_thought": "the thought has nothing in it",
    "copied_thought": "the thought is its prompt, a part of it, or the answer",
    "same_thought": "the same thought was given under at least three other prompts",
    "paid_by_one": "a component pays what another one refuses by a rule",
}
"""What a row may have, with its meaning."""

PROMPT, COMPLETION, ANSWER = 400, 1200, 300
"""Bytes of the texts that are recorded of a row."""

_OUTCOMES = [str(outcome) for outcome in OUTCOMES]


@dataclass(eq=False)
class StepRows:
    """Rows of a step: n of them, c components.

    Attributes:
        step: The step.
        names: The components.
        completions: Parsed.
        prompts: The question of each; empty where unknown.
        references: The acceptable references of each; none where unknown.
        groups: The group of each, shape (n,); of one prompt where prompts are known.
        rewards: NaN where unscored, shape (n,).
        values: The scores of the components, shape (c, n).
        codes: Their outcome codes, shape (c, n).
        traits: Which of `TRAITS` each row has, shape (t, n); none of them until somebody has looked.
    """

    step: int
    names: list[str]
    completions: list[Completion]
    prompts: list[str]
    references: list[tuple[str, ...]]
    groups: NDArray[np.int64]
    rewards: Floats
    values: Floats
    codes: NDArray[np.int8]
    traits: Flags = field(default_factory=lambda: np.zeros((0, 0), dtype=np.bool_))

    def __post_init__(self) -> None:
        if not self.traits.size:
            self.traits = np.zeros((0, len(self)), dtype=np.bool_)

    @classmethod
    def of(cls, step: int, results: Sequence[RewardBatch]) -> StepRows:
        """The rows of some batches as one step."""
        completions = [one for result in results for one in result.batch.completions]
        prompts = [one for result in results for one in result.batch.prompts or [""] * len(result)]
        references = [
            (one,) if isinstance(one, str) else one
            for result in results
            for one in result.batch.references or [()] * len(result)
        ]
        scores = [list(result.scores.values()) for result in results]
        return cls(
            step,
            list(results[0].weights),
            completions,
            prompts,
            references,
            _groups(results, prompts),
            np.concatenate([result.rewards for result in results]),
            np.concatenate([[one.values for one in parts] for parts in scores], axis=1),
            np.concatenate([[one.codes for one in parts] for parts in scores], axis=1),
        )

    def __len__(self) -> int:
        return len(self.rewards)

    @cached_property
    def answers(self) -> list[str | None]:
        """The answer of each row, None where there is none."""
        return [one.answer for one in self.completions]

    @cached_property
    def grouping(self) -> Grouping:
        """The groups, for sums over each."""
        return Grouping.of(self.groups)

    @cached_property
    def scored(self) -> Flags:
        """Which rows have a reward."""
        return ~np.isnan(self.rewards)

    @cached_property
    def pay(self) -> Floats:
        """What each row is paid among its group: from 0 to 1 for the group's most; NaN without spread."""
        return self.within_groups(self.rewards)

    @cached_property
    def paid(self) -> Flags:
        """Which rows are paid."""
        known = np.where(self.scored, self.rewards, 0.0)
        means = self.grouping.sums(known) / np.maximum(self.grouping.sums(self.scored), 1)
        return (known >= PAID) | (known > means[self.grouping.index] + 1e-9)

    def within_groups(self, values: Floats) -> Floats:
        """Values on a scale from each group's least to its most, NaN where there is none or no spread."""
        counted = ~np.isnan(values)
        low = self.grouping.least(np.where(counted, values, np.inf))[self.grouping.index]
        high = self.grouping.most(np.where(counted, values, -np.inf))[self.grouping.index]
        spread = high - low
        out: Floats = np.full(len(values), np.nan)
        np.divide(values - low, spread, out=out, where=counted & (spread > 1e-9))
        return out

    def differences(self, flags: Flags, values: Floats, own: Flags | None = None) -> Floats:
        """In each group, how far the rows with a flag lie above those without, in the mean.

        Args:
            flags: Of k kinds, shape (k, n).
            values: Shape (n,), NaN where a row has none.
            own: Which of the rows without one are compared with; all where None.

        Returns:
            Shape (k, g); NaN where a group has rows of one sort alone.
        """
        counted = ~np.isnan(values)
        known = np.where(counted, values, 0.0)
        kinds = np.concatenate([flags & counted, ~flags & (counted if own is None else counted & own)])
        count, sums = self.grouping.sums(kinds), self.grouping.sums(kinds * known)
        means: Floats = np.divide(sums, count, out=np.full(sums.shape, np.nan), where=count > 0)
        return np.subtract(means[: len(flags)], means[len(flags) :])

    def shown(self, row: int, why: str) -> dict[str, Any]:
        """A row as it is recorded: see `watch_run.WatchedRow`."""
        scores = [None if np.isnan(value) else float(value) for value in (self.rewards[row], *self.values[:, row])]
        codes = self.codes[:, row].tolist()
        return {
            "step": self.step,
            "prompt": cut(self.prompts[row], PROMPT) or None,
            "completion": cut(self.completions[row].text, COMPLETION),
            "answer": cut(self.answers[row], ANSWER),
            "reference": cut(" | ".join(self.references[row]), ANSWER) or None,
            "reward": scores[0],
            "scores": dict(zip(self.names, scores[1:], strict=True)),
            "outcomes": {name: _OUTCOMES[code] for name, code in zip(self.names, codes, strict=True)},
            "traits": [name for name, flags in zip(TRAITS, self.traits, strict=False) if flags[row]],
            "why": why,
        }


def _groups(results: Sequence[RewardBatch], prompts: list[str]) -> NDArray[np.int64]:
    """A group a prompt, where all are known; else the groups of each batch, or each batch as one."""
    if all(prompts):
        numbers: dict[str, int] = {}
        return np.array([numbers.setdefault(one, len(numbers)) for one in prompts], dtype=np.int64)
    found, first = [], 0
    for result in results:
        groups = np.zeros(len(result), dtype=np.int64) if result.batch.groups is None else result.batch.groups
        found.append(groups + first)
        first += int(groups.max(initial=0)) + 1
    return np.concatenate(found)
