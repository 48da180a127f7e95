"""slime: an asynchronous reward for ``--custom-rm-path``, for one sample or a list of them.

from graders.integrations.slime import reward_for
reward = reward_for("reward.json")          # --custom-rm-path my_reward.reward --reward-key score
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from graders.integrations.microbatch import RewardSource, engine_for


def reward_for(
    source: RewardSource, settings: str | None = None, *, unscored: float | None = 0.0
) -> Callable[..., Awaitable[Any]]:
    """The function that slime calls with its arguments and a sample, or a list of samples.

    Args:
        source: The reward, as `graders.load_reward` takes it.
        settings: A TOML file with settings; where None, ``GRADERS_*`` variables are read.
        unscored: What stands for a sample that could not be scored, beside ``unscored`` = 1; None raises.

    Returns:
        A coroutine function; it gives a dict with ``score``, ``unscored`` and each component (name ``score`` with
        ``--reward-key``), or a list of such dicts.
    """

    async def reward(args: Any, sample: Any, **_: Any) -> Any:
        if isinstance(sample, list):
            return list(await asyncio.gather(*(reward(args, one) for one in sample)))
        engine = engine_for(source, settings)
        return (await engine.score_async(sample.response, sample.label, sample.prompt)).flat(unscored)

    return reward
