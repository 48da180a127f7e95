"""The fine-tuning endpoint without HTTP: models, files, and jobs that are made, followed and cancelled."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from graders.service.jobs.job_book import JobBook
from graders.service.jobs.job_settings import JobSettings
from graders.service.jobs.order import Order, Orders
from graders.service.jobs.places.place_choice import place_of
from graders.service.jobs.runner import JobRunner
from graders.service.jobs.tables.file_table import FileTable
from graders.service.jobs.tables.job_table import Job
from graders.vocabulary.errors import DataError, GradersError


class FineTuning:
    """A folder's jobs, looked after by this process alone.

    Attributes:
        settings: What the server was started with.
        book: What is known of jobs.
    """

    def __init__(self, settings: JobSettings) -> None:
        """Take the folder.

        Raises:
            DataError: another server has it, or its database can't be read.
            DefinitionError: a file that the settings name has mistakes.
        """
        self.settings = settings
        self._lock = _lock_of(settings.books)
        try:
            self.book = JobBook(settings.folder, settings.database_folder)
            self.files.sweep()
            self._orders = Orders(settings, self.files)
        except GradersError:
            os.close(self._lock)
            raise
        self._runner = JobRunner(self.book, place_of(settings), settings, lambda: self.models)

    @property
    def files(self) -> FileTable:
        """The files."""
        return self.book.files

    @property
    def models(self) -> Mapping[str, str]:
        """What may be trained: names, and a folder or hub name for each; a model of a job that was promoted, too."""
        trained = (
            job for job in self.book.jobs.with_status("completed") if job.promoted and "lora_config" not in job.training
        )
        return {**self.settings.models, **{job.id: str(self.book.folder(job).model) for job in trained}}

    def supports_lora(self, model: str) -> bool:
        """Whether a model takes low-rank adaptation."""
        return model not in self.settings.without_lora

    def start(self) -> None:
        """Go on with the jobs that were under way, and start those that wait."""
        self._runner.start()

    def stop(self) -> None:
        """Give the folder back; jobs that run go on."""
        self._runner.stop()
        self.book.close()
        os.close(self._lock)

    def check(self, document: Mapping[str, Any]) -> Order:
        """Check a request against what is here; the references of its files are still to be tried.

        Args:
            document: The request, of the API's types.

        Raises:
            DefinitionError: with every mistake.
        """
        return self._orders.check(document, self.models)

    def create(self, order: Order, *, caller: str, digest: str) -> Job | None:
        """A job of a request; None where too many wait.

        Args:
            order: The request, checked.
            caller: A name for whoever asks.
            digest: Of the bytes of the request: the same again within two minutes, after a reply that was lost, is the
                same job.
        """
        written = order.request.model_dump(mode="json", exclude_none=True)
        job = self.book.queue(written, caller, digest, self.settings.most_jobs_waiting)
        self._runner.wake()
        return job

    def cancel(self, job_id: str) -> Job | None:
        """Cancel a job; None where there is none of that name."""
        job = self.book.cancel(job_id)
        self._runner.wake()
        return job


def _lock_of(folder: Path) -> int:
    """Take a folder, for as long as this process lives or the descriptor is open.

    Raises:
        DataError: another process has it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = os.open(folder / "server.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        message = f"another server looks after the jobs in {folder}: stop it, or choose another folder"
        raise DataError(message) from None
    return lock
