"""A part of a file after scoring, in columns: what a worker hands back for the summary."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graders.figures.running_figures import ScoredBlock
from graders.reward.reward_batch import RewardBatch


@dataclass(frozen=True, eq=False)
class ScoredPart:
    """Consecutive rows of a file, scored: numbers only, small to pickle. Make it with `ScoredPart.of`.

    A row here is a completion. Groups are told apart within the part; whether the first one goes on from the part
    before is told by the prompts.

    Attributes:
        block: Rewards, scores, outcomes, group numbers (ascending) and answer lengths; may be empty.
        labels: The 0/1 label of each row, int8 of shape (n,); of shape (0,) where there is no label column.
        first_prompt, last_prompt: What `prompt_fingerprint` gives for the prompt of the first and of the last row;
            None where it has none, or is of a group row, which never goes on.
        errors: How many rows of the file could not be read.
        first_error: What was wrong with the first of them.
        unread: Of the rows without an answer, how many each other ``answer_source`` would read.
    """

    block: ScoredBlock
    labels: NDArray[np.int8]
    first_prompt: bytes | None = None
    last_prompt: bytes | None = None
    errors: int = 0
    first_error: str | None = None
    unread: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        result: RewardBatch,
        groups: Sequence[int],
        labels: Sequence[int] = (),
        prompts: Sequence[Any] = (),
        errors: Sequence[str] = (),
    ) -> ScoredPart:
        """Take what the summary needs out of a scored batch.

        Args:
            result: The scored batch.
            groups: The group number of each row, ascending.
            labels: The label of each row; none where there is no label column.
            prompts: The prompt of each row, None for a group row; only the first and the last are looked at.
            errors: What was wrong with each row of the file that could not be read.
        """
        first, last = map(prompt_fingerprint, (prompts[0], prompts[-1]) if prompts else (None, None))
        values = np.array([result.scores[name].values for name in result.weights])
        codes = np.array([result.scores[name].codes for name in result.weights])
        numbers = np.array(groups, dtype=np.int64)
        block = ScoredBlock(result.rewards, values, codes, numbers, result.answer_lengths)
        faults = len(errors), next(iter(errors), None)
        return cls(block, np.array(labels, dtype=np.int8), first, last, *faults, dict(result.unread))

    @classmethod
    def joined(cls, parts: Sequence[ScoredPart]) -> ScoredPart:
        """Consecutive parts as one; at least one."""
        if len(parts) == 1:
            return parts[0]
        numbers, scored = GroupNumbers(), [part for part in parts if len(part.block)] or parts[:1]
        return cls(
            ScoredBlock.joined([replace(part.block, groups=numbers.of(part)) for part in scored]),
            np.concatenate([part.labels for part in scored]),
            scored[0].first_prompt,
            scored[-1].last_prompt,
            sum(part.errors for part in parts),
            next((part.first_error for part in parts if part.first_error is not None), None),
            dict(sum((Counter(part.unread) for part in parts), Counter())),
        )


@dataclass
class GroupNumbers:
    """Numbers the groups of consecutive parts through: rows of one prompt on both sides of a cut are one group."""

    _last: int = -1
    _prompt: bytes | None = None

    def of(self, part: ScoredPart) -> NDArray[np.int64]:
        """The group number of each row of the next part, from 0 in the first part."""
        groups = part.block.groups
        if not len(groups):
            return groups
        goes_on = part.first_prompt is not None and part.first_prompt == self._prompt
        numbers: NDArray[np.int64] = groups - groups[0] + self._last + (0 if goes_on else 1)
        self._last, self._prompt = int(numbers[-1]), part.last_prompt
        return numbers


def prompt_fingerprint(prompt: Any) -> bytes | None:
    """16 bytes that stand for a prompt: equal where the prompts are; None for None.

    >>> prompt_fingerprint({"a": 1, "b": 2}) == prompt_fingerprint({"b": 2, "a": 1})
    True
    """
    if prompt is None:
        return None
    return blake2b(json.dumps(prompt, sort_keys=True, default=str).encode(), digest_size=16).digest()
