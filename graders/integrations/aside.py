"""The asynchronous form of a reward: a judge waits while the other scorers compute."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from typing import Any

from graders.reward import RewardFunction
from graders.reward_batch import RewardBatch
from graders.telemetry import LogColumn, LogMetric, Telemetry


class AsyncReward:
    """A reward as an ``async`` function, all its scorers side by side. It pickles.

    Attributes:
        reward: The reward.
    """

    def __init__(self, reward: RewardFunction) -> None:
        self.reward = reward
        self.__name__ = reward.__name__
        self._telemetry = Telemetry()

    async def __call__(
        self,
        completions: Iterable[Any],
        prompts: Iterable[Any] | None = None,
        log_metric: LogMetric | None = None,
        log_extra: LogColumn | None = None,
        **columns: Any,
    ) -> list[float | None]:
        """The rewards, as the reward itself gives them.

        Args:
            completions: As the reward takes them.
            prompts: Likewise.
            log_metric: Likewise.
            log_extra: Likewise.
            **columns: Likewise.
        """
        started = time.perf_counter()
        batch = await asyncio.to_thread(self._evaluate, completions, prompts, columns)
        rewards, seconds = batch.for_trainer(), time.perf_counter() - started
        self._telemetry.report(batch, seconds, log_metric, log_extra, self.reward.scorer_metrics())
        return rewards

    def _evaluate(
        self, completions: Iterable[Any], prompts: Iterable[Any] | None, columns: dict[str, Any]
    ) -> RewardBatch:
        return self.reward.evaluate_columns(completions, prompts, columns, side_by_side=True)

    def __reduce__(self) -> tuple[Any, ...]:
        return AsyncReward, (self.reward,)


def asynchronous(reward: RewardFunction) -> AsyncReward:
    """A reward in the form of a coroutine function, for a trainer that awaits its reward functions.

    TRL runs all of those at once, after the synchronous ones; within one, every scorer has a thread of its own.

    Example::

        GRPOTrainer(model, reward_funcs=asynchronous(reward), train_dataset=rows)
    """
    return AsyncReward(reward)
