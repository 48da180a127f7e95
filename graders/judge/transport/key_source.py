"""The key of an endpoint, where it comes from, and a new one where a server takes it no more."""

from __future__ import annotations

import asyncio
from pathlib import Path

from graders.judge.config import Endpoint

NO_KEY = "none"
"""Sent as key where none is given: the client insists on one, local servers ignore it."""


class KeySource:
    """The key that is sent: a text, what a function gives or a file holds; these two are asked anew at 401."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._source, self._file = endpoint.api_key, endpoint.api_key_file
        self._known: str | None = None

    async def current(self) -> str:
        """The key as it is known.

        Raises:
            OSError: the file can't be read.
        """
        if self._known is None:
            self._known = await asyncio.to_thread(self._fetched)
        return self._known

    async def renewed(self, refused: str) -> str | None:
        """Another key than the one that was refused; None where there is none."""
        if not callable(self._source) and not self._file:
            return None
        if self._known == refused:  # else another call has renewed it meanwhile
            self._known = await asyncio.to_thread(self._fetched)
        return self._known if self._known != refused else None

    def _fetched(self) -> str:
        if callable(self._source):
            return self._source()
        if self._file:
            return Path(self._file).read_text(encoding="utf-8").strip()
        return self._source or NO_KEY
