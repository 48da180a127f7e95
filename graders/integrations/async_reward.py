"""The asynchronous form of a reward: a judge waits while the other scorers compute."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from graders.reward.reward_function import RewardFunction


class AsyncReward:
    """A reward as an ``async`` function, all its scorers side by side. It pickles.

    Attributes:
        reward: The reward.
    """

    def __init__(self, reward: RewardFunction) -> None:
        self.reward = reward
        self.__name__ = reward.__name__
        self._side_by_side = reward.variant(side_by_side=True)

    async def __call__(
        self, completions: Iterable[Any], prompts: Iterable[Any] | None = None, **given: Any
    ) -> list[float | None]:
        """The rewards, as the reward itself gives them.

        Args:
            completions: As the reward takes them.
            prompts: Likewise.
            **given: Likewise.
        """
        return await asyncio.to_thread(self._side_by_side, completions, prompts, **given)

    def __reduce__(self) -> tuple[Any, ...]:
        return AsyncReward, (self.reward,)


def asynchronous(reward: RewardFunction) -> AsyncReward:
    """A reward in the form of a coroutine function, for a trainer that awaits its reward functions.

    TRL runs all of those at once, after the synchronous ones; within one, every scorer has a thread of its own.

    Example::

        GRPOTrainer(model, reward_funcs=asynchronous(reward), train_dataset=rows)
    """
    return AsyncReward(reward)
