"""What every request passes first: limits on its headers, its key, and the way to its route."""

from __future__ import annotations

import time
from collections.abc import Sequence

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graders.service.dialect import Envelope, ServedDialect, unexpected
from graders.service.problems import Problem
from graders.service.service_context import Service
from graders.service.service_settings import LOOPBACK

OPEN = frozenset(("/", "/healthz", "/readyz"))
"""Paths that need no key."""

PAGES = "/watch/"
"""Below this are pages that need a key; a browser remembers it for these paths alone."""

ASKS_PEOPLE = 'Basic realm="graders: any name, and the key as password", charset="UTF-8"'
"""Has a browser ask whoever sits before it."""

MOST_HEADER_BYTES = 1 << 16
"""More bytes of headers than this are a 431; servers in front of us take 8 to 32 kB."""


class FrontDoor:
    """The outermost application.

    Routes without parameters are found in a table: Starlette's router tries one pattern after the other, which with all
    dialects costs as much as the rest of a request.
    """

    def __init__(self, service: Service, dialects: Sequence[ServedDialect], router: Router) -> None:
        self._service = service
        self._dialects = dialects
        self._router = router
        self._direct: dict[tuple[str, str], tuple[str, Envelope, ASGIApp]] = {}
        for route in router.routes:
            if isinstance(route, Route) and not route.param_convertors:
                dialect = self._owner(route.path)
                for method in route.methods or ():
                    self._direct.setdefault((method, route.path), (dialect.name, dialect.envelope, route.app))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or hand on what is none."""
        if scope["type"] != "http":
            await self._router(scope, receive, send)
            return
        started = time.perf_counter()
        if self._service.admission.draining:
            send = _closing(send)
        found = self._direct.get((scope["method"], scope["path"]))
        if found is None:
            dialect = self._owner(scope["path"])
            found = dialect.name, dialect.envelope, self._router
        name, envelope, app = found
        refused = self._refused(scope)
        if refused is not None:
            await self._say(envelope(refused), scope, receive, send)
        else:
            await self._answer(scope, receive, send, envelope, app)
        status = scope.get("graders.status", 0)
        if status:
            self._service.figures.answered(name, status, time.perf_counter() - started)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, envelope: Envelope, app: ASGIApp) -> None:
        try:
            await app(scope, receive, send)
        except HTTPException as error:  # the router knows no such path, or not for this method
            await self._say(envelope(_of_router(error, scope["path"])), scope, receive, send)
        except Exception:  # noqa: BLE001 - a route of Starlette's own kind; logged with its traceback
            await self._say(envelope(unexpected(scope["path"])), scope, receive, send)

    def _refused(self, scope: Scope) -> Problem | None:
        """What keeps a request out."""
        size, authorization = 0, None
        for name, value in scope["headers"]:
            size += len(name) + len(value)
            if name == b"authorization":
                authorization = value
        if size > MOST_HEADER_BYTES:
            return Problem(431, f"{size} bytes of headers, and at most {MOST_HEADER_BYTES} are taken", code="headers")
        if self._service.settings.no_auth and not _is_of_this_machine(scope):
            return Problem(403, "without keys, only programs and pages of this machine are answered", code="forbidden")
        if scope["path"] in OPEN or self._service.keys.let_in(authorization):
            return None
        sentence = "this key is not known here" if authorization else "a key is needed"
        asked = ASKS_PEOPLE if scope["path"].startswith(PAGES) else "Bearer"
        return Problem(
            401, f"{sentence}: send it as 'Authorization: Bearer <key>'", headers={"WWW-Authenticate": asked}
        )

    @staticmethod
    async def _say(response: Response, scope: Scope, receive: Receive, send: Send) -> None:
        scope["graders.status"] = response.status_code
        await response(scope, receive, send)

    def _owner(self, path: str) -> ServedDialect:
        """Whose a path is; the first dialect's where it is nobody's."""
        return next((dialect for dialect in self._dialects if dialect.owns(path)), self._dialects[0])


def _is_of_this_machine(scope: Scope) -> bool:
    """Whether a request came under a name of loopback, and from no page of elsewhere.

    Where no key is needed, a page that somebody has open could else have the browser ask for things here.
    """
    headers = {
        name: value.decode("latin-1").lower() for name, value in scope["headers"] if name in {b"host", b"origin"}
    }
    host = headers.get(b"host", "localhost")
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    return name.strip("[]") in LOOPBACK and headers.get(b"origin", f"http://{host}") == f"http://{host}"


def _of_router(error: HTTPException, path: str) -> Problem:
    headers = dict(error.headers or {})
    if error.status_code == 405:
        return Problem(
            405, f"{path[:200]!r} does not take this method, but {headers.get('Allow', 'others')}", headers=headers
        )
    return Problem(
        error.status_code, f"there is nothing at {path[:200]!r}; GET /openapi.json says what there is", headers=headers
    )


def _closing(send: Send) -> Send:
    """A sender that closes the connection behind the reply, so that a client comes back elsewhere."""

    async def closing(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), (b"connection", b"close")]
        await send(message)

    return closing
