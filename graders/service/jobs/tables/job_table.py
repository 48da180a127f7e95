"""Jobs as they stand in the database: each change of status is one transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from sqlite3 import Row as SqlRow
from typing import Any, Literal

from graders.service.jobs.identity import new_id, now
from graders.service.jobs.tables.database import Database

Status = Literal["queued", "pending", "running", "cancelled", "failed", "completed"]
"""``queued`` here, ``pending`` in a cluster's queue, ``running``, and three ways to be over."""

ACTIVE = ("pending", "running")
OVER = ("cancelled", "failed", "completed")

REPEAT_SECONDS = 120.0
"""A create that comes again within so many seconds, the reply to the first having been lost, is the same job."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it stood when it was read.

    Attributes:
        number: Its place in the order of creation.
        id: Its name.
        status: See `Status`.
        request: The request, as it was validated.
        created_at: Seconds since 1970; so are the others.
        started_at: When it was started for the first time; None where it was not.
        completed_at: When it was over; None where it is not.
        cancel_requested: Whether somebody wants it to end.
        error_analysis: Why it failed, in words.
        output_file: The id of the file that holds what it trained.
        promoted: Whether somebody has marked its model as the one to use.
        attempts: How often it was started.
        stalled: How often in a row its trainer was killed without a new step.
        furthest: The step that it had reached when it was killed last.
    """

    number: int
    id: str
    status: Status
    request: Mapping[str, Any]
    created_at: float
    started_at: float | None
    completed_at: float | None
    cancel_requested: bool
    error_analysis: str | None
    output_file: str | None
    promoted: bool
    attempts: int
    stalled: int
    furthest: int

    @property
    def training(self) -> Mapping[str, Any]:
        """The request's ``training_config``."""
        config: Mapping[str, Any] = self.request["training_config"]
        return config


def _job(row: SqlRow) -> Job:
    named = {name: row[name] for name in Job.__slots__}
    flags = {name: bool(row[name]) for name in ("cancel_requested", "promoted")}
    return Job(**{**named, **flags, "request": json.loads(row["request"])})


class JobTable:
    """The table of jobs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, job_id: str) -> Job | None:
        """A job by its name."""
        row = self._database.one("SELECT * FROM jobs WHERE id = ?", (job_id,))
        return None if row is None else _job(row)

    def all(self) -> list[Job]:
        """Every job, the latest first."""
        return [_job(row) for row in self._database.all("SELECT * FROM jobs ORDER BY number DESC")]

    def with_status(self, *statuses: str, most: int = -1) -> list[Job]:
        """Jobs of some statuses, the oldest first."""
        places = ", ".join("?" * len(statuses))
        query = f"SELECT * FROM jobs WHERE status IN ({places}) ORDER BY number LIMIT ?"  # noqa: S608 - question marks
        return [_job(row) for row in self._database.all(query, (*statuses, most))]

    def count(self, status: Status) -> int:
        """How many jobs have a status."""
        found: int = self._database.one("SELECT count(*) FROM jobs WHERE status = ?", (status,))[0]
        return found

    def lost_reply(self, caller: str, digest: str) -> Job | None:
        """The job of the same create by the same caller shortly before, if its reply can't have arrived."""
        query = "SELECT * FROM jobs WHERE caller = ? AND digest = ? AND delivered = 0 AND created_at > ? LIMIT 1"
        row = self._database.one(query, (caller, digest, now() - REPEAT_SECONDS))
        return None if row is None else _job(row)

    def add(self, request: Mapping[str, Any], caller: str, digest: str) -> Job:
        """A new job; within `Database.write`."""
        job_id = new_id("ft")
        self._database.execute(
            "INSERT INTO jobs (id, status, request, created_at, caller, digest) VALUES (?, 'queued', ?, ?, ?, ?)",
            (job_id, json.dumps(request), now(), caller, digest),
        )
        row = self._database.one("SELECT * FROM jobs WHERE id = ?", (job_id,))
        return _job(row)

    def set(self, job: Job, **values: Any) -> None:
        """Change columns of a job; within `Database.write`."""
        changes = ", ".join(f"{name} = ?" for name in values)
        self._database.execute(f"UPDATE jobs SET {changes} WHERE number = ?", (*values.values(), job.number))  # noqa: S608 - our own names

    def is_used(self, file_id: str) -> Job | None:
        """A job that is not over and trains from a file."""
        unfinished = self.with_status("queued", *ACTIVE)
        return next((job for job in unfinished if file_id in job.training["training_files"]), None)
