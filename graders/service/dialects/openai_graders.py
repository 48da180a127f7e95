"""OpenAI's grader API: run and validate, for its client as it is, at its own paths and at Azure's."""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from graders.service.about.openapi_parts import NUMBER, OBJECT, TEXT, operation, record
from graders.service.bodies import json_body
from graders.service.dialect import ServedDialect, json_response, route
from graders.service.dialects.openai_errors import envelope
from graders.service.openai_grading.grading import Grading, problem_of
from graders.service.openai_grading.run_reply import run_reply
from graders.service.openai_grading.sample_space import space_of_text
from graders.service.problems import Problem
from graders.service.service_context import Service
from graders.vocabulary.errors import DefinitionError
from graders.vocabulary.validation import shown
from graders.wire.openai.grader_documents import OpenAIGrader
from graders.wire.openai.grader_reading import read_grader

PREFIXES = ("/v1/fine_tuning/alpha/graders", "/openai/v1/fine_tuning/alpha/graders")
"""OpenAI's paths, and Azure's."""

MOST_READ = 256
"""So many graders are kept read: a run grades thousands of rows by one."""


class ReadGraders:
    """Graders that were read, the latest ones kept."""

    def __init__(self) -> None:
        self._kept: OrderedDict[bytes, OpenAIGrader] = OrderedDict()

    def read(self, document: object) -> OpenAIGrader:
        """Read a grader.

        Raises:
            Problem: 422, with every mistake in it.
        """
        key = msgspec.json.encode(document, enc_hook=str)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        grader = self._kept[key] = checked(document, "grader")
        if len(self._kept) > MOST_READ:
            self._kept.popitem(last=False)
        return grader


def checked(document: object, param: str) -> OpenAIGrader:
    """Read a grader that stands at a place of a request.

    Raises:
        Problem: 422, with every mistake in it.
    """
    try:
        return read_grader(document, param)
    except DefinitionError as error:
        first = error.mistakes[0].path
        where = f"{param}.{first}" if first else param
        raise Problem(422, str(error), param=where, code="invalid_grader", mistakes=error.mistakes) from None


def routes(service: Service) -> list[BaseRoute]:
    """Run and validate, at both prefixes."""
    grading, graders = Grading(service), ReadGraders()

    async def run(request: Request) -> Response:
        asked = _fields(await json_body(request, service.settings))
        grader = graders.read(_grader(asked))
        space = space_of_text(_sample(asked), _item(asked))
        started = time.perf_counter()
        [grade] = await grading.grades(grader, [space])
        if grade.ours:
            raise problem_of(grade)
        return json_response(run_reply(grader, grade, time.perf_counter() - started))

    async def validate(request: Request) -> Response:
        document = _grader(_fields(await json_body(request, service.settings)))
        grading.check(graders.read(document))
        return json_response({"grader": document})

    actions = {"run": run, "validate": validate}
    return [
        route(service, f"{prefix}/{name}", "POST", answer, envelope)
        for prefix in PREFIXES
        for name, answer in actions.items()
    ]


def _fields(asked: object) -> dict[str, Any]:
    if not isinstance(asked, dict):
        raise Problem(422, f"the body is {shown(asked, 40)}, expected an object with 'grader'")
    return asked


def _grader(asked: dict[str, Any]) -> object:
    if "grader" not in asked:
        raise Problem(422, "grader is missing: the grader as an object", param="grader")
    return asked["grader"]


def _sample(asked: dict[str, Any]) -> str:
    sample = asked.get("model_sample")
    if not isinstance(sample, str):
        found = shown(sample, 40) if "model_sample" in asked else "nothing"
        raise Problem(422, f"model_sample: got {found}, expected the model's output as a string", param="model_sample")
    return sample


def _item(asked: dict[str, Any]) -> dict[str, Any]:
    item = asked.get("item")
    if item is not None and not isinstance(item, dict):
        raise Problem(422, f"item: got {shown(item, 40)}, expected an object, a row of the data", param="item")
    return item or {}


_REPLY = record(
    ("reward", "sub_rewards", "metadata", "model_grader_token_usage_per_model"), reward=NUMBER, metadata=OBJECT
)
_OPERATIONS = {
    "run": operation(
        "Grade one sample by one of OpenAI's graders, or of ours",
        record(("grader", "model_sample"), grader=OBJECT, model_sample=TEXT, item=OBJECT),
        _REPLY,
    ),
    "validate": operation("Whether a grader can be used: all its mistakes at once", record(("grader",), grader=OBJECT)),
}
DESCRIBED = {f"{prefix}/{name}": {"post": one} for prefix in PREFIXES for name, one in _OPERATIONS.items()}
"""How `/openapi.json` has this dialect."""

DIALECT = ServedDialect("openai_graders", PREFIXES, envelope, routes, DESCRIBED)
