"""Our own contract: rewards by name or definition, batches, explanations; mistakes of a definition, all at once."""

from __future__ import annotations

import warnings
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from graders.service.about.health_probes import probe_routes
from graders.service.about.openapi_parts import OBJECT, anything, operation, record
from graders.service.bodies import decode_json, json_body, read_chunks
from graders.service.dialect import ServedDialect, json_response, route
from graders.service.dialects.native_requests import object_of_json, reply_of, request_of, score_body, site_of
from graders.service.problems import Problem
from graders.service.served_rewards import ServedReward
from graders.service.service_context import Service
from graders.service.whole_replies import JsonReply
from graders.vocabulary.errors import Mistake
from graders.vocabulary.validation import shown

LARGE = 1 << 16
"""A body of more bytes than this goes to a worker as it is."""


def envelope(problem: Problem) -> Response:
    """A problem in our own words: ``{"error": {message, code, param, mistakes}}``."""
    error: dict[str, Any] = {"message": problem.message, "code": problem.code, "param": problem.param}
    if problem.mistakes:
        error["mistakes"] = [mistake_document(one) for one in problem.mistakes]
    return json_response({"error": error}, problem.status, problem.headers)


def mistake_document(mistake: Mistake) -> dict[str, Any]:
    """One mistake of a definition: ``path``, ``message``, ``code``."""
    return {"path": mistake.path, "message": mistake.sentence, "code": mistake.kind}


def routes(service: Service) -> list[BaseRoute]:
    """Score, validate, list; and what probes ask."""
    site = site_of(service.rewards)

    async def score(request: Request) -> Response:
        chunks, seconds = await read_chunks(request, service.settings), deadline_of(request)
        if sum(map(len, chunks)) > LARGE:
            return JsonReply.of_text(await _score_whole(service, chunks, site, request))
        reward, rows, explain = request_of(decode_json(b"".join(chunks)))
        served = service.rewards.find(reward)
        scores = await service.score(served, rows, explain=explain, seconds=seconds, request=request)
        return JsonReply.of_text(reply_of(scores))

    async def validate(request: Request) -> Response:
        asked = object_of_json(await json_body(request, service.settings))
        return json_response(_validated(service, asked.get("reward", asked)))

    async def rewards(_: Request) -> Response:
        return json_response({"rewards": [described(served) for served in service.rewards.named.values()]})

    return [
        route(service, "/v1/score", "POST", score, envelope),
        route(service, "/v1/rewards/validate", "POST", validate, envelope),
        route(service, "/v1/rewards", "GET", rewards, envelope, queued=False),
        *probe_routes(service, envelope),
    ]


async def _score_whole(service: Service, chunks: list[bytes], site: bytes, request: Request) -> bytes:
    """Have a worker read and answer a body."""
    for may_wait in (False, True):
        args = site, service.settings.rows, may_wait
        answer = await service.compute(
            score_body, *args, raw=chunks, waits=may_wait, seconds=deadline_of(request), request=request
        )
        if answer is not None:
            service.figures.count_rows(answer.scored, answer.unscored)
            return answer.body
    raise AssertionError("a process for waiting refused to wait")


def deadline_of(request: Request) -> float | None:
    """How many seconds the caller waits, by its header ``Graders-Deadline``; None where it doesn't say.

    Raises:
        Problem: 422, it is no number above 0.
    """
    told = dict(request.scope["headers"]).get(b"graders-deadline")
    if told is None:
        return None
    text = told.decode("latin-1")
    if not text.replace(".", "", 1).isascii() or not text.replace(".", "", 1).isdigit() or not 0 < float(text) < 1e6:
        raise Problem(
            422, f"Graders-Deadline: got {shown(text, 40)}, expected seconds, as 2.5", param="Graders-Deadline"
        )
    return float(text)


def _validated(service: Service, definition: object) -> dict[str, Any]:
    """Whether a definition can be served: its weights and warnings, or all its mistakes."""
    if not isinstance(definition, dict):
        raise Problem(422, f"reward: got {shown(definition, 40)}, expected a definition", param="reward")
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            served = service.rewards.by_definition(definition, fresh=True)
        except Problem as problem:
            return {"valid": False, "mistakes": [mistake_document(one) for one in problem.mistakes]}
    return {"valid": True, **described(served), "warnings": [str(one.message) for one in said]}


def described(served: ServedReward) -> dict[str, Any]:
    """What is told of a reward: its name, weights, signature, and whether it needs references."""
    reward = served.reward
    return {
        "name": served.name,
        "weights": reward.weights,
        "needs_reference": reward.needs_reference,
        "signature": reward.signature(),
        "definition": reward.definition.model_dump(mode="json"),
    }


_ROWS = record(
    ("completions",),
    reward={"description": "The name of a reward that is served, or a definition; may be left out where one is."},
    completions=anything("Texts, or lists of chat messages."),
    reference_answer=anything("One reference, or a list of acceptable ones, for each completion."),
    prompts=anything("What was asked."),
    columns={"type": "object", "description": "Other columns that graders read, each a list of one entry a row."},
    explain={"type": "boolean"},
)
_SCORES = record(("rewards", "components", "outcomes", "weights"), rewards={"type": "array"})

DESCRIBED = {
    "/v1/score": {"post": operation("Score a batch; null is an unscored row", _ROWS, _SCORES)},
    "/v1/rewards/validate": {"post": operation("Whether a definition can be used: all its mistakes at once", OBJECT)},
    "/v1/rewards": {"get": operation("The rewards that are served by name")},
}
"""How `/openapi.json` has this dialect."""

DIALECT = ServedDialect("graders", ("/v1/score", "/v1/rewards"), envelope, routes, DESCRIBED)
