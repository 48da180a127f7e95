"""LLaMA-Factory: what its PPO asks an API reward model (``--reward_model_type api``), and what that answers.

A message is prompt and answer in one text with special tokens, and there is no reference: only rewards that need none
can be served, unless references were given at the start by prompt. It looks at no status: a reply without ``scores`` is
a KeyError and the end of its run, which is meant for mistakes that stay.
"""

from __future__ import annotations

from secrets import token_hex
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from graders.integrations.openrlhf import completion_of
from graders.service.about.openapi_parts import REWARD_NAME, TEXT, operation, record, texts
from graders.service.dialect import ServedDialect, json_response, route
from graders.service.dialects.trainer_requests import envelope, object_of, reward_of, text_column
from graders.service.dialects.unscored_rows import flat, refuse_what_may_pass
from graders.service.problems import Problem
from graders.service.scoring.reward_scores import RewardRows
from graders.service.served_rewards import ServedReward
from graders.service.service_context import Service

PATHS = ("/v1/score/evaluation", "/llama_factory", "/llama_factory/{reward}")
"""Its own server's path, and ours."""

TURNS = (
    "<|im_start|>assistant\n",
    "<|start_header_id|>assistant<|end_header_id|>\n\n",
    "<start_of_turn>model\n",
    "<|assistant|>\n",
    "<｜Assistant｜>",
    "[/INST]",
    "\nAssistant:",
    "ASSISTANT:",
)
"""How chat templates begin the answer."""


def routes(service: Service) -> list[BaseRoute]:
    """`/v1/score/evaluation`, as its own server has it, and `/llama_factory` with one address for each reward."""

    async def score(request: Request) -> Response:
        asked = await object_of(request, service)
        served = reward_of(request, service)
        messages = text_column(asked, "messages")
        rows = RewardRows([answer_in(message) for message in messages], _references(service, served, messages))
        scores = await service.score(served, rows, request=request)
        refuse_what_may_pass(scores)
        numbers = [flat(scores, row)["score"] for row in range(len(messages))]
        named: dict[str, Any] = {"id": f"scoreval-{token_hex(16)}", "object": "score.evaluation"}
        return json_response({**named, "model": str(asked.get("model", "model")), "scores": numbers})

    return [route(service, path, "POST", score, envelope) for path in PATHS]


def answer_in(message: str) -> str:
    r"""The answer in a message: what stands behind the first beginning of one, without end tokens.

    The first, so that an answer can't begin anew by writing one itself.

    >>> answer_in("<|im_start|>user\\n1+1?<|im_end|>\\n<|im_start|>assistant\\n<answer>2</answer><|im_end|>")
    '<answer>2</answer>'
    """
    places = [(place, turn) for turn in TURNS if (place := message.find(turn)) >= 0]
    if not places:
        return completion_of(message, "")
    place, turn = min(places)
    return completion_of(message[place + len(turn) :].lstrip(" "), "")


def _references(service: Service, served: ServedReward, messages: list[str]) -> list[str | None] | None:
    """The reference of each message, by the prompt in it; None where the reward needs none.

    Raises:
        Problem: 422, the reward needs references and none were given at the start.
    """
    if not served.reward.needs_reference:
        return None
    known = service.rewards.references
    if not known:
        message = f"the reward {served.name!r} compares with references, and LLaMA-Factory sends none: start with"
        raise Problem(422, f"{message} --references FILE, or serve a reward without", code="no_references")
    return [known.in_text(message) for message in messages]


_ASKED = record(("messages",), model=TEXT, messages=texts("Prompt and answer in one text, with special tokens."))
_SCORE = operation("Scores as LLaMA-Factory's PPO takes them", _ASKED, record(("scores",)))

DESCRIBED = {
    "/v1/score/evaluation": {"post": _SCORE},
    "/llama_factory": {"post": _SCORE},
    "/llama_factory/{reward}": {"post": {**_SCORE, "parameters": [REWARD_NAME]}},
}
"""How `/openapi.json` has this dialect."""

DIALECT = ServedDialect("llama_factory", ("/v1/score/evaluation", "/llama_factory"), envelope, routes, DESCRIBED)
