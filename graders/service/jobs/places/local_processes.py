"""Jobs in processes of this machine, each in a group of its own, found again by the lock that they hold."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from contextlib import suppress
from pathlib import Path

from graders.service.jobs.places.place import Run, State, job_environment
from graders.vocabulary.errors import DataError


class LocalProcesses:
    """This machine."""

    settle_seconds = 0.0

    def __init__(self, poll_seconds: float) -> None:
        self.poll_seconds = poll_seconds
        self._started: dict[Path, subprocess.Popen[bytes]] = {}

    def start(self, run: Run) -> None:
        """Start a run in a session of its own, so that no signal to the server reaches it."""
        try:
            process = subprocess.Popen(  # noqa: S603 - words, no shell
                run.command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                env=job_environment(),
            )
        except OSError as error:
            raise DataError(f"no process can be started: {error}") from None
        self._started[run.folder.path] = process
        threading.Thread(target=process.wait, name=f"graders-{run.job_id}", daemon=True).start()  # leaves no zombie

    def state(self, run: Run) -> State:
        """Running while a process of ours lives, or anybody holds the lock."""
        process = self._started.get(run.folder.path)
        if process is not None and process.poll() is None:
            return "running"
        self._started.pop(run.folder.path, None)
        return "gone" if run.folder.group() is None else "running"

    def stop(self, run: Run, *, at_once: bool) -> None:
        """Send the whole group a signal."""
        process = self._started.get(run.folder.path)
        mine = process.pid if process is not None and process.poll() is None else None
        group = run.folder.group() or mine
        if group is not None and group > 1:
            with suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL if at_once else signal.SIGTERM)
