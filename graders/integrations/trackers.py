"""TensorBoard, Weights & Biases, MLflow: the figures of scored batches in their logs, where no trainer puts them there.

    track = trackers.tensorboard(SummaryWriter("runs/first"))
    track(reward.evaluate(completions, references, prompts), step=12)

Each takes what the user has opened (a writer, a run, the module `mlflow`); none of the three is imported here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from graders.figures.grouping import Aggregation
from graders.reward.reward_batch import RewardBatch
from graders.reward.reward_function import RewardFunction
from graders.reward.telemetry import PREFIX, Telemetry

Figures = dict[str, float]
"""Numbers by the names that they have in a trainer's log: ``graders/mean``, ``graders/groups/zero_variance``."""


@dataclass
class Tracker:
    """Logs what batches say of a reward; its alarms go to the log of `graders`, once a kind.

    Attributes:
        log: Takes the figures, and their step where one was given.
        aggregation: How the trainer makes advantages of components.
    """

    log: Callable[[Figures, int | None], object]
    aggregation: Aggregation = "sum_then_normalize"
    _telemetry: Telemetry = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._telemetry = Telemetry(self.aggregation)

    def __call__(self, batch: RewardBatch, step: int | None = None, more: Mapping[str, float] | None = None) -> Figures:
        """Log the figures of a batch.

        Args:
            batch: What `RewardFunction.evaluate` gives.
            step: The step of the training; where None, the logger counts its own, or batches are counted from 0.
            more: Further numbers, such as `RewardFunction.scorer_metrics()`, a judge's calls and cost.

        Returns:
            What was logged.
        """
        found = {**self._telemetry.figures(batch), **(more or {})}
        figures = {PREFIX + name: float(value) for name, value in found.items() if isfinite(value)}
        self.log(figures, step)
        return figures


@dataclass
class TrackedReward:
    """A reward function for a trainer that passes no log: each call is tracked, a step a call.

    Attributes:
        reward: The reward.
        tracker: Where its figures go.
    """

    reward: RewardFunction
    tracker: Tracker
    _calls: int = field(default=0, init=False)

    @property
    def __name__(self) -> str:
        return self.reward.__name__

    def __call__(
        self, completions: Iterable[Any], prompts: Iterable[Any] | None = None, **columns: Any
    ) -> list[float | None]:
        """The rewards, as `RewardFunction.__call__` gives them."""
        batch = self.reward.evaluate_and_log(completions, prompts, **columns)
        self.tracker(batch, self._calls, self.reward.scorer_metrics())
        self._calls += 1
        return batch.for_trainer()


def tensorboard(writer: Any, aggregation: Aggregation = "sum_then_normalize") -> Tracker:
    """For TensorBoard.

    Args:
        writer: A ``SummaryWriter`` of `torch.utils.tensorboard` or `tensorboardX`.
        aggregation: How the trainer makes advantages of components.
    """

    def log(figures: Figures, step: int) -> None:
        for name, value in figures.items():
            writer.add_scalar(name, value, global_step=step)

    return Tracker(_counting(log), aggregation)


def wandb(run: Any, aggregation: Aggregation = "sum_then_normalize") -> Tracker:
    """For Weights & Biases.

    Args:
        run: What ``wandb.init()`` gives, or the module `wandb` with a run that is open.
        aggregation: How the trainer makes advantages of components.
    """

    def log(figures: Figures, step: int | None) -> None:
        run.log(figures) if step is None else run.log(figures, step=step)

    return Tracker(log, aggregation)


def mlflow(module: Any, aggregation: Aggregation = "sum_then_normalize") -> Tracker:
    """For MLflow, whose names hold no ``#`` and no ``~``: both are ``-`` there.

    Args:
        module: The module `mlflow`; figures go to its run that is open.
        aggregation: How the trainer makes advantages of components.
    """

    def log(figures: Figures, step: int) -> None:
        module.log_metrics({_mlflow_name(name): value for name, value in figures.items()}, step=step)

    return Tracker(_counting(log), aggregation)


def _counting(log: Callable[[Figures, int], object]) -> Callable[[Figures, int | None], None]:
    """A log that gets a step in any case: where none is given, the one behind the last."""
    last = -1

    def counted(figures: Figures, step: int | None) -> None:
        nonlocal last
        last = last + 1 if step is None else step
        log(figures, last)

    return counted


_MLFLOW_HAS = frozenset("_-. :/")


def _mlflow_name(name: str) -> str:
    return "".join(letter if letter.isalnum() or letter in _MLFLOW_HAS else "-" for letter in name)
