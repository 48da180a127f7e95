"""The rows of one step as the monitor sees them: scored columns beside parsed texts, by group."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from math import isnan
from typing import TypeVar

from graders.completion.parse import Completion
from graders.monitor.recording import WatchedRow, cut
from graders.reward.reward_batch import RewardBatch
from graders.vocabulary.outcome import OUTCOMES

T = TypeVar("T")

PAID = 0.5
"""A reward from here on is paid; a smaller one where it is above its group's mean: a policy is pushed towards both."""

ROUNDING = 1e-9
"""Rewards that differ by less are the same."""

FEW_CHARACTERS = 3
"""An answer or a thought below this is too short to be copied from anywhere; such a thought is none to speak of."""

TRAITS = {
    "repeated": "the same answer was paid under at least three other references",
    "shared": "the same answer is paid in this step under another reference",
    "echo": "the answer stands in the prompt, word for word",
    "long": "the answer is more than twice as long as its references",
    "tiny_thought": f"no thought to speak of: fewer than {FEW_CHARACTERS} characters",
    "copied_thought": "the thought is its prompt, a part of it, or the answer",
    "same_thought": "the same thought was given under at least three other prompts",
    "paid_by_one": "a component pays what another one refuses by a rule",
}
"""What a row may have, with its meaning."""

PROMPT, COMPLETION, ANSWER = 400, 1200, 300
"""Bytes of the texts that are recorded of a row."""

OUTCOME_NAMES = [str(outcome) for outcome in OUTCOMES]
"""By their codes."""


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
    _shown: dict[tuple[int, str], WatchedRow] = field(default_factory=dict)

    @classmethod
    def of(cls, step: int, results: Sequence[RewardBatch]) -> StepRows:
        """The rows of some batches as one step."""
        batches, names = [result.batch for result in results], list(results[0].weights)
        prompts = _joined(one.prompts or [""] * len(one) for one in batches)
        references = _joined(one.references or [()] * len(one) for one in batches)
        all_str = {*map(type, references)} == {str}
        return cls(
            step,
            names,
            _joined(one.completions for one in batches),
            prompts,
            [*zip(references)] if all_str else [(one,) if isinstance(one, str) else one for one in references],  # type: ignore[list-item]
            _groups(results, prompts),
            _joined(one.rewards.tolist() for one in results),
            [_joined(one.scores[name].values.tolist() for one in results) for name in names],
            [_joined(one.scores[name].codes.tolist() for one in results) for name in names],
        )

    def __len__(self) -> int:
        return len(self.rewards)

    @cached_property
    def answers(self) -> list[str | None]:
        """The answer of each row, None where there is none."""
        return [one.answer for one in self.completions]

    @cached_property
    def asked(self) -> Sequence[tuple[str, ...] | str]:
        """What the answer of each row is held against: its references, or its prompt."""
        pairs = zip(self.references, self.prompts, strict=True)
        return self.references if all(self.references) else [known or prompt for known, prompt in pairs]

    @cached_property
    def unscored(self) -> list[int]:
        """The rows without a reward."""
        return [row for row, reward in enumerate(self.rewards) if isnan(reward)] if isnan(sum(self.rewards)) else []

    @cached_property
    def known(self) -> list[list[float]]:
        """The rewards of each group's scored rows."""
        return [scored([self.rewards[row] for row in rows]) for rows in self.groups]

    @cached_property
    def spread(self) -> list[bool]:
        """Which groups have different rewards."""
        return [bool(known) and max(known) > min(known) + ROUNDING for known in self.known]

    @cached_property
    def paid(self) -> list[int]:
        """The rows that are paid."""
        least = [min(PAID, sum(known) / len(known) + ROUNDING) if known else PAID for known in self.known]
        bounds = zip(self.groups, least, strict=True)
        return [row for rows, bound in bounds for row in rows if self.rewards[row] >= PAID or self.rewards[row] > bound]

    @cached_property
    def unpaid(self) -> list[int]:
        """The scored rows that aren't paid, of groups in which some earn more than others."""
        others = {*range(len(self))}.difference(self.paid, self.unscored)
        return [row for rows, has in zip(self.groups, self.spread, strict=True) if has for row in rows if row in others]

    @cached_property
    def index(self) -> list[int]:
        """The group of each row."""
        index = [0] * len(self)
        for group, rows in enumerate(self.groups):
            for row in rows:
                index[row] = group
        return index

    def differences(self, values: list[float], having: Collection[int], left_out: Collection[int]) -> list[float]:
        """How far the rows that have something lie above the others of their group in the mean, in [-1, 1].

        Not in rank: slight but steady differences, as ROUGE makes them between honest answers, would raise alarms.

        Args:
            values: Of all rows, NaN where one has none; 1 is how far apart those of a group are.
            having: The rows.
            left_out: Rows that they are not compared with.

        Returns:
            One for each group that has rows of both sorts, and any spread.
        """
        found, having, is_known = [], set(having), not isnan(sum(values))
        for group in {self.index[row] for row in having}:
            rows = [row for row in self.groups[group] if is_known or not isnan(values[row])]
            theirs = [values[row] for row in rows if row in having]
            others = [values[row] for row in rows if row not in having and row not in left_out]
            if theirs and others:
                all_of = [values[row] for row in rows]
                if (spread := max(all_of) - min(all_of)) > ROUNDING:
                    found.append((sum(theirs) / len(theirs) - sum(others) / len(others)) / spread)
        return found

    def shown(self, row: int, why: str) -> WatchedRow:
        """A row as it is recorded; made once."""
        return self._shown.get((row, why)) or self._shown.setdefault((row, why), self._made(row, why))

    def _made(self, row: int, why: str) -> WatchedRow:
        completion = self.completions[row]
        scores = [None if isnan(values[row]) else values[row] for values in self.values]
        return WatchedRow(
            step=self.step,
            prompt=cut(self.prompts[row], PROMPT) or None,
            completion=cut(completion.text, COMPLETION) or "",
            answer=cut(completion.answer, ANSWER),
            reference=cut(" | ".join(self.references[row]), ANSWER) or None,
            reward=None if isnan(self.rewards[row]) else self.rewards[row],
            scores=dict(zip(self.names, scores, strict=True)),
            outcomes={name: OUTCOME_NAMES[codes[row]] for name, codes in zip(self.names, self.codes, strict=True)},
            traits=tuple([name for name, rows in self.traits.items() if row in rows]),
            why=why,
        )


def _joined(parts: Iterable[list[T]]) -> list[T]:
    return list(chain.from_iterable(parts))


def scored(values: list[float]) -> list[float]:
    """The values that are no NaN."""
    return [one for one in values if not isnan(one)] if isnan(sum(values)) else values


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
