"""Verdicts on disk, shared among runs and processes. Only what a judge said is kept, never a fault."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

BUSY_SECONDS = 30.0
"""How long a write waits for another process's."""

_TABLE = """CREATE TABLE IF NOT EXISTS verdicts
(key BLOB PRIMARY KEY, labels TEXT NOT NULL, reason TEXT NOT NULL) WITHOUT ROWID"""
_CHUNK = 500  # keys a query; SQLite's least limit on variables is 999
_abandoned: list[sqlite3.Connection] = []  # of a parent process: closing one in a child would harm the parent


class Entry(NamedTuple):
    """A kept verdict: its labels, and the judge's reason."""

    labels: tuple[str, ...]
    reason: str


class Cache:
    """An SQLite file in WAL mode, used by any number of threads and processes at once.

    Args:
        path: The file; it and its folder are made where they don't exist.

    Raises:
        sqlite3.Error: from `get` and `put`, where the file can't be used.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._pid = 0
        self._connection: sqlite3.Connection | None = None

    def get(self, keys: Sequence[bytes]) -> dict[bytes, Entry]:
        """The kept verdicts of these keys."""
        found: dict[bytes, Entry] = {}
        with self._lock:
            connection = self._connected()
            for start in range(0, len(keys), _CHUNK):
                chunk = keys[start : start + _CHUNK]
                marks = ",".join("?" * len(chunk))
                query = f"SELECT key, labels, reason FROM verdicts WHERE key IN ({marks})"  # noqa: S608
                for key, labels, reason in connection.execute(query, chunk):
                    found[key] = Entry(_labels(labels), reason)
        return found

    def put(self, entries: Iterable[tuple[bytes, Entry]]) -> None:
        """Keep verdicts; one that is there already stays, so that all processes agree."""
        rows = [(key, json.dumps(labels), reason) for key, (labels, reason) in entries]
        with self._lock:
            connection = self._connected()
            with connection:
                connection.executemany("INSERT OR IGNORE INTO verdicts VALUES (?, ?, ?)", rows)

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        with self._lock:
            if self._connection is not None and self._pid == os.getpid():
                self._connection.close()
            self._connection = None

    def _connected(self) -> sqlite3.Connection:
        if self._connection is not None and self._pid == os.getpid():
            return self._connection
        if self._connection is not None:
            _abandoned.append(self._connection)
        Path(self._path).parent.mkdir(parents=True, exist_ok=True)
        self._pid, self._connection = os.getpid(), _opened(self._path)
        return self._connection


def _opened(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        with connection:
            connection.execute(_TABLE)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _labels(stored: str) -> tuple[str, ...]:
    return ("pass",) if stored == '["pass"]' else ("fail",) if stored == '["fail"]' else tuple(json.loads(stored))
