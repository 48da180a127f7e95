"""OpenRLHF: what ``--reward.remote_url`` (once ``--remote_rm_url``) is asked, and what it must answer.

A request has the lists ``query``, ``prompts`` and ``labels``, most often of one; with several addresses older releases
send empty ones, which are answered too. Numbers for a single sample, since the agent makes a tensor of each.
"""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from graders.integrations.openrlhf import completion_of
from graders.service.about.openapi_parts import REWARD_NAME, anything, operation, record, texts
from graders.service.dialect import ServedDialect, json_response, route
from graders.service.dialects.trainer_requests import column, envelope, object_of, reward_of, text_column
from graders.service.dialects.unscored_rows import flat, refuse_what_may_pass
from graders.service.problems import Problem
from graders.service.scoring.reward_scores import RewardRows, RewardScores
from graders.service.service_context import Service


def routes(service: Service) -> list[BaseRoute]:
    """`/openrlhf`, and one address for each reward."""

    async def score(request: Request) -> Response:
        asked = await object_of(request, service)
        served = reward_of(request, service)
        queries, prompts, labels = text_column(asked, "query"), text_column(asked, "prompts"), column(asked, "labels")
        if not len(queries) == len(prompts) == len(labels):
            lengths = f"{len(queries)}, {len(prompts)} and {len(labels)}"
            raise Problem(422, f"query, prompts and labels differ in length: {lengths}", param="labels")
        completions = [completion_of(query, prompt) for query, prompt in zip(queries, prompts, strict=True)]
        scores = await service.score(served, RewardRows(completions, labels, prompts), request=request)
        refuse_what_may_pass(scores)
        return json_response(_reply(scores))

    return [route(service, path, "POST", score, envelope) for path in ("/openrlhf", "/openrlhf/{reward}")]


def _reply(scores: RewardScores) -> dict[str, Any]:
    """``rewards``, ``scores`` and ``extra_logs``, of numbers alone: each becomes a tensor."""
    rows = [flat(scores, row) for row in range(len(scores.rewards))]
    if len(rows) == 1:
        score = rows[0].pop("score")
        return {"rewards": score, "scores": score, "extra_logs": rows[0]}
    rewards = [row.pop("score") for row in rows]
    logs = {name: [row[name] for row in rows] for name in rows[0]} if rows else {}
    return {"rewards": rewards, "scores": rewards, "extra_logs": logs}


_ASKED = record(
    ("query", "prompts", "labels"),
    query=texts("Prompt and completion, decoded with special tokens."),
    prompts=texts("The prompts."),
    labels=anything("The references."),
)
_SCORE = operation("Rewards as OpenRLHF takes them", _ASKED, record(("rewards", "scores", "extra_logs")))

DESCRIBED = {"/openrlhf": {"post": _SCORE}, "/openrlhf/{reward}": {"post": {**_SCORE, "parameters": [REWARD_NAME]}}}
"""How `/openapi.json` has this dialect."""

DIALECT = ServedDialect("openrlhf", ("/openrlhf",), envelope, routes, DESCRIBED)
