"""What a dialect is: routes, the paths that are its own, and how it words an error."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from graders.service.bodies import encode_json
from graders.service.problems import UNEXPECTED, Problem
from graders.service.service_context import Service
from graders.service.whole_replies import JsonReply

Envelope = Callable[[Problem], Response]
"""How a dialect words what is wrong."""

Answer = Callable[[Request], Awaitable[Response]]
"""What answers a request of a route."""

LOG = logging.getLogger("graders.service")


@dataclass(frozen=True)
class ServedDialect:
    """A contract that the service speaks.

    Attributes:
        name: Its name, for metrics and the page for people.
        prefixes: The paths that are its own, without a slash at the end: errors there have its envelope.
        envelope: How it words an error; also 401, 404, 405 and 431 below its prefixes.
        routes: Makes its routes, see `route`.
        described: Its paths as `/openapi.json` has them.
    """

    name: str
    prefixes: tuple[str, ...]
    envelope: Envelope
    routes: Callable[[Service], list[BaseRoute]]
    described: Mapping[str, Any] = field(default_factory=dict)

    def owns(self, path: str) -> bool:
        """Whether a path is this dialect's."""
        return any(path == prefix or path.startswith(f"{prefix}/") for prefix in self.prefixes)


class QueuedEndpoint:
    """What answers a route: a place in the queue, the answer, and what goes wrong in the dialect's words."""

    def __init__(self, service: Service, answer: Answer, envelope: Envelope, *, queued: bool = True) -> None:
        self._service = service
        self._answer = answer
        self._envelope = envelope
        self._queued = queued

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            response = await self._respond(scope, receive)
        except ClientDisconnect:
            scope["graders.status"] = CLIENT_GONE
            return
        except Problem as problem:
            response = self._envelope(problem)
        except Exception:  # noqa: BLE001 - the one boundary of a request: logged with its traceback
            response = self._envelope(unexpected(scope["path"]))
        scope["graders.status"] = response.status_code
        await response(scope, receive, send)

    async def _respond(self, scope: Scope, receive: Receive) -> Response:
        if not self._queued:
            return await self._answer(Request(scope, receive))
        with self._service.admission.place() as scope["graders.place"]:
            return await self._answer(Request(scope, receive))


CLIENT_GONE = 499
"""The status that metrics count where the client has gone before its answer."""


def unexpected(path: str) -> Problem:
    """The problem that stands for the exception being handled, which is logged once with a number."""
    number = secrets.token_hex(4)
    LOG.exception("request %s to %r failed", number, path)
    return Problem(500, f"{UNEXPECTED}: {number}")


def route(  # noqa: PLR0913 - what a route is, a word each
    service: Service, path: str, method: str, answer: Answer, envelope: Envelope, *, queued: bool = True
) -> Route:
    """A route of a dialect.

    Args:
        service: The service.
        path: The path, in Starlette's notation.
        method: ``"GET"``, ``"POST"``, ...
        answer: What answers.
        envelope: The dialect's envelope.
        queued: Whether it counts as work in hand: routes that only look something up need no place.
    """
    return Route(path, QueuedEndpoint(service, answer, envelope, queued=queued), methods=[method], name=path)


def json_response(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A reply of one line of JSON."""
    return JsonReply(encode_json(value), status, headers)
