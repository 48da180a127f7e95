"""A running service: all that its routes share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

from graders.service.admission import Admission
from graders.service.api_keys import ApiKeys
from graders.service.exposition import ServiceFigures
from graders.service.scoring.scored_rows import RewardRows, ScoredRows
from graders.service.scoring.scoring_pool import ScoringPool
from graders.service.served_rewards import ServedReward, ServedRewards
from graders.service.service_settings import ServiceSettings

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Service:
    """What every dialect gets.

    Attributes:
        settings: What the service was started with.
        rewards: The rewards that it answers for.
        pool: Where they are computed.
        admission: How much is in hand.
        keys: Who is let in.
        figures: What `/metrics` says.
    """

    settings: ServiceSettings
    rewards: ServedRewards
    pool: ScoringPool
    admission: Admission
    keys: ApiKeys
    figures: ServiceFigures

    @classmethod
    def of(cls, settings: ServiceSettings) -> Service:
        """A service that is not started yet: `start` it in an event loop."""
        rewards = ServedRewards(settings.rewards, settings.reward_settings)
        admission = Admission(settings.queue, settings.queue_bytes)
        pool = ScoringPool(settings)
        return cls(settings, rewards, pool, admission, ApiKeys.of(settings), ServiceFigures(admission, pool))

    async def score(
        self,
        reward: ServedReward | str | Mapping[str, Any],
        rows: RewardRows,
        *,
        explain: bool = False,
        seconds: float | None = None,
    ) -> ScoredRows:
        """Score rows as `graders.load_reward(...)` would in process, bit for bit.

        Args:
            reward: A served reward, its name, or a definition.
            rows: What is scored, at most ``settings.rows``.
            explain: Whether each reward is taken apart.
            seconds: A deadline shorter than the service's own.

        Raises:
            Problem: 404 or 422 for the reward, 422 for rows, 504 past the deadline, 503 where no worker can be had.
        """
        raise NotImplementedError

    async def compute(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a function of a module in a worker process; arguments and result must pickle.

        Raises:
            Problem: 504 past the deadline, 503 where two workers ended on it.
            Exception: what the function raises.
        """
        raise NotImplementedError

    async def start(self) -> None:
        """Start the workers; returns when they are ready."""

    async def stop(self) -> None:
        """End the workers."""
