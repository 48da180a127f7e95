"""`/watch` and `/watch/NAME`: the pages of the runs that the server was started to show, for whoever has a key.

A request says a name, never a path. The page is made when it is asked for, by a worker process.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from graders.service.about.people_page import HEADERS
from graders.service.dialect import Envelope, json_response, route
from graders.service.problems import Problem
from graders.service.service_context import Service
from graders.vocabulary.errors import DataError


def watch_routes(service: Service, envelope: Envelope) -> list[BaseRoute]:
    """The names as JSON, and each run's page."""

    async def names(_: Request) -> Response:
        return json_response({"runs": [*service.settings.watched]})

    async def page(request: Request) -> Response:
        name = request.path_params["name"]
        folder = service.settings.watched.get(name)
        if folder is None:
            known = ", ".join(map(repr, service.settings.watched)) or "none: start the server with --watch NAME=FOLDER"
            raise Problem(404, f"no run {name[:200]!r} is watched here; there are {known}")
        try:
            text = await service.compute(page_of, folder, name, request=request)
        except DataError:
            raise Problem(404, f"nothing is recorded of {name!r} yet: come again when it has scored a step") from None
        return Response(text, headers=HEADERS, media_type="text/html")

    return [
        route(service, "/watch", "GET", names, envelope, queued=False),
        route(service, "/watch/{name}", "GET", page, envelope),
    ]


def page_of(folder: str, name: str) -> str:
    """The page of a run, as it stands.

    Raises:
        DataError: nothing is recorded there.
    """
    from graders.monitor.run_page import watch_page
    from graders.monitor.watch_run import read_run

    return watch_page(read_run(folder), name)
