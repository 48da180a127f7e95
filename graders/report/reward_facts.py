"""What is known of the reward behind scored rows: from the run's manifest, or from a reward that is given."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

from graders.report.facts import RewardFacts
from graders.reward.load import load_reward
from graders.reward.reward_function import RewardFunction
from graders.settings.settings import Settings
from graders.vocabulary.errors import DataError, GameableRewardWarning, GradersError

NO_REWARD = (
    "The weights are unknown and rows are not explained: a file of scored rows doesn't say which reward made it. Pass "
    "--reward reward.json, or score into a directory, which keeps the reward in its manifest."
)

ASKS_A_JUDGE = "Rows are not explained: this reward needs a judge, and a report makes no calls."

_SETTINGS = Settings()


def rebuilt(manifest: Mapping[str, Any]) -> RewardFunction | str:
    """The reward of a manifest, or why it can't be built here."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return load_reward(manifest["reward"], Settings(**manifest.get("settings", {})))
    except (GradersError, KeyError, TypeError, ValueError, ImportError) as error:
        return f"Rows are not explained: the run's reward can't be built here: {error}"


def reward_facts(reward: RewardFunction | None, manifest: Mapping[str, Any] | None, why_not: str | None) -> RewardFacts:
    """What a report says of the reward.

    Args:
        reward: The reward, given or rebuilt; None where there is none.
        manifest: What was run; None for a file alone.
        why_not: Why there is no reward.
    """
    said, settings = manifest or {}, reward.settings if reward else _SETTINGS
    weights = said.get("weights") or (reward.weights if reward else None)
    return RewardFacts(
        weights=weights,
        signature=said.get("signature") or (reward.signature() if reward else None),
        definition=said.get("reward")
        or (reward.definition.model_dump(mode="json", exclude_unset=True) if reward else None),
        versions=said.get("versions") or {},
        weaknesses=_weaknesses(reward),
        tags=settings.tags,
        layout=settings.layout,
        why_not_explained=ASKS_A_JUDGE if reward and asks_a_judge(reward) else why_not,
    )


def asks_a_judge(reward: RewardFunction) -> bool:
    """Whether scoring a row would call a judge again."""
    return any(grader.type == "llm" for grader in reward.definition.graders)


def _weaknesses(reward: RewardFunction | None) -> tuple[str, ...]:
    """What loading the reward warns of."""
    if reward is None:
        return ()
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", GameableRewardWarning)
        RewardFunction(reward.definition, reward.settings)
    return tuple(str(one.message) for one in said if issubclass(one.category, GameableRewardWarning))


def check_components(reward: RewardFunction, scored: Mapping[str, Any], path: str) -> None:
    """Refuse a reward that did not score these rows.

    Raises:
        DataError: its components are others than those of the rows.
    """
    if scored and reward.weights.keys() != scored.keys():
        raise DataError(
            f"{path} has scores of {', '.join(scored)}, and the reward gives {', '.join(reward.weights)}: "
            "name the reward that scored it"
        )
