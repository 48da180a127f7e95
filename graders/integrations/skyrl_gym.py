"""SkyRL-gym: an environment of one turn whose reward is ours.

from skyrl_gym.envs import register
register("graders", entry_point="graders.integrations.skyrl_gym:environment", kwargs={"definition": "reward.json"})
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graders.integrations.microbatch import MicroBatcher, RewardSource, Scored, engine_for
from graders.vocabulary.errors import DataError, MissingExtraError


def environment(
    definition: RewardSource, settings: str | None = None, unscored: float | None = 0.0, **given: Any
) -> Any:
    """One episode: the policy answers once and the episode ends with its reward.

    Args:
        definition: The reward, as `graders.load_reward` takes it.
        settings: A TOML file with settings; where None, ``GRADERS_*`` variables are read.
        unscored: The reward of a sample that could not be scored, counted in its metrics; None raises.
        **given: What SkyRL passes: ``extras`` holds ``reward_spec`` with ``ground_truth``.

    Raises:
        MissingExtraError: skyrl-gym isn't installed.
        DataError: the row has no reward_spec with a ground_truth.
    """
    try:
        from skyrl_gym.envs.base_text_env import BaseTextEnv, BaseTextEnvStepOutput
    except ImportError:
        raise MissingExtraError("graders.integrations.skyrl_gym", "skyrl") from None
    engine = engine_for(definition, settings)
    reference = _ground_truth(given.get("extras") or {}, engine)

    class GradersEnv(BaseTextEnv):  # type: ignore[misc, unused-ignore]
        """One question, one answer."""

        def __init__(self) -> None:
            super().__init__()
            self.prompt: Any = None
            self.scored: Scored | None = None

        def init(self, prompt: Any) -> tuple[Any, dict[str, Any]]:
            """Take the question."""
            self.prompt = prompt
            return prompt, {}

        def step(self, action: str) -> Any:
            """Score the answer and end the episode."""
            self.turns += 1
            self.scored = engine.score(action, reference, self.prompt)
            outcomes = {name: str(outcome) for name, outcome in self.scored.outcomes.items()}
            reward = self.scored.number(unscored)
            return BaseTextEnvStepOutput(observations=[], reward=reward, done=True, metadata={"outcomes": outcomes})

        def get_metrics(self) -> dict[str, Any]:
            """Each component, and whether the sample was left unscored."""
            return self.scored.flat(unscored) if self.scored else {}

    return GradersEnv()


def _ground_truth(extras: Mapping[str, Any], engine: MicroBatcher) -> Any:
    spec = extras.get("reward_spec") or {}
    if "ground_truth" not in spec and engine.reward.needs_reference:
        raise DataError("extras['reward_spec'] has no 'ground_truth'; SkyRL's rows carry the reference there")
    return spec.get("ground_truth")
