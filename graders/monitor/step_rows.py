"""The rows of one step as the monitor sees them: scored columns beside parsed texts, by group."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import NamedTuple, TypeVar

import numpy as np

from graders.completion.parse import Completion
from graders.figures.grouping import Flags, Floats, Grouping
from graders.monitor.recording import WatchedRow, cut
from graders.reward.reward_batch import RewardBatch
from graders.vocabulary.outcome import OUTCOMES

T = TypeVar("T")

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

OUTCOME_NAMES = [str(outcome) for outcome in OUTCOMES]
"""By their codes."""


class KeptRow(NamedTuple):
    """One row that outlives its step: as it came, cheaply kept. See `StepRows` for what it holds."""

    step: int
    names: list[str]
    completion: Completion
    prompt: str
    references: tuple[str, ...]
    traits: tuple[str, ...]
    scores: list[float]
    codes: list[int]

    def shown(self, why: str) -> WatchedRow:
        """As it is recorded; the first of its scores is the reward."""
        reward, *scores = [None if one != one else one for one in self.scores]  # noqa: PLR0124 - NaN is no JSON
        return WatchedRow(
            step=self.step,
            prompt=cut(self.prompt, PROMPT) or None,
            completion=cut(self.completion.text, COMPLETION) or "",
            answer=cut(self.completion.answer, ANSWER),
            reference=cut(" | ".join(self.references), ANSWER) or None,
            reward=reward,
            scores=dict(zip(self.names, scores, strict=True)),
            outcomes={name: OUTCOME_NAMES[code] for name, code in zip(self.names, self.codes, strict=True)},
            traits=self.traits,
            why=why,
        )


@dataclass(eq=False)
class StepRows:
    """Rows of a step: n of them, c components, in lists, which are quicker than arrays where there are so few.

    Attributes:
        step: The step.
        names: The components.
        completions: Parsed.
        prompts: The question of each; empty where unknown.
        references: The acceptable references of each; none where unknown.
        groups: The rows of each group; of one prompt where prompts are known.
        rewards: NaN where unscored.
        values: The scores of each component, n each.
        codes: Their outcome codes.
        traits: Which rows have which of `TRAITS`; empty until somebody has looked.
    """

    step: int
    names: list[str]
    completions: list[Completion]
    prompts: list[str]
    references: list[tuple[str, ...]]
    groups: list[list[int]]
    rewards: list[float]
    values: list[list[float]]
    codes: list[list[int]]
    traits: dict[str, list[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, step: int, results: Sequence[RewardBatch]) -> StepRows:
        """The rows of some batches as one step."""
        batches, names = [result.batch for result in results], list(results[0].weights)
        prompts = _joined(batch.prompts or [""] * len(batch) for batch in batches)
        references = _joined(batch.references or [()] * len(batch) for batch in batches)
        return cls(
            step,
            names,
            _joined(batch.completions for batch in batches),
            prompts,
            [(one,) if isinstance(one, str) else one for one in references],
            _groups(results, prompts),
            _joined(result.rewards.tolist() for result in results),
            [_joined(result.scores[name].values.tolist() for result in results) for name in names],
            [_joined(result.scores[name].codes.tolist() for result in results) for name in names],
        )

    def __len__(self) -> int:
        return len(self.rewards)

    @cached_property
    def answers(self) -> list[str | None]:
        """The answer of each row, None where there is none."""
        return [one.answer for one in self.completions]

    @cached_property
    def unscored(self) -> list[int]:
        """The rows without a reward."""
        return [row for row, reward in enumerate(self.rewards) if reward != reward]  # noqa: PLR0124 - NaN

    @cached_property
    def known(self) -> list[list[float]]:
        """The rewards of each group's scored rows."""
        return [[one for row in rows if (one := self.rewards[row]) == one] for rows in self.groups]

    @cached_property
    def spread(self) -> list[bool]:
        """Which groups have different rewards."""
        return [bool(known) and max(known) > min(known) + 1e-9 for known in self.known]

    @cached_property
    def paid(self) -> list[int]:
        """The rows that are paid."""
        least = [min(PAID, sum(known) / len(known) + 1e-9) if known else PAID for known in self.known]
        return [
            row
            for rows, bound in zip(self.groups, least, strict=True)
            for row in rows
            if self.rewards[row] > bound or self.rewards[row] >= PAID
        ]

    @cached_property
    def index(self) -> list[int]:
        """The group of each row."""
        of = {row: group for group, rows in enumerate(self.groups) for row in rows}
        return [of[row] for row in range(len(self))]

    @cached_property
    def grouping(self) -> Grouping:
        """The groups, for sums over each."""
        return Grouping.of(np.array(self.index, dtype=np.int64))

    @cached_property
    def pay(self) -> Floats:
        """What each row is paid among its group: from 0 to 1 for the group's most; NaN without spread."""
        return self.within_groups(np.array(self.rewards))

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

    def kept(self, row: int) -> KeptRow:
        """A row that outlives the step."""
        return KeptRow(
            self.step,
            self.names,
            self.completions[row],
            self.prompts[row],
            self.references[row],
            tuple([name for name, rows in self.traits.items() if row in rows]),
            [self.rewards[row], *[values[row] for values in self.values]],
            [codes[row] for codes in self.codes],
        )


def _joined(parts: Iterable[list[T]]) -> list[T]:
    return list(chain.from_iterable(parts))


def _groups(results: Sequence[RewardBatch], prompts: list[str]) -> list[list[int]]:
    """A group a prompt, where all are known; else the groups of each batch, or each batch as one."""
    groups: dict[Hashable, list[int]] = {}
    keys: Iterable[Hashable] = prompts
    if not all(prompts):
        given = [[0] * len(one) if one.batch.groups is None else one.batch.groups.tolist() for one in results]
        keys = [(batch, group) for batch, groups in enumerate(given) for group in groups]
    for row, key in enumerate(keys):
        groups.setdefault(key, []).append(row)
    return list(groups.values())
