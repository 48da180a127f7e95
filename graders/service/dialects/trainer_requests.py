"""What the dialects of trainers share: the fields of their requests, and which reward an address means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from graders.service.bodies import json_body
from graders.service.dialect import json_response
from graders.service.problems import Problem
from graders.service.served_rewards import ServedReward
from graders.service.service_context import Service
from graders.vocabulary.validation import shown


def envelope(problem: Problem) -> Response:
    """A problem as these trainers log it: one line of JSON, the words first."""
    return json_response({"error": problem.message, "code": problem.code}, problem.status, problem.headers)


async def object_of(request: Request, service: Service) -> Mapping[str, Any]:
    """The object that a request's body is.

    Raises:
        Problem: 400 or 422, it is none.
    """
    body = await json_body(request, service.settings)
    if not isinstance(body, dict):
        raise Problem(422, f"the body is {shown(body, 40)}, expected an object")
    return body


def column(fields: Mapping[str, Any], name: str) -> list[Any]:
    """A field that is a list.

    Raises:
        Problem: 422, it is missing or something else.
    """
    value = fields.get(name)
    if not isinstance(value, list):
        found = f"got {shown(value, 40)}" if name in fields else "is missing"
        raise Problem(422, f"{name}: {found}, expected a list", param=name)
    return value


def text_column(fields: Mapping[str, Any], name: str) -> list[str]:
    """A field that is a list of texts.

    Raises:
        Problem: 422, it is missing or something else.
    """
    values = column(fields, name)
    for row, value in enumerate(values):
        if not isinstance(value, str):
            raise Problem(422, f"{name}[{row}]: got {shown(value, 40)}, expected a text", param=f"{name}[{row}]")
    return values


def reward_of(request: Request, service: Service) -> ServedReward:
    """The reward that an address names behind its last slash; the only one that is served where it names none.

    Raises:
        Problem: 404 or 422, there is none.
    """
    return service.rewards.find(request.path_params.get("reward"))
