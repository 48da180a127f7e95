"""From a file, JSON text or a value to a reward function."""

from __future__ import annotations

from graders.reward.reward_function import RewardFunction
from graders.settings.settings import Settings
from graders.validation import hidden
from graders.wire.documents import Source, read_definition, reward_components


def load_reward(source: Source, settings: Settings | None = None) -> RewardFunction:
    """Make a reward function from a definition.

    Args:
        source: A path of a JSON file, JSON text, a dict, `RewardComponents`, or a `TrainingConfig` or whole
            `RequestConfig` that holds one.
        settings: What this run injects; the defaults where None.

    Raises:
        DefinitionError: with every mistake in the document at once; also where a grader lacks a setting.
        TypeError: the source or the settings are something else than said above.

    >>> load_reward('{"graders": [{"type": "math_accuracy"}]}').weights
    {'format': 0.1, 'math_accuracy': 0.9}
    """
    given: object = settings
    if given is not None and not isinstance(given, Settings):
        raise TypeError(f"load_reward: {hidden(given)}, expected settings=graders.Settings(answer_source=...)")
    return RewardFunction(reward_components(read_definition(source)), settings)
