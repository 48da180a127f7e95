"""What happens to a job, told once: events, in the words of the fine-tuning API."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

from graders.service.jobs.identity import now
from graders.service.jobs.tables.database import Database

EventType = Literal[
    "JOB_PENDING",
    "JOB_START",
    "JOB_RESTARTED",
    "JOB_STOPPED",
    "TRAINING_START",
    "CHECKPOINT_SAVE",
    "EPOCH_COMPLETE",
    "TRAINING_COMPLETE",
    "COMPRESSING_MODEL",
    "MODEL_COMPRESSION_COMPLETE",
    "CANCEL_REQUESTED",
    "JOB_COMPLETE",
    "JOB_ERROR",
    "WARNING",
]
"""The API's types of events; a step of training has none."""

Level = Literal["Info", "Warning", "Error"]


@dataclass(frozen=True, slots=True)
class JobEvent:
    """One event.

    Attributes:
        place: What it is of: ``step:12``, ``checkpoint:10``, ``restart:2``. A job has one event at each place: what is
            told again changes its figures and adds none.
        message: What happened, in words.
        type: Which of the API's types.
        level: Which of its levels.
        step, epoch, loss, reward: Where training stands, where the event says so.
    """

    place: str
    message: str
    type: EventType | None = None
    level: Level = "Info"
    step: int | None = None
    epoch: float | None = None
    loss: float | None = None
    reward: float | None = None


_COLUMNS = tuple(one.name for one in fields(JobEvent))
_INSERT = (
    f"INSERT INTO events (job, number, created_at, {', '.join(_COLUMNS)}) "  # noqa: S608 - our own names
    f"SELECT ?, coalesce(max(number), 0) + 1, ?, {', '.join('?' * len(_COLUMNS))} FROM events WHERE job = ? "
    "ON CONFLICT (job, place) DO UPDATE SET message = excluded.message, "
    "epoch = excluded.epoch, loss = excluded.loss, reward = excluded.reward"
)


class EventTable:
    """The table of events."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def tell(self, job: int, events: Iterable[JobEvent]) -> None:
        """Add events of a job, by its number; within `Database.write`."""
        for event in events:
            values = asdict(event)
            self._database.execute(_INSERT, (job, now(), *(values[name] for name in _COLUMNS), job))

    def of(self, job: int, after: int = 0, most: int = -1) -> list[dict[str, Any]]:
        """Events of a job in the order in which they were told, as plain values with ``number`` and ``created_at``.

        Args:
            job: The job's number.
            after: Leave out those up to this number.
            most: At most so many; -1 for all.
        """
        query = "SELECT * FROM events WHERE job = ? AND number > ? ORDER BY number LIMIT ?"
        return [dict(row) for row in self._database.all(query, (job, after, most))]

    def furthest_step(self, job: int) -> int:
        """The highest step that was told; 0 where none was."""
        found: int = self._database.one("SELECT coalesce(max(step), 0) FROM events WHERE job = ?", (job,))[0]
        return found
