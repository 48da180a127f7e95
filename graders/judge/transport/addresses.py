"""Where calls go: a base URL in any of the usual forms, and several servers of one model in turn."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl, urlencode, urlsplit

_CALLS = re.compile(r"/(chat/completions|completions|responses|models|embeddings|api/chat|api/generate|api)$")
_ENDING = "/chat/completions"
_AZURE = (".openai.azure.com", ".services.ai.azure.com", ".cognitiveservices.azure.com")
"""The hosts of Azure's resources, whose API stands at ``/openai/v1``."""

REST_SECONDS = 30.0
"""So long a server that failed is asked only where all others have failed too."""

FAILING = {0, 401, 404, 410, 502, 503, 504}
"""Statuses with which another server is asked at once; 0 is a fault of the line."""


def address(base_url: str, extra_query: Mapping[str, str] | None = None) -> str:
    """The address of chat completions; what the URL itself asks (``?api-version=...``) stays.

    >>> address("http://localhost:8000"), address("https://api.openai.com/v1/chat/completions/")
    ('http://localhost:8000/v1/chat/completions', 'https://api.openai.com/v1/chat/completions')
    >>> address("https://x.openai.azure.com/openai/deployments/gpt?api-version=2024-10-21")
    'https://x.openai.azure.com/openai/deployments/gpt/chat/completions?api-version=2024-10-21'
    """
    parts = urlsplit(base_url.strip())
    path = _CALLS.sub("", parts.path.rstrip("/"))
    if not path:
        path = "/openai/v1" if (parts.hostname or "").endswith(_AZURE) else "/v1"
    query = {**dict(parse_qsl(parts.query)), **(extra_query or {})}
    return parts._replace(path=path + _ENDING, query=urlencode(query), fragment="").geturl()


def models_address(base_url: str, extra_query: Mapping[str, str] | None = None) -> str:
    """The address of the list of models."""
    parts = urlsplit(address(base_url, extra_query))
    return parts._replace(path=parts.path.removesuffix(_ENDING) + "/models").geturl()


class Servers:
    """The addresses of one model, in turn: calls are spread over them, and one that fails is left out for a while."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self._resting = dict.fromkeys(addresses, 0.0)
        self._turn = 0

    def in_turn(self, now: float) -> list[str]:
        """The addresses to try for a call, best first: those that are well, each time from another one on."""
        every = list(self._resting)
        if len(every) == 1:
            return every
        first = self._turn % len(every)
        self._turn += 1
        return sorted(every[first:] + every[:first], key=lambda one: max(0.0, self._resting[one] - now))

    def failed(self, address: str, now: float) -> None:
        """A server failed: it rests."""
        self._resting[address] = now + REST_SECONDS
