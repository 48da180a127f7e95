"""NeMo-Gym's resources server, which the nemo_gym taskset of verifiers calls as well (``resources_url``).

``/seed_session`` is answered and keeps nothing, ``/verify`` echoes the row with its reward: callers remove fields from
the echo and break where one is missing. A row that could not be scored is a 200 with ``mask_sample``, and where a judge
is why, with NeMo-Gym's own mark, which has the row asked again later.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from graders.service.about.openapi_parts import OBJECT, REWARD_NAME, TEXT, operation, record
from graders.service.dialect import ServedDialect, json_response, route
from graders.service.dialects.trainer_requests import object_of, reward_of
from graders.service.problems import Problem
from graders.service.scoring.reward_scores import RewardRows, RewardScores
from graders.service.service_context import Service
from graders.vocabulary.outcome import Outcome

REFERENCE_FIELDS = ("expected_answer", "reference_answer", "answer")
"""Where a row has its reference, the first of them that it has; ``?reference=`` in the address names another."""

_OF_JUDGES = {one for one in Outcome if one.unscored} - {Outcome.BAD_REFERENCE, Outcome.SCORER_ERROR}
"""Outcomes that say: the judge is why."""


def envelope(problem: Problem) -> Response:
    """A problem as FastAPI servers word it, which these callers log: ``{"detail": ...}``."""
    return json_response({"detail": problem.message}, problem.status, problem.headers)


def routes(service: Service) -> list[BaseRoute]:
    """The resources server, at the root and once for each reward: `/nemo_gym/{reward}`."""

    async def seed(request: Request) -> Response:
        await object_of(request, service)
        reward_of(request, service)
        return json_response({})

    async def close(request: Request) -> Response:
        asked = await object_of(request, service)
        return json_response({"resources_session_id": str(asked.get("resources_session_id", ""))})

    async def verify(request: Request) -> Response:
        row = await object_of(request, service)
        served = reward_of(request, service)
        reference = _reference(row, request.query_params.get("reference"))
        if reference is None and served.reward.needs_reference:
            names = ", ".join(REFERENCE_FIELDS)
            raise Problem(422, f"the row has no reference: give it one of {names}, or name its field with ?reference=")
        rows = RewardRows([_said(row, "response", "output")], [reference], [_asked(row)])
        scores = await service.score(served, rows, request=request)
        return json_response({**row, **_verdict(scores)})

    async def reverify(_: Request) -> Response:
        return json_response("stateless")

    async def aggregate(request: Request) -> Response:
        return json_response(_aggregated(await object_of(request, service)))

    async def alive(_: Request) -> Response:
        return json_response({"status": "ok"})

    posts = {"seed_session": seed, "close_session": close, "verify": verify, "aggregate_metrics": aggregate}
    found: list[BaseRoute] = []
    for prefix in ("", "/nemo_gym", "/nemo_gym/{reward}"):
        found += [route(service, f"{prefix}/{name}", "POST", answer, envelope) for name, answer in posts.items()]
        found.append(route(service, f"{prefix}/reverify_mode", "GET", reverify, envelope, queued=False))
        if prefix:
            found.append(route(service, prefix, "GET", alive, envelope, queued=False))
    return found


def _reference(row: Mapping[str, Any], named: str | None) -> Any:
    names = REFERENCE_FIELDS if named is None else (named,)
    metadata = row.get("verifier_metadata")
    places = [row, metadata] if isinstance(metadata, dict) else [row]
    return next((place[name] for place in places for name in names if place.get(name) is not None), None)


def _said(row: Mapping[str, Any], holder: str, field: str) -> Any:
    """The text or the items in a part of a row.

    Raises:
        Problem: 422, the part is missing or has another form.
    """
    part = row.get(holder)
    if not isinstance(part, dict):
        raise Problem(422, f"{holder} is missing: the object of a response as the Responses API has it", param=holder)
    items = part.get(field)
    if not isinstance(items, str | list | None):
        raise Problem(422, f"{holder}.{field}: expected a list of items or a text", param=f"{holder}.{field}")
    return items


def _asked(row: Mapping[str, Any]) -> Any:
    return _said(row, "responses_create_params", "input")


def _verdict(scores: RewardScores) -> dict[str, Any]:
    """What is added to a row; each component is a number of its own besides, which NeMo-Gym aggregates."""
    components = {name: value or 0.0 for name, value in scores.row(0).items()}
    verdict: dict[str, Any] = {
        "reward": scores.rewards[0] or 0.0,
        "reward_components": components,
        **components,
        "mask_sample": scores.rewards[0] is None,
        "failure_reason": scores.why_unscored(0),
    }
    if scores.rewards[0] is None and any(codes[0] in _OF_JUDGES for codes in scores.outcomes.values()):
        why = {"_ng_failure_class": "judge_failed", "_ng_failure_judge_error": verdict["failure_reason"]}
        return {**verdict, **why, "failure_kind": "judge_failed"}
    return verdict


def _aggregated(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The mean of each number of the verify responses, masked ones left out."""
    rows = asked.get("verify_responses")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Problem(422, "verify_responses: expected a list of replies of /verify", param="verify_responses")
    kept = [row for row in rows if not row.get("mask_sample")]
    names = dict.fromkeys(name for row in kept for name, value in row.items() if _is_number(value))
    values = {name: [float(row[name]) for row in kept if _is_number(row.get(name))] for name in names}
    means = {f"mean/{name}": sum(column) / len(column) for name, column in values.items()}
    return {"group_level_metrics": [], "agent_metrics": means, "key_metrics": {"mean/reward": means.get("mean/reward")}}


def _is_number(value: object) -> bool:
    return isinstance(value, bool | int | float)


_ROOT = ("/seed_session", "/close_session", "/verify", "/aggregate_metrics", "/reverify_mode")

_ROW = record(("responses_create_params", "response"), responses_create_params=OBJECT, response=OBJECT)
_REFERENCE = {
    "name": "reference",
    "in": "query",
    "schema": TEXT,
    "description": "The field of a row with its reference.",
}
_OPERATIONS = {
    "seed_session": {"post": operation("Begin a rollout; nothing is kept", OBJECT, OBJECT)},
    "close_session": {"post": operation("End a rollout", OBJECT, OBJECT)},
    "verify": {"post": operation("The row with its reward", _ROW, record(("reward",)), (_REFERENCE,))},
    "aggregate_metrics": {"post": operation("Means over replies of verify", record(("verify_responses",)), OBJECT)},
    "reverify_mode": {"get": operation("Always stateless", reply=TEXT)},
}


def _described(prefix: str) -> dict[str, Any]:
    named = [REWARD_NAME] if "{reward}" in prefix else []
    return {
        f"{prefix}/{name}": {method: {**one, "parameters": [*named, *one.get("parameters", ())]}}
        for name, operations in _OPERATIONS.items()
        for method, one in operations.items()
    }


DESCRIBED = {
    path: one for prefix in ("", "/nemo_gym", "/nemo_gym/{reward}") for path, one in _described(prefix).items()
}
"""How `/openapi.json` has this dialect."""

DIALECT = ServedDialect("nemo_gym", (*_ROOT, "/nemo_gym"), envelope, routes, DESCRIBED)
