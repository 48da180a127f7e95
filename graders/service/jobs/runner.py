"""Runs jobs: looks at each that is under way, and starts the next where there is room.

All that it decides by stands in the database and in the jobs' folders, so each look is the same whether this server
started a job or one before it that was killed.
"""

from __future__ import annotations

import json
import logging
import signal
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

from graders.service.jobs.archive import pack
from graders.service.jobs.followed_run import FollowedRun
from graders.service.jobs.identity import shown_name
from graders.service.jobs.job_book import JobBook
from graders.service.jobs.job_folder import Exit, JobFolder
from graders.service.jobs.job_settings import JobSettings
from graders.service.jobs.order import trainer_words
from graders.service.jobs.places.place import Run, RunPlace
from graders.service.jobs.tables.event_table import JobEvent
from graders.service.jobs.tables.job_table import ACTIVE, Job
from graders.vocabulary.errors import DataError

LOG = logging.getLogger("graders.service")

KILLED = {128 + signal.SIGKILL, 128 + signal.SIGTERM}
"""Exit codes by which a shell or a launcher says that what it ran was killed."""

PAUSE_SECONDS = 5.0
"""After a look that failed, as where the disk is full, the next comes so much later."""


class JobRunner:
    """Looks after the jobs of a folder, in a thread of its own."""

    def __init__(
        self, book: JobBook, place: RunPlace, settings: JobSettings, models: Callable[[], Mapping[str, str]]
    ) -> None:
        """Prepare; `start` begins.

        Args:
            book: The books.
            place: Where jobs run.
            settings: The server's settings.
            models: Gives the models that may be trained.
        """
        self._book = book
        self._place = place
        self._settings = settings
        self._models = models
        self._followed: dict[int, FollowedRun] = {}
        self._leaves = False
        self._news = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="graders-jobs", daemon=True)

    def start(self) -> None:
        """Begin to look after the jobs."""
        self._thread.start()

    def stop(self) -> None:
        """Leave the jobs alone; those that run go on, and the next server finds them."""
        self._leaves = True
        self._news.set()
        self._thread.join()

    def wake(self) -> None:
        """Look at once: something has changed."""
        self._news.set()

    def _loop(self) -> None:
        while not self._leaves:
            self._news.clear()
            fine = self.look()
            self._news.wait(self._settings.poll_seconds if fine else PAUSE_SECONDS)

    def look(self) -> bool:
        """Look at every job once, and start what there is room for; false where something went wrong unforeseen."""
        try:
            active = self._book.jobs.with_status(*ACTIVE)
            well = [self._looked_at(job) for job in active]
            room = self._settings.at_once - len(self._book.jobs.with_status(*ACTIVE))
            for job in self._book.jobs.with_status("queued", most=max(0, room)):
                self._begin(job)
        except Exception:
            LOG.exception("looking at the jobs failed; they are looked at again")
            return False
        return all(well)

    def _looked_at(self, job: Job) -> bool:
        """Look at one job; whether that went well."""
        try:
            self._follow(job)
        except DataError as error:
            LOG.warning("job %s: %s", job.id, error)
        except Exception:
            LOG.exception("looking at job %s failed; it is looked at again", job.id)
            return False
        return True

    # A start.

    def _begin(self, job: Job) -> None:
        """Start a job, for the first time or again."""
        begun = self._book.begin(job, "running" if self._settings.run_on == "local" else "pending")
        if begun is None:
            return
        self._followed.pop(job.number, None)
        try:
            run = self._prepared(begun)
            self._place.start(run)
        except (DataError, OSError) as error:
            self._book.fail(begun, f"the job can't be started: {error}")
            return
        self._followed[job.number] = FollowedRun.of(run)

    def _prepared(self, job: Job) -> Run:
        """Write down what a run needs."""
        folder = self._book.folder(job)
        folder.path.mkdir(exist_ok=True)
        folder.exit.unlink(missing_ok=True)
        folder.request.write_text(json.dumps(job.request), encoding="utf-8")
        options = {
            "output_dir": str(folder.output),
            "model": self._model(job.training["model"]),
            **{f"files.{one}": self._file(one) for one in job.training["training_files"]},
        }
        command = trainer_words(self._settings, str(folder.request), options)
        folder.command.write_text(json.dumps(command), encoding="utf-8")
        return self._run(job, folder)

    def _model(self, name: str) -> str:
        models = self._models()
        if name not in models:
            raise DataError(f"the model {name!r} can't be trained here any more")
        return models[name]

    def _file(self, file_id: str) -> str:
        stored = self._book.files.get(file_id)
        if stored is None:
            raise DataError(f"the training file {file_id!r} isn't here any more")
        return str(self._book.files.path(stored))

    def _run(self, job: Job, folder: JobFolder) -> Run:
        asked = job.request["infrastructure_config"]
        return Run(job.id, job.attempts, folder, asked["n_accel"], asked.get("n_node", 1))

    # A look.

    def _follow(self, job: Job) -> None:
        """Tell what is new of a job, and see to it where it has ended or is to end."""
        followed = self._followed.setdefault(job.number, FollowedRun.of(self._run(job, self._book.folder(job))))
        folder = followed.run.folder
        ended = folder.read_exit(job.attempts)  # before the news: what was written until then is read now
        self._tell_news(job, followed)
        if ended is not None:
            self._has_ended(job, folder, ended)
            return
        if job.cancel_requested:
            self._end(followed)
        state = followed.look(self._place)
        if state == "running" and job.status == "pending":
            self._book.runs(job)
        if state == "gone":
            ended = folder.read_exit(job.attempts)
            self._tell_news(job, followed)
            self._has_ended(job, folder, ended or Exit(job.attempts, -signal.SIGKILL))

    def _tell_news(self, job: Job, followed: FollowedRun) -> None:
        news = followed.news()
        if news:
            self._book.tell(job, news)

    def _end(self, followed: FollowedRun) -> None:
        """Ask a run to end, once, and kill it where it doesn't."""
        at = time.monotonic()
        if followed.asked_to_end is None:
            followed.asked_to_end = at
            self._place.stop(followed.run, at_once=False)
        elif at - followed.asked_to_end >= self._settings.stop_seconds:
            self._place.stop(followed.run, at_once=True)

    # An end.

    def _has_ended(self, job: Job, folder: JobFolder, ended: Exit) -> None:
        """A run has ended: well, by itself, or by somebody's hand."""
        if ended.code != 0:
            with suppress(DataError):
                self._place.stop(self._run(job, folder), at_once=True)  # what may be left of it holds its lock
        if ended.code == 0:
            self._keep_result(job, folder)
        elif job.cancel_requested:
            self._book.stopped(job)
        elif ended.code < 0 or ended.code in KILLED:
            self._again(job, ended)
        else:
            self._book.fail(job, self._reason(folder, ended))
        if job.number in self._followed and self._followed[job.number].run.attempt == ended.attempt:
            del self._followed[job.number]

    def _again(self, job: Job, ended: Exit) -> None:
        """Start a job whose trainer was killed once more, unless that has led nowhere."""
        name = signal.Signals(-ended.code).name if -64 <= ended.code < 0 else f"exit code {ended.code}"
        times = self._book.was_killed(job, f"was killed ({name})")
        if times < self._settings.most_without_progress:
            self._begin(job)
            return
        step = self._book.events.furthest_step(job.number)
        reason = f"the trainer was killed {times} times in a row at step {step} ({name}), without a new step between"
        hint = "; a machine without enough memory ends processes so" if name == "SIGKILL" else ""
        self._book.fail(job, f"{reason}{hint}\n{self._clean(self._book.folder(job).last_words())}".strip())

    def _reason(self, folder: JobFolder, ended: Exit) -> str:
        """Why a trainer failed: its own words from the end of its log, its error first."""
        words = self._clean(folder.last_words())
        start = f"\n{words}".rfind("\nerror: ")
        said = words[start:] if start >= 0 else words
        return f"the trainer ended with exit code {ended.code}: {said or 'it has said nothing'}"

    def _clean(self, words: str) -> str:
        """Words without this machine's folders."""
        return words.replace(f"{self._settings.folder.absolute()}/", "")

    def _keep_result(self, job: Job, folder: JobFolder) -> None:
        """Pack what was trained; done again, it is the same file under the same name."""
        files, file_id = self._book.files, job.id.replace("ft-", "file-", 1)
        self._book.tell(job, [JobEvent("packing", "the result is packed", "COMPRESSING_MODEL")])
        unfinished = files.folder / f"{file_id}.part.tar"
        if pack(folder.model, unfinished) == 0:
            unfinished.unlink()
            words = self._clean(folder.last_words())
            self._book.fail(job, f"the trainer ended without an error, and has left no model: {words}")
            return
        named = shown_name(job.training.get("experiment_name") or "") or job.id
        files.keep(file_id, unfinished, filename=f"{named[:200]}.tar", purpose="fine-tune-result", faults={})
        self._book.tell(job, [JobEvent("packed", "the result can be downloaded", "MODEL_COMPRESSION_COMPLETE")])
        self._book.complete(job, file_id)
