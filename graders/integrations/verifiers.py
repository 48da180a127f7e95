"""verifiers 0.4: a keyed reward for a task, from a method or from its configuration.

from graders.integrations.verifiers import keyed_reward_for
graded = keyed_reward_for("reward.json")

class Sums(vf.Task):
    @vf.reward
    async def graded(self, trace):
        return await graded(self, trace)
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from graders.completion.message_text import THOUGHT_KEYS
from graders.integrations.microbatch import RewardSource, engine_for

REFERENCE_FIELDS = ("answer", "reference_answer", "reference")
"""Where in a task's data the reference may stand, first one first."""


def keyed_reward_for(
    source: RewardSource, settings: str | None = None, *, reference_field: str | None = None
) -> Callable[[Any, Any], Awaitable[dict[str, float]]]:
    """A function of task and trace that gives each component times its weight; verifiers adds them up.

    An unscored sample raises `UnscoredError`: verifiers records the error on the trace, or tries again, and no
    reward is made up.

    Args:
        source: The reward, as `graders.load_reward` takes it.
        settings: A TOML file with settings; where None, ``GRADERS_*`` variables are read.
        reference_field: The field of the task's data with the reference; one of `REFERENCE_FIELDS` where None.
    """

    async def graded(task: Any, trace: Any) -> dict[str, float]:
        engine = engine_for(source, settings)
        data = getattr(task, "data", task)
        scored = await engine.score_async(_reply(trace), _reference(data, reference_field), _prompt(data))
        scored.number(None)
        return {name: weight * (scored.components[name] or 0.0) for name, weight in engine.reward.weights.items()}

    return graded


def _reply(trace: Any) -> Any:
    """What the policy produced last: its turns, which may hold their thoughts apart, or else its text."""
    turns = [_plain(message) for message in _field(trace, "assistant_messages") or []]
    reply = _field(trace, "last_reply")
    if not isinstance(reply, str) or (turns and reply == turns[-1].get("content")):
        return turns
    return reply


def _prompt(data: Any) -> Any:
    """The task's prompt; messages that are objects as plain ones."""
    prompt = _field(data, "prompt")
    if not isinstance(prompt, list):
        return prompt
    return [_plain(one, _field(one, "role")) for one in prompt]


def _plain(message: Any, role: str = "assistant") -> dict[str, Any]:
    """A message that may be an object, with its thought where it holds one apart."""
    found = {key: _field(message, key) for key in ("content", *THOUGHT_KEYS, "tool_calls")}
    return {"role": role, "content": found.pop("content"), **{key: value for key, value in found.items() if value}}


def _reference(data: Any, name: str | None) -> Any:
    found = (_field(data, one) for one in ((name,) if name else REFERENCE_FIELDS))
    return next((value for value in found if value is not None), None)


def _field(data: Any, name: str) -> Any:
    return data.get(name) if isinstance(data, Mapping) else getattr(data, name, None)
