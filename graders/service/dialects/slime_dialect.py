"""slime: what ``--rm-type remote_rm --rm-url`` asks about one sample, and takes as its reward.

The whole reply is the reward: a number, or with ``?components=true`` in the address an object for
``--reward-key score``. A reply that is no 200 is asked for ten times, and then the run ends: so a sample that never
will be scored is a 0, and one that may be is not.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from graders.integrations.openrlhf import ENDS, completion_of
from graders.service.about.openapi_parts import REWARD_NAME, operation, record
from graders.service.dialect import ServedDialect, json_response, route
from graders.service.dialects.trainer_requests import envelope, object_of, reward_of
from graders.service.dialects.unscored_rows import flat, refuse_what_may_pass
from graders.service.problems import Problem
from graders.service.scoring.reward_scores import RewardRows
from graders.service.service_context import Service


def routes(service: Service) -> list[BaseRoute]:
    """`/slime`, and one address for each reward."""

    async def score(request: Request) -> Response:
        asked = await object_of(request, service)
        served = reward_of(request, service)
        if "response" not in asked:
            raise Problem(422, "response is missing: the text that was generated", param="response")
        response, prompt = asked["response"], asked.get("prompt")
        completion = completion_of(response, "", ENDS) if isinstance(response, str) else response
        rows = RewardRows([completion], [asked.get("label")], None if prompt is None else [prompt])
        scores = await service.score(served, rows, request=request)
        refuse_what_may_pass(scores)
        reply = flat(scores, 0)
        return json_response(reply if request.query_params.get("components") == "true" else reply["score"])

    return [route(service, path, "POST", score, envelope) for path in ("/slime", "/slime/{reward}")]


_ASKED = record(("response",), prompt={}, response={}, label={})
_COMPONENTS = {
    "name": "components",
    "in": "query",
    "schema": {"enum": ["true"]},
    "description": "An object, not a number.",
}
_SCORE = operation("The reward of a sample as slime's remote_rm takes it", _ASKED, parameters=(_COMPONENTS,))

DESCRIBED = {
    "/slime": {"post": _SCORE},
    "/slime/{reward}": {"post": {**_SCORE, "parameters": [REWARD_NAME, _COMPONENTS]}},
}
"""How `/openapi.json` has this dialect."""

DIALECT = ServedDialect("slime", ("/slime",), envelope, routes, DESCRIBED)
