"""The server: uvicorn on uvloop and httptools, and how it leaves: by a drain, within its grace, or at once."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import uvicorn

from graders.offline.engines.engine import collect_less
from graders.service.app import application
from graders.service.scoring.kept_memory import keep_memory
from graders.service.service_context import Service
from graders.service.service_settings import ServiceSettings
from graders.service.whole_replies import WholeReplyProtocol
from graders.vocabulary.errors import DataError

LINGER = 0.3
"""Seconds from the last connection that is taken to the closing of those on which nothing was asked."""

SIGNALS = (signal.SIGTERM, signal.SIGINT)


class DrainingServer(uvicorn.Server):
    """uvicorn, which on a signal goes on for a while.

    uvicorn closes its socket at once, before any balancer can know, and waits for half-sent bodies for ever. Here
    `/readyz` becomes 503 at the signal, requests are answered for ``drain_seconds`` more, each with its connection
    closed; then nothing new is taken, and what is in hand is answered. After ``grace_seconds`` the process ends
    whatever is open, and at a second signal at once.
    """

    def __init__(self, config: uvicorn.Config, service: Service, on_start: Callable[[int], None]) -> None:
        super().__init__(config)
        self._service = service
        self._on_start = on_start
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        """Start, and tell on which port."""
        await super().startup(sockets)  # type: ignore[arg-type]
        self._loop = asyncio.get_running_loop()
        if self.started:
            self._on_start(self.servers[0].sockets[0].getsockname()[1])

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take signals while it runs, where this thread gets them."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in SIGNALS}
        try:
            yield
        finally:
            for number, old in before.items():
                signal.signal(number, old)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to leave; at a second signal leave at once."""
        del sig, frame
        if self._service.admission.draining or self._loop is None:
            self.should_exit = self.force_exit = True
            logging.getLogger("uvicorn.error").disabled = True  # it would print what is cancelled now as an error
            _end_after(1.0)
            return
        self._service.admission.draining = True
        settings = self._service.settings
        self._loop.call_soon_threadsafe(self._loop.call_later, settings.drain_seconds, self._stop_listening)
        _end_after(settings.grace_seconds + 0.5)

    async def shutdown(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        """Take no more connections; then wait a moment, for a request may be on its way on one just made."""
        for server in self.servers:
            server.close()
        await asyncio.sleep(0 if self.force_exit else LINGER)
        await super().shutdown(sockets)  # type: ignore[arg-type]

    def _stop_listening(self) -> None:
        self.should_exit = True


def _end_after(seconds: float) -> None:
    """End the process whatever holds it. Its workers notice, and end too."""
    timer = threading.Timer(seconds, os._exit, (1,))
    timer.daemon = True
    timer.start()


def _check_port(host: str, port: int) -> None:
    """Refuse an address that can't be had, before anything is loaded; uvicorn would print a bare number of an error.

    Raises:
        DataError: it can't.
    """
    try:
        addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise DataError(f"the address {host!r} can't be had: {error.strerror}; see --host") from None
    for family, kind, proto, _, address in addresses:
        _try(family, kind, proto, address)


def _try(family: int, kind: int, proto: int, address: Any) -> None:
    """Bind an address and let go of it; what isn't there at all, such as IPv6 in a container, is uvicorn's to skip."""
    try:
        with socket.socket(family, kind, proto) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            probe.bind(address)
    except OSError as error:
        host, port = address[:2]
        if error.errno == errno.EADDRINUSE:
            raise DataError(f"port {port} is in use on {host}; name another with --port, or 0 for a free one") from None
        if error.errno == errno.EACCES:
            raise DataError(f"port {port} is not yours to open on {host}; name one from 1024 on with --port") from None


def serve(settings: ServiceSettings, on_start: Callable[[int], None] = lambda _: None) -> None:
    """Serve until a signal comes.

    Args:
        settings: What is served, where, and for whom.
        on_start: Is told the port once requests are answered.

    Raises:
        DefinitionError: a reward has mistakes.
        DataError: the address can't be had, most likely since something listens there.
    """
    _check_port(settings.host, settings.port)
    collect_less()
    keep_memory()
    service = Service.of(settings)
    on_its_way_out = LINGER + 0.3  # the second is uvicorn's
    remaining = max(0.2, settings.grace_seconds - settings.drain_seconds - on_its_way_out)
    config = uvicorn.Config(
        application(service),
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http=WholeReplyProtocol,
        ws="none",
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=remaining,  # type: ignore[arg-type]  # a fraction will do: it is waited for
        backlog=4096,
    )
    DrainingServer(config, service, on_start).run()
