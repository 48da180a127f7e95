"""The key of an endpoint, where it comes from, and a new one where a server takes it no more."""

from __future__ import annotations

import asyncio
from pathlib import Path

from graders.judge.config import Endpoint

NO_KEY = "none"
"""Sent as key where none is given: the client insists on one, local servers ignore it."""


class NoKeyError(Exception):
    """The caller's own function or file gave no key; the message says why."""


class KeySource:
    """The key that is sent: a text, what a function gives or a file holds; these two are asked anew at 401."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._source, self._file = endpoint.api_key, endpoint.api_key_file
        self._known: str | None = None

    async def current(self) -> str:
        """The key as it is known.

        Raises:
            NoKeyError: none can be had.
        """
        if self._known is None:
            self._known = await self._fetch()
        return self._known

    async def renewed(self, refused: str) -> str | None:
        """Another key than the one that was refused; None where there is none.

        Raises:
            NoKeyError: none can be had.
        """
        if not callable(self._source) and not self._file:
            return None
        if self._known == refused:  # else another call has renewed it meanwhile
            self._known = await self._fetch()
        return self._known if self._known != refused else None

    async def _fetch(self) -> str:
        """The key anew; whatever the caller's function raises is told as what it is: no key."""
        fetching = asyncio.ensure_future(asyncio.to_thread(self._fetched))
        await asyncio.wait([fetching])
        error = fetching.exception()
        if isinstance(error, Exception):
            raise NoKeyError(f"{type(error).__name__}: {error}") from error
        return fetching.result()

    def _fetched(self) -> str:
        if callable(self._source):
            return self._source()
        if self._file:
            return Path(self._file).read_text(encoding="utf-8").strip()
        return self._source or NO_KEY
