"""NeMo-Gym: the body of a resources server's ``verify``, in its wire format.

verify_body = verifier_for("reward.json")

class Graded(SimpleResourcesServer):
    async def verify(self, body: GradedRequest) -> GradedResponse:
        return GradedResponse(**await verify_body(body.model_dump()))
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from graders.integrations.microbatch import RewardSource, Scored, engine_for


def verifier_for(
    source: RewardSource, settings: str | None = None, *, reference_field: str = "expected_answer"
) -> Callable[[Mapping[str, Any]], Awaitable[dict[str, Any]]]:
    """A function from a verify request to a verify response, both as JSON has them.

    The response is the request with ``reward``, ``reward_components``, each component once more as a number of its
    own (NeMo-Gym aggregates only those), and where the sample is unscored ``mask_sample`` and ``failure_reason``.

    Args:
        source: The reward, as `graders.load_reward` takes it.
        settings: A TOML file with settings; where None, ``GRADERS_*`` variables are read.
        reference_field: The field of the request with the reference.
    """

    async def verify(body: Mapping[str, Any]) -> dict[str, Any]:
        engine = engine_for(source, settings)
        prompt = (body.get("responses_create_params") or {}).get("input")
        reply = (body.get("response") or {}).get("output")
        return {**body, **_response(await engine.score_async(reply, body.get(reference_field), prompt))}

    return verify


def _response(scored: Scored) -> dict[str, Any]:
    """What is added to a request; a masked sample has a reward of 0 that no policy is taught by."""
    components = {name: value or 0.0 for name, value in scored.components.items()}
    reasons = "; ".join(f"{name}: {one.meaning}" for name, one in scored.outcomes.items() if one.unscored)
    return {
        "reward": scored.reward or 0.0,
        "reward_components": components,
        **components,
        "mask_sample": scored.reward is None,
        "failure_reason": reasons or None,
    }
