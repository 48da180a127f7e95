"""`graders.watch`: the same reward, which lets a watcher see each batch after it is scored."""

from __future__ import annotations

import os
from typing import Any

from graders.contract.batch import Batch
from graders.figures.grouping import Aggregation
from graders.monitor.watcher import Watcher
from graders.reward.reward_batch import RewardBatch
from graders.reward.reward_function import RewardFunction


class WatchedReward(RewardFunction):
    """A reward that is watched: every method gives what the reward itself gives, bit for bit. Make it with `watch`.

    It pickles; each process that scores with it writes a file of its own.

    Attributes:
        watcher: What sees the batches.
    """

    watcher: Watcher

    @classmethod
    def of(cls, reward: RewardFunction, watcher: Watcher) -> WatchedReward:
        """This very reward, watched; both share their scorers."""
        watched = object.__new__(cls)
        vars(watched).update(vars(reward), watcher=watcher)
        return watched

    def variant(self, *, aggregation: Aggregation = "sum_then_normalize", side_by_side: bool = False) -> WatchedReward:
        """As `RewardFunction.variant`; seen by the same watcher."""
        return WatchedReward.of(super().variant(aggregation=aggregation, side_by_side=side_by_side), self.watcher)

    def plain(self) -> RewardFunction:
        """The reward itself, which nobody watches."""
        reward = object.__new__(RewardFunction)
        vars(reward).update({name: value for name, value in vars(self).items() if name != "watcher"})
        return reward

    def callback(self) -> Any:
        """A callback for a trainer of TRL's: steps are the trainer's own, and the alarms stand in its log.

        Raises:
            MissingExtraError: transformers isn't installed.
        """
        from graders.monitor.trainer_steps import trainer_steps

        return trainer_steps(self.watcher)

    def __reduce__(self) -> tuple[Any, ...]:
        return watch, (self.plain(), self.watcher.folder)

    def _evaluate(self, batch: Batch, *, goes_on: bool = False) -> RewardBatch:
        result = super()._evaluate(batch, goes_on=goes_on)
        self.watcher.observe(result)
        return result


def watch(reward: RewardFunction, folder: str | os.PathLike[str]) -> WatchedReward:
    """The same reward, observed: what it pays is counted step by step, and what spreads among the paid rows is told.

    A step is a batch of 32 rows at least, or a trainer's own where its callback is used. Detectors raise alarms with a
    bound on false ones (`graders.monitor.sequential`); `graders watch FOLDER` shows them, `graders.monitor.read_run`
    reads everything back.

    Args:
        reward: The reward.
        folder: Where to record; made when the first step is written. Several processes may share it, and a run that
            is resumed.

    Example::

        reward = graders.watch(graders.load_reward("reward.json"), "runs/x/watch")
        GRPOTrainer(model, reward_funcs=reward, callbacks=[reward.callback()], ...)
    """
    plain = reward.plain() if isinstance(reward, WatchedReward) else reward
    return WatchedReward.of(plain, Watcher(plain, folder))
