"""What is asked of a reward, and what it answers, as plain values that travel between processes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graders.reward.explanation import Explanation


@dataclass(frozen=True, slots=True)
class RewardRows:
    """n rows to score.

    Attributes:
        completions: n strings, lists of chat messages, or None.
        references: n strings, numbers or lists of acceptable references; None where there are none.
        prompts: n strings or lists of chat messages; None where there are none.
    """

    completions: list[Any]
    references: list[Any] | None = None
    prompts: list[Any] | None = None

    def __len__(self) -> int:
        return len(self.completions)


@dataclass(frozen=True, slots=True)
class ScoredRows:
    """Rewards of n rows and what they are made of.

    Attributes:
        rewards: n floats in [0, 1], None where a row is unscored.
        components: The same for each component by name, ``"format"`` first.
        outcomes: Why, one code for each row and component.
        weights: The effective weight of each component; they sum to 1.
        explanations: One for each row, where they were asked for.
    """

    rewards: list[float | None]
    components: dict[str, list[float | None]]
    outcomes: dict[str, list[str]]
    weights: dict[str, float]
    explanations: list[Explanation] | None = None

    def why_unscored(self, row: int) -> str | None:
        """The outcomes that left a row without a reward, in words; None where it has one."""
        if self.rewards[row] is not None:
            return None
        unscored = {name: codes[row] for name, codes in self.outcomes.items() if self.components[name][row] is None}
        return "; ".join(f"{name}: {code}" for name, code in unscored.items())
