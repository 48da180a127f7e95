"""The books of a jobs folder: its tables, and each step in a job's life together with the event that tells it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from graders.service.jobs.identity import now
from graders.service.jobs.job_folder import JobFolder
from graders.service.jobs.tables.database import Database
from graders.service.jobs.tables.event_table import EventTable, JobEvent
from graders.service.jobs.tables.file_table import FileTable
from graders.service.jobs.tables.job_table import ACTIVE, Job, JobTable, Status
from graders.service.jobs.tables.project_table import ProjectTable


class JobBook:
    """What is known of jobs.

    Attributes:
        database, jobs, events, files, projects: Where it stands.
    """

    def __init__(self, folder: Path, database_folder: Path | None = None, *, create: bool = True) -> None:
        """Open the books of a folder.

        Args:
            folder: Where files and jobs are.
            database_folder: Where the database is; in the same folder where None.
            create: Begin books where there are none.

        Raises:
            DataError: there are none and `create` is false, or they can't be read.
        """
        self._folder = folder.absolute()
        if create:
            for name in ("files", "jobs"):
                (self._folder / name).mkdir(parents=True, exist_ok=True)
        self.database = Database(database_folder or self._folder, create=create)
        self.jobs = JobTable(self.database)
        self.events = EventTable(self.database)
        self.projects = ProjectTable(self.database)
        self.files = FileTable(self.database, self._folder / "files")

    def folder(self, job: Job) -> JobFolder:
        """The folder of a job."""
        return JobFolder(self._folder / "jobs" / job.id)

    def queue(self, request: Mapping[str, Any], caller: str, digest: str, most_waiting: int) -> Job | None:
        """A new job, or the one that this very request made already; None where too many wait.

        Args:
            request: The request, checked.
            caller: Who asks.
            digest: Of the bytes of the request.
            most_waiting: So many may wait.
        """
        with self.database.write():
            known = self.jobs.lost_reply(caller, digest)
            if known is not None:
                return known
            if self.jobs.count("queued") >= most_waiting:
                return None
            job = self.jobs.add(request, caller, digest)
            self.events.tell(job.number, [JobEvent("pending", "the job waits for its turn", "JOB_PENDING")])
        return job

    def delivered(self, job: Job) -> None:
        """The reply to a job's create has been taken by the one who asked."""
        with self.database.write():
            self.jobs.set(job, delivered=1)

    def begin(self, job: Job, status: Status) -> Job | None:
        """A job is about to be started; None where it was cancelled in the meantime."""
        with self.database.write():
            found = self.jobs.get(job.id)
            if found is None or found.status not in {"queued", *ACTIVE}:
                return None
            attempt = found.attempts + 1
            self.jobs.set(job, status=status, attempts=attempt, started_at=found.started_at or now())
            if attempt == 1:
                event = JobEvent("start:1", "the job is started", "JOB_START")
            else:
                message = f"the job is started again ({attempt}. time), from its last checkpoint where it has one"
                event = JobEvent(f"start:{attempt}", message, "JOB_RESTARTED", "Warning")
            self.events.tell(job.number, [event])
        return self.jobs.get(job.id)

    def runs(self, job: Job) -> None:
        """A job's turn has come in the queue of its cluster."""
        with self.database.write():
            self.jobs.set(job, status="running")

    def tell(self, job: Job, events: Iterable[JobEvent]) -> None:
        """Events of a job."""
        with self.database.write():
            self.events.tell(job.number, events)

    def was_killed(self, job: Job, how: str) -> int:
        """A job's trainer was killed; how often in a row, without a new step between."""
        with self.database.write():
            reached = self.events.furthest_step(job.number)
            stalled = 1 if reached > job.furthest else job.stalled + 1
            self.jobs.set(job, furthest=max(reached, job.furthest), stalled=stalled)
            place = f"killed:{job.attempts}"
            self.events.tell(
                job.number, [JobEvent(place, f"the trainer {how} at step {reached}", "WARNING", "Warning")]
            )
        return stalled

    def complete(self, job: Job, output_file: str) -> None:
        """A job is over, and has a result."""
        self._over(job, JobEvent("over", "the job is complete", "JOB_COMPLETE"), "completed", output_file=output_file)

    def fail(self, job: Job, reason: str) -> None:
        """A job is over without a result."""
        event = JobEvent("over", reason.partition("\n")[0][:500], "JOB_ERROR", "Error")
        self._over(job, event, "failed", error_analysis=reason)

    def stopped(self, job: Job) -> None:
        """A job that was cancelled is over."""
        self._over(job, JobEvent("over", "the job was cancelled", "JOB_STOPPED"), "cancelled")

    def _over(self, job: Job, event: JobEvent, status: Status, **values: Any) -> None:
        with self.database.write():
            self.jobs.set(job, status=status, completed_at=now(), **values)
            self.events.tell(job.number, [event])

    def cancel(self, job_id: str) -> Job | None:
        """Cancel a job: at once where it waits, else its runner ends it; None where there is none of that name."""
        with self.database.write():
            job = self.jobs.get(job_id)
            if job is None or job.status not in {"queued", *ACTIVE} or job.cancel_requested:
                return job
            self.jobs.set(job, cancel_requested=1)
            asked = JobEvent("cancel", "somebody asked for the job to end", "CANCEL_REQUESTED")
            self.events.tell(job.number, [asked])
            if job.status == "queued":
                self.stopped(job)
        return self.jobs.get(job_id)

    def promote(self, job: Job, *, promoted: bool) -> None:
        """Mark a job's model as the one to use, or not any more."""
        with self.database.write():
            self.jobs.set(job, promoted=int(promoted))

    def close(self) -> None:
        """Close the database."""
        self.database.close()
