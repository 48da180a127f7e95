"""The application: the routes of all dialects behind one door."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.types import ASGIApp

from graders.service.about.about_routes import about_routes
from graders.service.dialect import ServedDialect
from graders.service.dialects import (
    llama_factory_dialect,
    native_dialect,
    nemo_gym_dialect,
    openai_evals,
    openai_graders,
    openrlhf_dialect,
    slime_dialect,
)
from graders.service.front_door import FrontDoor
from graders.service.service_context import Service

DIALECTS: tuple[ServedDialect, ...] = (
    native_dialect.DIALECT,
    openrlhf_dialect.DIALECT,
    slime_dialect.DIALECT,
    llama_factory_dialect.DIALECT,
    nemo_gym_dialect.DIALECT,
    openai_graders.DIALECT,
    openai_evals.DIALECT,
)
"""All that is spoken here, a line each; paths that are nobody's are the first one's."""


class ServiceApplication(Starlette):
    """Starlette with our door in place of its middleware, which costs singles a third of their time."""

    def __init__(self, service: Service) -> None:
        self.service = service
        routes = [route for dialect in DIALECTS for route in dialect.routes(service)]
        routes += about_routes(service, DIALECTS)
        super().__init__(routes=routes, lifespan=lambda _: _running(service))

    def build_middleware_stack(self) -> ASGIApp:
        """The door, and behind it the routes."""
        return FrontDoor(self.service, DIALECTS, self.router)


@asynccontextmanager
async def _running(service: Service) -> AsyncIterator[None]:
    await service.start()
    try:
        yield
    finally:
        await service.stop()


def application(service: Service) -> Starlette:
    """The ASGI application of a service; it starts the service's workers and ends them."""
    return ServiceApplication(service)
