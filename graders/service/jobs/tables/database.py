"""The database of a jobs folder: SQLite with a write-ahead log, one connection, writes that are whole or not there."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

from graders.vocabulary.errors import DataError

NAME = "jobs.sqlite3"
"""The database's file in the folder."""

BUSY_SECONDS = 30.0
"""A writer waits so long for another process that writes, such as `graders jobs cancel`."""

VERSION = 1
"""Of the tables; a folder of a newer one is not touched."""

TABLES = """
CREATE TABLE jobs (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL,
    request TEXT NOT NULL,
    created_at REAL NOT NULL,
    started_at REAL,
    completed_at REAL,
    cancel_requested INTEGER NOT NULL DEFAULT 0,
    error_analysis TEXT,
    output_file TEXT,
    promoted INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    stalled INTEGER NOT NULL DEFAULT 0,
    furthest INTEGER NOT NULL DEFAULT 0,
    handle TEXT,
    caller TEXT NOT NULL,
    digest TEXT NOT NULL,
    delivered INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX jobs_by_status ON jobs (status);
CREATE INDEX jobs_by_digest ON jobs (digest);
CREATE TABLE events (
    job INTEGER NOT NULL REFERENCES jobs (number),
    place TEXT NOT NULL,
    number INTEGER NOT NULL,
    created_at REAL NOT NULL,
    type TEXT,
    level TEXT NOT NULL,
    message TEXT NOT NULL,
    step INTEGER,
    epoch REAL,
    loss REAL,
    reward REAL,
    PRIMARY KEY (job, place)
);
CREATE INDEX events_by_number ON events (job, number);
CREATE TABLE files (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    filename TEXT NOT NULL,
    purpose TEXT NOT NULL,
    type TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    created_at REAL NOT NULL,
    faults TEXT NOT NULL
);
CREATE TABLE projects (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    created_at REAL NOT NULL
);
"""


class Database:
    """A connection to a folder's database, for any thread; one of them uses it at a time.

    Each write is a transaction that begins as a writer (`BEGIN IMMEDIATE`), so that two processes never find out at the
    end that they were in each other's way; it is on the disk when `write` is left.
    """

    def __init__(self, folder: Path, *, create: bool = True) -> None:
        """Open it.

        Raises:
            DataError: there is none and `create` is false, it can't be read, or it is of a newer version.
        """
        self.path = folder / NAME
        if not create and not self.path.exists():
            raise DataError(f"{folder} is no folder of fine-tuning jobs: it has no {NAME}")
        self._lock = RLock()
        try:
            self._connection = sqlite3.connect(self.path, BUSY_SECONDS, isolation_level=None, check_same_thread=False)
            self._connection.row_factory = sqlite3.Row
            self._prepare()
        except sqlite3.DatabaseError as error:
            raise DataError(f"{self.path} can't be used as a database: {error}") from None

    def _prepare(self) -> None:
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute("PRAGMA foreign_keys = ON")
        with self.write():
            version = self.one("PRAGMA user_version")[0]
            if version > VERSION:
                raise DataError(
                    f"{self.path} was written by a newer version of graders ({version}, known is {VERSION})"
                )
            if version == 0:
                for statement in TABLES.split(";"):
                    self._connection.execute(statement)
                self._connection.execute(f"PRAGMA user_version = {VERSION}")

    @contextmanager
    def write(self) -> Iterator[None]:
        """A transaction: all that is executed within is kept, or nothing of it where it is left by an exception.

        One within another is part of it.
        """
        with self._lock:
            if self._connection.in_transaction:
                yield
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                self._roll_back()
                raise

    def _roll_back(self) -> None:
        if self._connection.in_transaction:  # a full disk may have ended it
            self._connection.execute("ROLLBACK")

    def execute(self, statement: str, values: Sequence[Any] = ()) -> int:
        """Execute within `write`; how many rows were changed."""
        return self._connection.execute(statement, values).rowcount

    def all(self, query: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """All rows of a query."""
        with self._lock:
            return self._connection.execute(query, values).fetchall()

    def one(self, query: str, values: Sequence[Any] = ()) -> Any:
        """The first row of a query; None where there is none."""
        with self._lock:
            return self._connection.execute(query, values).fetchone()

    def close(self) -> None:
        """Close it; what was written is kept."""
        with self._lock:
            self._connection.close()
