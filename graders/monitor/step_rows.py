"""The rows of one step as the monitor sees them: scored columns beside parsed texts, by group."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from math import isnan
from typing import NamedTuple, TypeVar

from graders.completion.parse import Completion
from graders.monitor.recording import WatchedRow, cut
from graders.reward.reward_batch import RewardBatch
from graders.vocabulary.outcome import OUTCOMES

T = TypeVar("T")

PAID = 0.5
"""A reward from here on is paid; a smaller one where it is above its group's mean: a policy is pushed towards both."""

ROUNDING = 1e-9
"""Rewards that differ by less are the same."""

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
        reward, *scores = [None if isnan(one) else one for one in self.scores]
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
        return [row for row, reward in enumerate(self.rewards) if isnan(reward)]

    @cached_property
    def known(self) -> list[list[float]]:
        """The rewards of each group's scored rows."""
        return [[one for row in rows if not isnan(one := self.rewards[row])] for rows in self.groups]

    @cached_property
    def spread(self) -> list[bool]:
        """Which groups have different rewards."""
        return [bool(known) and max(known) > min(known) + ROUNDING for known in self.known]

    @cached_property
    def paid(self) -> list[int]:
        """The rows that are paid."""
        least = [min(PAID, sum(known) / len(known) + ROUNDING) if known else PAID for known in self.known]
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

    def differences(self, values: list[float], has: set[int], left_out: set[int]) -> Iterator[float]:
        """How far the rows that have something lie above the others of their group in the mean, in [-1, 1].

        Args:
            values: Of all rows, NaN where one has none; 1 is how far apart those of a group are.
            has: The rows.
            left_out: Rows that they are not compared with.

        Yields:
            One for each group that has rows of both sorts, and any spread.
        """
        for group in self.groups:
            if has.isdisjoint(group):
                continue
            known = [row for row in group if not isnan(values[row])]
            having = [values[row] for row in known if row in has]
            others = [values[row] for row in known if row not in has and row not in left_out]
            spread = max(values[row] for row in known) - min(values[row] for row in known) if known else 0.0
            if having and others and spread > ROUNDING:
                yield (sum(having) / len(having) - sum(others) / len(others)) / spread

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
