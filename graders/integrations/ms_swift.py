"""ms-swift: a reward class for its table ``orms``, in a plugin file.

from graders.integrations.ms_swift import orm_for
orms["graders"] = orm_for("reward.json")    # --reward_funcs graders --external_plugins plugin.py
"""

from __future__ import annotations

from typing import Any

from graders.integrations.microbatch import RewardSource
from graders.reward.load import load_reward
from graders.reward.reward_function import RewardFunction
from graders.settings.settings import Settings


def orm_for(source: RewardSource, settings: Settings | None = None) -> type[Any]:
    """A class as ms-swift makes its reward functions of: called with completions and the dataset's columns.

    Args:
        source: The reward, as `graders.load_reward` takes it, or one that is made already.
        settings: Settings; ``on_unscored`` says what stands for an unscored row, None by default.

    >>> orm = orm_for({"graders": [{"type": "math_accuracy"}]})()
    >>> orm(["<think>x</think><answer>4</answer>"], reference_answer=["4"])
    [1.0]
    """
    reward = source if isinstance(source, RewardFunction) else load_reward(source, settings)

    class GradersORM:
        """The reward, for ms-swift."""

        def __init__(self, *_: Any, **__: Any) -> None:
            self.reward = reward

        def __call__(self, completions: list[Any], **columns: Any) -> list[float | None]:
            """The rewards, one a completion."""
            prompts = columns.pop("prompts", None)
            if prompts is None:
                prompts = columns.get("messages")
            return self.reward(completions, prompts, **columns)

    return GradersORM
