"""The application: the routes of all dialects, who is let in, and errors in each dialect's own words."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette

from graders.service.dialect import Dialect
from graders.service.service_context import Service

DIALECTS: tuple[Dialect, ...] = ()
"""All that is spoken here, a line each."""


def application(service: Service) -> Starlette:
    """The ASGI application of a service."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await service.start()
        try:
            yield
        finally:
            await service.stop()

    routes = [route for dialect in DIALECTS for route in dialect.routes(service)]
    return Starlette(routes=routes, lifespan=lifespan)
