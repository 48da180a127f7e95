"""The wire: one attempt at a chat completion through the `openai` client, with a deadline that can't be stretched."""

from __future__ import annotations

import asyncio
import json
import ssl
import time
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, cast

import orjson

from graders.judge.config import Endpoint, Limits
from graders.judge.transport.addresses import FAILING, Servers, address, models_address
from graders.judge.transport.key_source import NO_KEY, KeySource, NoKeyError
from graders.judge.transport.reply import Reply
from graders.vocabulary.errors import MissingExtraError

if TYPE_CHECKING:
    from openai._types import RequestOptions

_TOLD = ("Lang", "Package-Version", "OS", "Arch", "Runtime", "Runtime-Version", "Async")
_TELEMETRY = tuple(f"X-Stainless-{name}" for name in _TOLD)
_TELEMETRY_OF_CALLS = ("x-stainless-retry-count", "x-stainless-read-timeout")


def load_client() -> None:
    """Import the `openai` client and its aiohttp transport now, so that no batch's deadline pays for it.

    Raises:
        MissingExtraError: one of them isn't installed.
    """
    if find_spec("openai") is None or find_spec("aiohttp") is None:
        raise MissingExtraError("the llm grader", "judge")
    import_module("openai")
    import_module("aiohttp")


def _options_spared(timeout: Any, not_given: Any) -> dict[str, Any]:
    """Every option of a call that the client would copy, or draw anew, where it isn't given."""
    return {
        "max_retries": 0,
        "timeout": timeout,
        "params": {},
        "security": {"bearer_auth": True},
        "idempotency_key": "none",
        "follow_redirects": None,
        "extra_json": None,
        "post_parser": not_given,
        "synthesize_event_and_data": None,
        "stream_mode": "legacy",
    }


class Client:
    """The `Transport` of a run: an `openai.AsyncOpenAI` bound to one event loop.

    Its own retries are off, and calls go through `client.post`: `chat.completions.create` spends a third of its
    time on transforming the request, and its default transport scans all connections at every call. The body is
    given as bytes, the URL whole, the headers of the client's telemetry are left out, and every option that
    it would copy or draw for each call (a key that no server is sent) is given: half of the time again, twice. What
    stands beneath it is `lean_http`.
    """

    def __init__(self, endpoint: Endpoint, limits: Limits) -> None:
        load_client()
        import httpx2
        import openai

        from graders.judge.transport.lean_http import LeanHttpClient, body_of

        self._limits = limits
        self._servers = Servers([address(url, endpoint.extra_query) for url in endpoint_urls(endpoint)])
        self._models_url = models_address(endpoint.base_url, endpoint.extra_query)
        self._key = KeySource(endpoint)
        timeout = openai.Timeout(limits.attempt_timeout, connect=limits.connect_timeout)
        self._client = openai.AsyncOpenAI(
            base_url=endpoint.base_url,
            api_key=NO_KEY,
            max_retries=0,
            timeout=timeout,
            http_client=LeanHttpClient(limits.connect_timeout, _trusted(endpoint)),
            default_headers={**dict.fromkeys(_TELEMETRY, cast("str", openai.Omit())), **endpoint.extra_headers},
        )
        self._has_own_key = any(name.lower() == "authorization" for name in endpoint.extra_headers)
        self._untold: dict[str, Any] = dict.fromkeys(_TELEMETRY_OF_CALLS, openai.Omit())
        self._spared = _options_spared(timeout, openai.NOT_GIVEN)
        self._whole, self._body_of = httpx2.Response, body_of
        self._status_error = openai.APIStatusError
        self._timeout_error = openai.APITimeoutError
        self._line_errors = (openai.OpenAIError, OSError, ValueError)

    async def send(self, body: dict[str, Any]) -> Reply:
        """Make one attempt; whatever happens on the line is a `Reply`, never an exception."""
        content = _written(body)
        reply = Reply(0, word="connection", detail="no server")
        for url in self._servers.in_turn(time.monotonic()):
            reply = await self._sent_with_key(url, content)
            if reply.status not in FAILING:
                return reply
            self._servers.failed(url, time.monotonic())
        return reply

    async def _sent_with_key(self, url: str, content: bytes) -> Reply:
        """Send, and once more with a new key where the key is refused and there is another."""
        try:
            key = await self._key.current()
            reply = await self._sent(url, content, key)
            fresh = await self._key.renewed(key) if reply.status == 401 else None
        except NoKeyError as error:
            return Reply(401, f"no key could be had: {error}".encode())
        return await self._sent(url, content, fresh) if fresh else reply

    def _options(self, url: str, key: str) -> RequestOptions:
        if self._has_own_key:
            return cast("RequestOptions", {**self._spared, "headers": self._untold})
        azure = {"api-key": key} if ".azure." in url else {}
        headers = {**self._untold, "Authorization": f"Bearer {key}", **azure}
        return cast("RequestOptions", {**self._spared, "headers": headers})

    async def _sent(self, url: str, content: bytes, key: str) -> Reply:
        try:
            async with asyncio.timeout(self._limits.attempt_timeout):
                options = self._options(url, key)
                reply = await self._client.post(url, cast_to=self._whole, content=content, options=options)
            return Reply(200, self._body_of(reply))
        except self._status_error as error:
            return Reply(error.response.status_code, error.response.content, error.response.headers)
        except (TimeoutError, self._timeout_error) as error:
            return Reply(0, word="timeout", detail=_said(error) or "no whole reply in time")
        except self._line_errors as error:
            return Reply(0, word="connection", detail=_said(error))

    async def models(self) -> list[str]:
        """The names of the models at the endpoint; empty where it lists none."""
        try:
            async with asyncio.timeout(self._limits.attempt_timeout):
                options = self._options(self._models_url, await self._key.current())
                reply = await self._client.get(self._models_url, cast_to=self._whole, options=options)
                listed = json.loads(self._body_of(reply))
            return [str(model["id"]) for model in listed["data"]]
        except (TimeoutError, KeyError, TypeError, NoKeyError, *self._line_errors):
            return []

    async def close(self) -> None:
        """Close all connections."""
        await self._client.close()


def _written(body: dict[str, Any]) -> bytes:
    """The body as it is sent; lone surrogates, which no server reads, are replaced."""
    try:
        return orjson.dumps(body)
    except TypeError:
        return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")


def _said(error: BaseException) -> str:
    cause = error.__cause__
    return ": ".join(str(one).rstrip(".") or type(one).__name__ for one in (error, cause) if one is not None)


def endpoint_urls(endpoint: Endpoint) -> list[str]:
    """The base URLs of an endpoint, each once, its own first."""
    return list(dict.fromkeys((endpoint.base_url, *endpoint.more_base_urls)))


def _trusted(endpoint: Endpoint) -> ssl.SSLContext | bool:
    """What certificates are checked by."""
    if not endpoint.verify_tls:
        return False
    return ssl.create_default_context(cafile=endpoint.ca_file) if endpoint.ca_file else True
