"""Uploaded files and results: the content in a folder under names of ours, all else in the database."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Row as SqlRow

from graders.service.jobs.identity import new_id, now
from graders.service.jobs.tables.database import Database

SORTED_BY = {"created_at": "created_at", "filename": "filename", "type": "type", "size": "bytes"}
"""What a list of files can be sorted by, and the column."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file.

    Attributes:
        number: Its place in the order of creation.
        id: Its name here.
        filename: Its name as the user gave it: to be shown, never a path.
        purpose: What the user said it is for; ``fine-tune-result`` for what a job made.
        type: ``jsonl``, ``parquet``, or ``tar`` for a result.
        bytes: Its size.
        created_at: Seconds since 1970.
        faults: Kinds of jobs that it can't train, and why.
    """

    number: int
    id: str
    filename: str
    purpose: str
    type: str
    bytes: int
    created_at: float
    faults: Mapping[str, str]


def _stored(row: SqlRow) -> StoredFile:
    named = {name: row[name] for name in StoredFile.__slots__}
    return StoredFile(**{**named, "faults": json.loads(row["faults"])})


class FileTable:
    """The table of files, and the folder of their content."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self.folder = folder

    def place(self, file_id: str, kind: str) -> Path:
        """Where the content of a file of ours stands, or is to be put."""
        return self.folder / f"{file_id}.{kind}"

    def unfinished(self, kind: str) -> tuple[str, Path]:
        """A new file's name, and where its content is written to before it is kept."""
        file_id = new_id("file")
        return file_id, self.folder / f"{file_id}.part.{kind}"

    def keep(
        self, file_id: str, unfinished: Path, *, filename: str, purpose: str, faults: Mapping[str, str]
    ) -> StoredFile:
        """Keep what was written: the content first, then the row that makes it known."""
        kind = unfinished.suffix.removeprefix(".")
        with unfinished.open("rb") as stream:
            os.fsync(stream.fileno())
        unfinished.replace(self.place(file_id, kind))
        size = self.place(file_id, kind).stat().st_size
        with self._database.write():
            self._database.execute(
                "INSERT OR IGNORE INTO files (id, filename, purpose, type, bytes, created_at, faults) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                (file_id, filename, purpose, kind, size, now(), json.dumps(faults)),
            )
        kept = self.get(file_id)
        assert kept is not None  # noqa: S101 - written above
        return kept

    def get(self, file_id: str) -> StoredFile | None:
        """A file by its name here."""
        row = self._database.one("SELECT * FROM files WHERE id = ?", (file_id,))
        return None if row is None else _stored(row)

    def path(self, stored: StoredFile) -> Path:
        """Where its content stands."""
        return self.place(stored.id, stored.type)

    def list(
        self,
        *,
        purpose: str | None = None,
        sort_by: str = "created_at",
        ascending: bool = False,
        limit: int = -1,
        offset: int = 0,
    ) -> list[StoredFile]:
        """Files, sorted by one of `SORTED_BY`."""
        where, values = ("", []) if purpose is None else ("WHERE purpose = ?", [purpose])
        order = f"{SORTED_BY[sort_by]} {'ASC' if ascending else 'DESC'}, number {'ASC' if ascending else 'DESC'}"
        query = f"SELECT * FROM files {where} ORDER BY {order} LIMIT ? OFFSET ?"  # noqa: S608 - words of ours
        return [_stored(row) for row in self._database.all(query, (*values, limit, offset))]

    def rename(self, file_id: str, filename: str) -> None:
        """Give a file another name to be shown."""
        with self._database.write():
            self._database.execute("UPDATE files SET filename = ? WHERE id = ?", (filename, file_id))

    def remove(self, stored: StoredFile) -> None:
        """Forget a file, then delete its content."""
        with self._database.write():
            self._database.execute("DELETE FROM files WHERE id = ?", (stored.id,))
        self.path(stored).unlink(missing_ok=True)

    def sweep(self) -> None:
        """Delete content that no row knows: what was being written when a server was killed."""
        known = {self.path(stored) for stored in self.list()}
        for path in self.folder.iterdir():
            if path not in known:
                path.unlink()
