"""The wire: one attempt at a chat completion through the `openai` client, with a deadline that can't be stretched."""

from __future__ import annotations

import asyncio
import json
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, cast

from graders.errors import MissingExtraError
from graders.judge.config import Endpoint, Limits
from graders.judge.transport.reply import Reply

if TYPE_CHECKING:
    from openai._types import RequestOptions

NO_KEY = "none"
"""Sent as key where none is given: the client insists on one, local servers ignore it."""

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


class Client:
    """The `Transport` of a run: an `openai.AsyncOpenAI` bound to one event loop.

    Its own retries are off, and calls go through `client.post`: `chat.completions.create` spends a third of its
    time on transforming the request, and its default transport scans all connections at every call. The body is
    given as bytes, the URL whole, and the headers of the client's telemetry are left out: a third less again.
    """

    def __init__(self, endpoint: Endpoint, limits: Limits) -> None:
        load_client()
        import aiohttp
        import openai
        from openai import AsyncOpenAI, DefaultAioHttpClient

        self._limits = limits
        self._url = endpoint.base_url.rstrip("/") + "/chat/completions"
        timeout = openai.Timeout(limits.attempt_timeout, connect=limits.connect_timeout)
        size = openai.DEFAULT_CONNECTION_LIMITS.__class__(
            max_connections=limits.concurrency, max_keepalive_connections=limits.concurrency
        )
        transport = DefaultAioHttpClient(timeout=timeout, limits=size)
        self._client = AsyncOpenAI(
            base_url=endpoint.base_url,
            api_key=endpoint.api_key or NO_KEY,
            max_retries=0,
            timeout=timeout,
            http_client=transport,
            default_headers=dict.fromkeys(_TELEMETRY, cast("str", openai.Omit())),
        )
        self._options: RequestOptions = {"headers": dict.fromkeys(_TELEMETRY_OF_CALLS, openai.Omit())}
        self._status_error = openai.APIStatusError
        self._timeout_error = openai.APITimeoutError
        self._line_errors = (openai.OpenAIError, aiohttp.ClientError, OSError, EOFError, ValueError)

    async def send(self, body: dict[str, Any]) -> Reply:
        """Make one attempt; whatever happens on the line is a `Reply`, never an exception."""
        content = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        try:
            async with asyncio.timeout(self._limits.attempt_timeout):
                reply: bytes = await self._client.post(self._url, cast_to=bytes, content=content, options=self._options)
            return Reply(200, reply)
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
                return [model.id async for model in self._client.models.list()]
        except (TimeoutError, *self._line_errors):
            return []

    async def close(self) -> None:
        """Close all connections."""
        await self._client.close()


def _said(error: BaseException) -> str:
    cause = error.__cause__
    return ": ".join(str(one) or type(one).__name__ for one in (error, cause) if one is not None)
