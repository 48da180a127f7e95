"""The folder of one job: where everything of it stands, whether its processes live, and how they ended."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Exit:
    """How a trainer ended.

    Attributes:
        attempt: Which start of the job it was.
        code: Its exit code; negative for a signal.
    """

    attempt: int
    code: int


@dataclass(frozen=True, slots=True)
class JobFolder:
    """Names within a job's folder.

    Attributes:
        path: The folder.
    """

    path: Path

    @property
    def request(self) -> Path:
        """The request, for the trainer."""
        return self.path / "request.json"

    @property
    def command(self) -> Path:
        """The trainer's command line, a list of words in JSON."""
        return self.path / "command.json"

    @property
    def log(self) -> Path:
        """What the trainer prints."""
        return self.path / "log.txt"

    @property
    def lock(self) -> Path:
        """The file that the job's processes hold a lock on; in it the number of their group."""
        return self.path / "lock"

    @property
    def exit(self) -> Path:
        """How the trainer ended last."""
        return self.path / "exit.json"

    @property
    def output(self) -> Path:
        """The trainer's output folder."""
        return self.path / "output"

    @property
    def metrics(self) -> Path:
        """The trainer's metrics."""
        return self.output / "metrics.jsonl"

    @property
    def model(self) -> Path:
        """The model or adapter that was trained."""
        return self.output / "final"

    def read_exit(self, attempt: int) -> Exit | None:
        """How an attempt ended; None where it has not said so."""
        try:
            found = Exit(**json.loads(self.exit.read_text(encoding="utf-8")))
        except (FileNotFoundError, ValueError, TypeError):
            return None
        return found if found.attempt == attempt else None

    def write_exit(self, ended: Exit) -> None:
        """Say how an attempt ended; the whole or nothing of it."""
        unfinished = self.exit.with_suffix(".part")
        unfinished.write_text(json.dumps({"attempt": ended.attempt, "code": ended.code}), encoding="utf-8")
        unfinished.replace(self.exit)

    def group(self) -> int | None:
        """The process group of the job's processes, while any of them lives; None where none does."""
        try:
            descriptor = os.open(self.lock, os.O_RDWR)
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            text = os.read(descriptor, 32)
            return int(text) if text.isdigit() else -1
        finally:
            os.close(descriptor)  # gives the lock back
        return None

    @contextmanager
    def held(self) -> Iterator[int]:
        """Hold the job's lock; its descriptor is inherited by processes that are started within.

        Raises:
            BlockingIOError: somebody holds it.
        """
        descriptor = os.open(self.lock, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, str(os.getpgid(0)).encode(), 0)
            os.set_inheritable(descriptor, True)
            yield descriptor
        finally:
            os.close(descriptor)

    def last_words(self, most: int = 2000) -> str:
        """The end of the log, at most so many characters."""
        with suppress(FileNotFoundError), self.log.open("rb") as stream:
            stream.seek(0, os.SEEK_END)
            stream.seek(max(0, stream.tell() - 4 * most))
            return stream.read().decode("utf-8", "replace").strip()[-most:]
        return ""
