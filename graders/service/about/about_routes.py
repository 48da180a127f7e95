"""`/`, `/openapi.json` and `/watch`: what the service says of itself, and shows, to browsers and to programs."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from graders import __version__
from graders.service.about.openapi_document import openapi_document
from graders.service.about.people_page import HEADERS, people_page
from graders.service.about.watched_runs import watch_routes
from graders.service.dialect import ServedDialect, json_response, route
from graders.service.service_context import Service


def about_routes(service: Service, dialects: Sequence[ServedDialect]) -> list[BaseRoute]:
    """The routes; `/` answers a browser with a page, and whoever asks for no HTML with JSON of status 200."""
    described = openapi_document(dialects)

    async def root(request: Request) -> Response:
        if "text/html" in request.headers.get("accept", ""):
            return Response(people_page(), headers=HEADERS, media_type="text/html")
        return json_response({"status": "ok", "service": "graders", "version": __version__})

    async def openapi(_: Request) -> Response:
        return json_response(described)

    envelope = dialects[0].envelope
    return [
        route(service, "/", "GET", root, envelope, queued=False),
        route(service, "/openapi.json", "GET", openapi, envelope, queued=False),
        *watch_routes(service, envelope),
    ]
