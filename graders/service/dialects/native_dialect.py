"""Our own contract: rewards by name or definition, batches, explanations; mistakes of a definition, all at once."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from graders.errors import Mistake
from graders.service.bodies import json_body
from graders.service.dialect import ServedDialect, json_response, route
from graders.service.probes import probe_routes
from graders.service.problems import Problem
from graders.service.scoring.reward_scores import RewardRows, RewardScores
from graders.service.service_context import Service
from graders.service.served_rewards import ServedReward
from graders.validation import closest, shown

COLUMNS = ("completions", "reference_answer", "prompts")
"""The columns of a request, by the names that `RewardFunction.evaluate` gives them."""

FIELDS = ("reward", *COLUMNS, "explain", "deadline")
"""All fields of a request to score."""


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

    async def score(request: Request) -> Response:
        asked = await json_body(request, service.settings)
        rows, explain, seconds = rows_of(asked), _flag(asked, "explain"), _seconds(asked)
        served = service.rewards.find(asked.get("reward"))
        return json_response(
            reply(await service.score(served, rows, explain=explain, seconds=seconds, request=request))
        )

    async def validate(request: Request) -> Response:
        asked = _object(await json_body(request, service.settings))
        return json_response(_validated(service, asked.get("reward", asked)))

    async def rewards(_: Request) -> Response:
        return json_response({"rewards": [described(served) for served in service.rewards.named.values()]})

    return [
        route(service, "/v1/score", "POST", score, envelope),
        route(service, "/v1/rewards/validate", "POST", validate, envelope),
        route(service, "/v1/rewards", "GET", rewards, envelope, queued=False),
        *probe_routes(service, envelope),
    ]


def rows_of(asked: object) -> RewardRows:
    """The rows of a request.

    Raises:
        Problem: 422, a field is unknown, missing or of another type, or columns differ in length.
    """
    fields = _object(asked)
    for name in fields.keys() - set(FIELDS):
        near = closest(name, FIELDS)
        raise Problem(
            422, f"{name[:80]!r} means nothing here" + (f"; did you mean {near!r}?" if near else ""), param=name[:80]
        )
    completions, references, prompts = (_column(fields, name) for name in COLUMNS)
    if completions is None:
        raise Problem(422, "completions is missing: a list of texts or of lists of chat messages", param="completions")
    for name, column in (("reference_answer", references), ("prompts", prompts)):
        if column is not None and len(column) != len(completions):
            raise Problem(422, f"{name}: {len(column)} rows, and completions has {len(completions)}", param=name)
    return RewardRows(completions, references, prompts)


def _object(asked: object) -> Mapping[str, Any]:
    if not isinstance(asked, dict):
        raise Problem(422, f"the body is {shown(asked, 40)}, expected an object")
    return asked


def _column(fields: Mapping[str, Any], name: str) -> list[Any] | None:
    column = fields.get(name)
    if column is not None and not isinstance(column, list):
        raise Problem(422, f"{name}: got {shown(column, 40)}, expected a list with one entry a row", param=name)
    return column


def _flag(fields: Mapping[str, Any], name: str) -> bool:
    value = fields.get(name, False)
    if not isinstance(value, bool):
        raise Problem(422, f"{name}: got {shown(value, 40)}, expected true or false", param=name)
    return value


def _seconds(fields: Mapping[str, Any]) -> float | None:
    value = fields.get("deadline")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 86400:
        raise Problem(422, f"deadline: got {shown(value, 40)}, expected seconds, more than 0", param="deadline")
    return float(value)


def reply(scores: RewardScores) -> dict[str, Any]:
    """The reply to a request to score; a row without a reward has null in its place."""
    answer: dict[str, Any] = {
        "rewards": scores.rewards,
        "components": scores.components,
        "outcomes": scores.outcomes,
        "weights": scores.weights,
    }
    if scores.explanations is not None:
        answer["explanations"] = scores.explanations
    return answer


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


DIALECT = ServedDialect("graders", ("/v1/score", "/v1/rewards"), envelope, routes)
