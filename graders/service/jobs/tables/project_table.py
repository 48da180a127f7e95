"""Projects: names that jobs can be filed under. Any number is taken as a job's project; these have a name besides."""

from __future__ import annotations

from dataclasses import dataclass

from graders.service.jobs.identity import now
from graders.service.jobs.tables.database import Database


@dataclass(frozen=True, slots=True)
class Project:
    """A project.

    Attributes:
        id: Its number.
        name, description: What it is called, and about.
        created_at: Seconds since 1970.
    """

    id: int
    name: str
    description: str
    created_at: float


class ProjectTable:
    """The table of projects."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, name: str, description: str) -> Project:
        """A new project."""
        with self._database.write():
            statement = "INSERT INTO projects (name, description, created_at) VALUES (?, ?, ?)"
            self._database.execute(statement, (name, description, now()))
            row = self._database.one("SELECT * FROM projects ORDER BY id DESC LIMIT 1")
        return Project(**dict(row))

    def get(self, number: int) -> Project | None:
        """A project by its number."""
        row = self._database.one("SELECT * FROM projects WHERE id = ?", (number,))
        return None if row is None else Project(**dict(row))

    def list(self, limit: int, offset: int) -> list[Project]:
        """Projects, the oldest first."""
        rows = self._database.all("SELECT * FROM projects ORDER BY id LIMIT ? OFFSET ?", (limit, offset))
        return [Project(**dict(row)) for row in rows]
