"""Loading a reward and scoring with it, as a user's type checker sees it; checked by mypy, never run."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, assert_type

import numpy as np
from numpy.typing import NDArray

import graders

reward = graders.load_reward(Path("reward.json"), graders.Settings(on_unscored="group_mean"))
assert_type(reward, graders.RewardFunction)
assert_type(reward.weights, dict[str, float])
assert_type(reward.signature(), str)

batch = reward.evaluate(["a", None], reference_answer=["1", 2], prompts=["p", "p"], group=[0, 0])
assert_type(batch, graders.RewardBatch)
assert_type(batch.rewards, NDArray[np.float64])
assert_type(batch.components, dict[str, NDArray[np.float64]])
assert_type(batch.outcomes, dict[str, list[graders.Outcome]])
assert_type(batch.answers, list[str | None])
assert_type(batch.diagnostics(), graders.Diagnostics)
assert_type(batch.for_trainer(), list[float | None])

assert_type(reward(completions=["a"], reference_answer=["1"]), list[float | None])
assert_type(reward.explain("a", "1"), graders.Explanation)
assert_type(reward.check_references(["1"]), list[graders.ReferenceFault])
assert_type(graders.combine(batch.components, reward.weights), NDArray[np.float64])


def definitions(mapping: Mapping[str, Any], request: graders.RequestConfig) -> None:
    """Whatever holds a definition loads; a number does not."""
    graders.load_reward('{"graders": []}')
    graders.load_reward(mapping)
    graders.load_reward(request)
    graders.load_reward(graders.RewardComponents(graders=(graders.MathAccuracyGrader(),)))
    graders.load_reward(5)  # type: ignore[arg-type]


def misspelt() -> None:
    """What is not public is no attribute, here as at run time."""
    graders.load_rewards("reward.json")  # type: ignore[attr-defined]
    graders.Settings(on_unscored="mean")  # type: ignore[arg-type]
    graders.Settings(on_unscorred="zero")  # type: ignore[call-arg]
    batch.weights = {}  # type: ignore[misc]
