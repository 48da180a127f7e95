"""The HTTP client beneath the `openai` client: aiohttp, asked directly.

The client's own one builds each request with httpx, has it pass through httpx's redirects, cookies and streams, and
then built once more by aiohttp. All that a judge's call needs of it is a URL, headers and bytes: with these alone the
line takes two thirds of the time. Proxies of the environment, redirects and cookies are aiohttp's.
"""

from __future__ import annotations

import functools
import ssl
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import httpx2
from openai import DefaultAioHttpClient

KEPT_ALIVE_SECONDS = 5.0
"""So long an idle connection is kept: most servers close theirs after 5 seconds or later."""

_OF_THE_LINE = {b"content-encoding", b"content-length", b"transfer-encoding"}
"""Headers that say how a body was sent; what is handed on is the body as it was meant."""


_NOTHING = httpx2.ByteStream(b"")


class LeanHttpClient(DefaultAioHttpClient):
    """Sends what `openai.AsyncOpenAI` asks for by one aiohttp session: bodies are bytes, replies are read whole.

    Args:
        connect_timeout: How long a connection may take to come about, in seconds. How long the rest may take is the
            caller's matter, who cancels.
        verify: What certificates are checked by.
    """

    def __init__(self, connect_timeout: float, verify: ssl.SSLContext | bool) -> None:
        trusted = httpx2.create_ssl_context(verify=verify)
        super().__init__(verify=trusted)
        self._trusted = trusted
        self._patience = aiohttp.ClientTimeout(total=None, sock_connect=connect_timeout)
        self._urls: dict[str, httpx2.URL] = {}
        self._proxies: dict[str, str | None] = {}

    @functools.cached_property
    def _session(self) -> aiohttp.ClientSession:
        """Made in the loop that it belongs to. How many calls are under way is limited elsewhere."""
        connector = aiohttp.TCPConnector(limit=0, ssl=self._trusted, keepalive_timeout=KEPT_ALIVE_SECONDS)
        return aiohttp.ClientSession(connector=connector, timeout=self._patience)

    def build_request(self, method: str, url: Any, **given: Any) -> httpx2.Request:
        """What `openai` sees of a call: all that is sent are these headers and this content, as it has merged them."""
        known = self._urls.get(url) or self._urls.setdefault(url, httpx2.URL(url))
        sent = {"url": url, "headers": given["headers"], "data": given.get("content"), "proxy": self._proxy_of(url)}
        return httpx2.Request(method, known, stream=_NOTHING, extensions={"sent": sent})

    async def send(self, request: httpx2.Request, **_: Any) -> httpx2.Response:
        """The reply, read to its end; one with status 200 is nothing but its body, which `body_of` gives.

        Raises:
            httpx2.ConnectTimeout: no connection came about in time.
            httpx2.NetworkError: the line failed.
        """
        try:
            async with self._session.request(request.method, **request.extensions["sent"]) as reply:
                body = await reply.read()
        except TimeoutError as error:
            raise httpx2.ConnectTimeout(_said(error), request=request) from error
        except (aiohttp.ClientError, OSError, EOFError) as error:
            raise httpx2.NetworkError(_said(error), request=request) from error
        if reply.status == 200:
            return httpx2.Response(200, stream=_NOTHING, request=request, extensions={"body": body})
        return httpx2.Response(reply.status, headers=_told(reply), content=body, request=request)

    def _proxy_of(self, url: str) -> str | None:
        if url not in self._proxies:
            self._proxies[url] = proxy_of(url)
        return self._proxies[url]

    async def aclose(self) -> None:
        """Close all connections."""
        await self._session.close()
        await super().aclose()


def body_of(reply: httpx2.Response) -> bytes:
    """The body of a reply with status 200, which httpx would pass through a decoder and join anew."""
    body: bytes = reply.extensions["body"]
    return body


def _said(error: BaseException) -> str:
    return str(error) or type(error).__name__


def _told(reply: aiohttp.ClientResponse) -> list[tuple[bytes, bytes]]:
    return [(name, value) for name, value in reply.raw_headers if name.lower() not in _OF_THE_LINE]


def proxy_of(url: str) -> str | None:
    """The proxy that the environment names for a URL: ``HTTPS_PROXY``, ``HTTP_PROXY``, ``ALL_PROXY``, ``NO_PROXY``."""
    parts = urlsplit(url)
    proxies = getproxies()
    is_spared = bool(parts.hostname and proxy_bypass(parts.hostname))
    return None if is_spared else proxies.get(parts.scheme) or proxies.get("all")
