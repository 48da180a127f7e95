"""TRL: the reward is a reward function as it is; these are what goes around it.

`dataset` makes TRL's columns of a JSONL file, `preflight` finds what would spoil the run, `split` gives one function
a component, `asynchronous` lets a judge wait while the other scorers compute.
"""

from __future__ import annotations

from graders.integrations.async_reward import AsyncReward, asynchronous
from graders.integrations.preflight import PreflightFinding, preflight
from graders.integrations.split import RewardPart, RewardParts, split
from graders.integrations.training_rows import dataset

__all__ = [
    "AsyncReward",
    "PreflightFinding",
    "RewardPart",
    "RewardParts",
    "asynchronous",
    "dataset",
    "preflight",
    "split",
]
