"""verl: `compute_score` for its reward managers, one sample a call, with the same keys every time.

In its configuration::

    reward.custom_reward_function.path=pkg://graders.integrations.verl
    reward.custom_reward_function.name=compute_score
    +reward.custom_reward_function.reward_kwargs.definition=reward.json
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graders.integrations.microbatch import RewardSource, engine_for

_NOT_GIVEN = object()

_OF_BATCHES = frozenset(("data_sources", "solution_strs", "ground_truths", "extra_infos"))
"""What verl's ``batch`` manager passes: columns."""

PROMPT_KEYS = ("question", "prompt", "raw_prompt")
"""Where in ``extra_info`` the question may stand, first one first."""


def compute_score(  # noqa: PLR0913 - verl's own parameters
    data_source: Any = None,
    solution_str: Any = _NOT_GIVEN,
    ground_truth: Any = _NOT_GIVEN,
    extra_info: Mapping[str, Any] | None = None,
    *,
    definition: RewardSource,
    settings: str | None = None,
    unscored: float | None = 0.0,
    **ignored: Any,
) -> dict[str, float]:
    """Score one sample as verl asks for it.

    Args:
        data_source: Not read: the definition says what is computed.
        solution_str: The completion, decoded.
        ground_truth: The reference.
        extra_info: The question is taken from it, under one of `PROMPT_KEYS`.
        definition: The reward, as `graders.load_reward` takes it; from ``reward_kwargs``.
        settings: A TOML file with settings; where None, ``GRADERS_*`` variables are read.
        unscored: What stands for a sample that could not be scored, beside ``unscored`` = 1; None raises.
        **ignored: What a manager adds, e.g. its reward router's address.

    Returns:
        ``score``, ``unscored`` and each component, the same keys for each sample.

    Raises:
        UnscoredError: the sample is unscored, and `unscored` is None.
        TypeError: it is called without a completion or a reference, as by a manager of whole batches.

    >>> compute_score("", "<think>x</think><answer>4</answer>", "4",
    ...               definition='{"graders": [{"type": "math_accuracy"}]}')
    {'score': 1.0, 'unscored': 0.0, 'format': 1.0, 'math_accuracy': 1.0}
    """
    sample = _sample(data_source, solution_str, ground_truth, extra_info, **ignored)
    return engine_for(definition, settings).score(*sample).flat(unscored)


async def compute_score_async(
    *sample: Any, definition: RewardSource, settings: str | None = None, unscored: float | None = 0.0, **named: Any
) -> dict[str, float]:
    """As `compute_score`, for managers that await it: judge calls of many samples go out together."""
    scored = await engine_for(definition, settings).score_async(*_sample(*sample, **named))
    return scored.flat(unscored)


def _sample(
    _data_source: Any = None,
    solution_str: Any = _NOT_GIVEN,
    ground_truth: Any = _NOT_GIVEN,
    extra_info: Mapping[str, Any] | None = None,
    **more: Any,
) -> tuple[Any, Any, Any]:
    """Completion, reference and prompt of what verl passes; what a sample lacks is an error, never an empty text."""
    sample = {"solution_str": solution_str, "ground_truth": ground_truth}
    missing = [name for name, value in sample.items() if value is _NOT_GIVEN]
    if missing:
        several = sorted(name for name in more if name in _OF_BATCHES)
        remedy = "use reward_manager=naive, dapo or prime, which ask for one sample a call" if several else "pass them"
        found = f"got {', '.join(several or sorted(more)) or 'nothing'} in their place"
        raise TypeError(f"compute_score: called without {' and '.join(missing)}, {found}; {remedy}")
    prompts = ((extra_info or {}).get(key) for key in PROMPT_KEYS)
    return solution_str, ground_truth, next((one for one in prompts if one is not None), None)
