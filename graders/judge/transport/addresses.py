"""Where calls go: a base URL in any of the usual forms, made the address of chat completions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit

_CALLS = re.compile(r"/(chat/completions|completions|responses|models|embeddings|api/chat|api/generate|api)$")
_ENDING = "/chat/completions"


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
        path = "/openai/v1" if (parts.hostname or "").endswith(".openai.azure.com") else "/v1"
    query = {**dict(parse_qsl(parts.query)), **(extra_query or {})}
    return parts._replace(path=path + _ENDING, query=urlencode(query), fragment="").geturl()


def models_address(base_url: str, extra_query: Mapping[str, str] | None = None) -> str:
    """The address of the list of models."""
    parts = urlsplit(address(base_url, extra_query))
    return parts._replace(path=parts.path.removesuffix(_ENDING) + "/models").geturl()
