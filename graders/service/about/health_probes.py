"""What probes ask: is it alive, may requests be sent to it, how is it doing."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from graders.service.dialect import Envelope, json_response, route
from graders.service.service_context import Service


def probe_routes(service: Service, envelope: Envelope) -> list[BaseRoute]:
    """`/healthz`, `/readyz` and `/metrics`; none of them waits in the queue."""

    async def healthz(_: Request) -> Response:
        return json_response({"status": "ok"})

    async def readyz(_: Request) -> Response:
        status = readiness(service)
        return json_response({"status": status}, 200 if status == "ok" else 503)

    async def metrics(_: Request) -> Response:
        return Response(service.figures.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

    answers = {"/healthz": healthz, "/readyz": readyz, "/metrics": metrics}
    return [route(service, path, "GET", answer, envelope, queued=False) for path, answer in answers.items()]


def readiness(service: Service) -> str:
    """Whether requests may be sent here: ``ok``, ``starting``, ``draining``."""
    if service.admission.draining:
        return "draining"
    return "ok" if service.pool.is_ready else "starting"
