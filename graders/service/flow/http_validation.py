"""Errors as FastAPI words them, ``{"detail": [{"type", "loc", "msg", "input", "ctx"}]}``, and bodies read as there.

Three things are better than there. NaN in a body is a 422 that says so, where FastAPI fails with a 500 on its own error
message. A key given twice is a 422, where FastAPI takes the last. Bytes that are no UTF-8 are shown with replacements.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from email.message import Message
from enum import Enum
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic import TypeAdapter as Adapter
from starlette.requests import Request
from starlette.responses import Response

from graders.service.bodies import read_body
from graders.service.problems import Problem
from graders.service.service_settings import ServiceSettings
from graders.vocabulary.errors import DefinitionError, Mistake
from graders.vocabulary.validation import RepeatedKeyError, without_repeats

M = TypeVar("M", bound=BaseModel)

MOST_BODY = 1 << 20
"""The largest JSON body: a request with a hundred graders has 10 kB. Errors quote what they are about."""


class UnprocessableProblem(Problem):
    """A request with mistakes, all of them.

    Attributes:
        errors: As FastAPI has them.
    """

    def __init__(self, errors: Sequence[Mapping[str, Any]]) -> None:
        super().__init__(422, "; ".join(str(error["msg"]) for error in errors))
        self.errors = list(errors)


def fault(loc: Sequence[str | int], sentence: str, found: object = None) -> UnprocessableProblem:
    """One mistake in words of ours, in the form of a rule that a model breaks."""
    return UnprocessableProblem([_rule(loc, sentence, found)])


def _rule(loc: Sequence[str | int], sentence: str, found: object) -> dict[str, Any]:
    message = f"Value error, {sentence}"
    return {"type": "value_error", "loc": list(loc), "msg": message, "input": found, "ctx": {"error": {}}}


def missing(*loc: str, found: object = None) -> UnprocessableProblem:
    """Something is not there."""
    return UnprocessableProblem([{"type": "missing", "loc": list(loc), "msg": "Field required", "input": found}])


def of_definition(error: DefinitionError) -> UnprocessableProblem:
    """A document's mistakes in the API's form."""
    return of_mistakes(error.mistakes)


def of_mistakes(mistakes: Sequence[Mistake]) -> UnprocessableProblem:
    """Mistakes of a request's body in the API's form."""
    return UnprocessableProblem([_rule(["body", *one.loc], one.sentence, one.found) for one in mistakes])


def of_validation(error: ValidationError, *where: str) -> UnprocessableProblem:
    """What pydantic found, at a place such as ``body``."""
    found = error.errors(include_url=False)
    return UnprocessableProblem([{**one, "loc": [*where, *one["loc"]]} for one in found])


async def posted(model: type[M], request: Request, settings: ServiceSettings) -> tuple[M, bytes]:
    """A request's body as a model, and its bytes.

    Raises:
        UnprocessableProblem: it has mistakes.
        Problem: 400, it can't be read at all; 408, 413.
    """
    body = await read_body(request, settings, MOST_BODY)
    if not body:
        raise missing("body")
    value = _parsed(body) if _is_json(request.headers.get("content-type", "")) else body
    try:
        return Adapter(model).validate_python(value, from_attributes=True), body
    except ValidationError as error:
        raise of_validation(error, "body") from None


def _is_json(content_type: str) -> bool:
    """Whether a content type is JSON's; without one, nothing is said."""
    if not content_type:
        return False
    message = Message()
    message["content-type"] = content_type
    subtype = message.get_content_subtype()
    return message.get_content_maintype() == "application" and (subtype == "json" or subtype.endswith("+json"))


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body, object_pairs_hook=without_repeats)
    except json.JSONDecodeError as error:
        at, reason = error.pos, error.msg
    except RepeatedKeyError as error:
        at, reason = 0, f"the key {error.args[0]!r} is given twice in one object"
    except (ValueError, RecursionError):  # no UTF-8, an integer of thousands of digits, too deep
        raise Problem(400, "There was an error parsing the body") from None
    invalid = {"type": "json_invalid", "loc": ["body", at], "msg": "JSON decode error", "input": {}}
    raise UnprocessableProblem([{**invalid, "ctx": {"error": reason}}])


def flow_envelope(problem: Problem) -> Response:
    """How this API words what is wrong."""
    if isinstance(problem, UnprocessableProblem):
        return one_line({"detail": problem.errors}, 422)
    if problem.status == 401:
        return one_line({"detail": "Not authenticated"}, 401, {"WWW-Authenticate": "APIKey"})
    return one_line({"detail": problem.message}, problem.status, problem.headers)


def one_line(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A reply of one line of JSON, for the client can't read more; numbers of any size, since they are only echoed."""
    return Response(as_json(value), status, headers, media_type="application/json")


def as_json(value: object) -> bytes:
    """A value as one line of JSON."""
    return json.dumps(_plain(value), separators=(",", ":"), allow_nan=False).encode()


def _plain(value: object) -> Any:
    """A value of JSON's types: what JSON has no number for is its name, an exception is an empty object."""
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return {} if isinstance(value, Exception) else value
