"""A reward taken apart into one function a component, over one shared evaluation a batch."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np

from graders.contract.scores import Scores
from graders.figures.grouping import Aggregation
from graders.reward.reward_batch import RewardBatch
from graders.reward.reward_function import RewardFunction

REMEMBERED_BATCHES = 4
"""So many batches may be under way at once before one is evaluated again."""


class RewardParts(NamedTuple):
    """A reward as several functions.

    Attributes:
        functions: One a component, in the order of ``reward.weights``; each has the component's name.
        weights: The weight of each, for ``GRPOConfig(reward_weights=...)``.
    """

    functions: list[RewardPart]
    weights: list[float]


class RewardPart:
    """One component of a reward as a reward function of its own. It pickles, and works in any thread."""

    def __init__(self, shared: Shared, component: str) -> None:
        self.shared = shared
        self.component = component
        self.__name__ = component

    def __call__(
        self, completions: Iterable[Any], prompts: Iterable[Any] | None = None, **given: Any
    ) -> list[float | None]:
        """This component's scores; None in each part of a row that is unscored as a whole.

        Args:
            completions: As the reward takes them.
            prompts: Likewise.
            **given: Likewise; the first part that is asked tells the log.

        Raises:
            DataError, UnscoredError: what the reward itself raises.
        """
        return _alone(self.shared.evaluate(completions, prompts, **given), self.component).for_trainer()

    def __repr__(self) -> str:
        return f"<RewardPart {self.component} of {self.shared.reward!r}>"


class Shared:
    """Evaluates each batch once for all parts of a reward.

    Attributes:
        reward: The reward that the parts make up.
    """

    def __init__(self, reward: RewardFunction) -> None:
        self.reward = reward
        self._lock = threading.Lock()
        self._recent: deque[tuple[list[Any], RewardBatch]] = deque(maxlen=REMEMBERED_BATCHES)

    def __reduce__(self) -> tuple[Any, ...]:
        return Shared, (self.reward,)

    def evaluate(self, completions: Iterable[Any], prompts: Iterable[Any] | None = None, **given: Any) -> RewardBatch:
        """The batch's evaluation: made by the first part that asks, which also tells the log of it."""
        references = given.get(self.reward.settings.reference_column)
        key = [None if column is None else list(column) for column in (completions, prompts, references)]
        with self._lock:
            known = next((batch for old, batch in self._recent if old == key), None)
            if known is not None:
                return known
            batch = self.reward.evaluate_and_log(completions, prompts, **given)
            self._recent.append((key, batch))
            return batch


def split(reward: RewardFunction, aggregation: Aggregation = "normalize_then_sum") -> RewardParts:
    """Take a reward apart for trainers that normalise each component (GDPO), or log each as a reward of its own.

    A batch is evaluated once, whichever part is asked first. A row that is unscored as a whole is None in every
    part, so that no trainer adds up what is left of it.

    Args:
        reward: The reward.
        aggregation: What ``GRPOConfig.multi_objective_aggregation`` is; the group figures depend on it.

    >>> import graders
    >>> parts = split(graders.load_reward({"graders": [{"type": "math_accuracy"}]}))
    >>> [part.__name__ for part in parts.functions], parts.weights
    (['format', 'math_accuracy'], [0.1, 0.9])
    >>> parts.functions[1](completions=["<think>x</think><answer>4</answer>"], reference_answer=["4"])
    [1.0]
    """
    shared = Shared(reward.variant(aggregation=aggregation))
    return RewardParts([RewardPart(shared, name) for name in reward.weights], list(reward.weights.values()))


def _alone(batch: RewardBatch, component: str) -> RewardBatch:
    """A batch with one component alone, unscored where the whole row is."""
    scores = batch.scores[component]
    unscored = np.isnan(batch.rewards) & ~np.isnan(scores.values)
    if unscored.any():
        codes = scores.codes.copy()
        for other in _reasons(batch):
            codes = np.where(unscored & np.isnan(other.values), other.codes, codes)
        scores = Scores(np.where(unscored, np.nan, scores.values), codes)
    return RewardBatch(batch.batch, {component: scores}, {component: 1.0}, batch.on_unscored)


def _reasons(batch: RewardBatch) -> Iterator[Scores]:
    """The scores of the components with a weight, which make rows unscored; the first one's reason comes last."""
    return (batch.scores[name] for name in reversed(list(batch.scores)) if batch.weights[name] > 0)
