"""Errors as OpenAI's API words them, so that its clients show the sentence and not a status alone."""

from __future__ import annotations

from starlette.responses import Response

from graders.service.dialect import json_response
from graders.service.problems import Problem

_TYPES = {401: "authentication_error", 404: "not_found_error", 429: "rate_limit_error"}

_PERMANENT = frozenset({500, 501})
"""Statuses of 500 and more that another try does not mend."""


def envelope(problem: Problem) -> Response:
    """``{"error": {message, type, param, code}}``; what another try can't mend says so to the client's retries."""
    kind = _TYPES.get(problem.status, "server_error" if problem.status >= 500 else "invalid_request_error")
    error = {"message": problem.message, "type": kind, "param": problem.param, "code": problem.code}
    headers = dict(problem.headers)
    if problem.status in _PERMANENT:
        headers.setdefault("x-should-retry", "false")
    return json_response({"error": error}, problem.status, headers)
