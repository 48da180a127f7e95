"""What a job's own process does: hold the job's lock, run the trainer, write down how it ended.

    python -m graders.service.jobs.job_process FOLDER ATTEMPT

It outlives the server that started it, and the server that comes after finds it by its lock. Where the lock is held,
another process trains already, and this one does nothing: a job never runs twice at the same time.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from graders.service.jobs.job_folder import Exit, JobFolder

WAIT_SECONDS = 5.0
"""A lock may be held for a moment by somebody who looks whether it is held."""

NOT_MINE = 75
"""The exit code of a process that found the job running."""


def main(path: str, attempt: int) -> int:
    """Run the job of a folder; the trainer's exit code."""
    folder = JobFolder(Path(path))
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            with folder.held() as lock:
                return _train(folder, attempt, lock)
        except BlockingIOError:
            if time.monotonic() > deadline:
                return NOT_MINE
            time.sleep(0.05)


def _train(folder: JobFolder, attempt: int, lock: int) -> int:
    """Start the trainer and wait for it. It has the lock, too: where this process is killed alone, it goes on."""
    folder.exit.unlink(missing_ok=True)
    command = json.loads(folder.command.read_text(encoding="utf-8"))
    with folder.log.open("ab") as log:
        try:
            trainer = subprocess.Popen(  # noqa: S603 - the server wrote it
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, pass_fds=(lock,)
            )
        except OSError as error:
            log.write(f"error: the trainer can't be started: {error}\n".encode())
            code = 127
        else:
            signal.signal(signal.SIGTERM, lambda *_: _pass_on(trainer))
            code = trainer.wait()
    folder.write_exit(Exit(attempt, code))
    return code


def _pass_on(trainer: subprocess.Popen[Any]) -> None:
    """Let the trainer end; a cluster asks this process alone."""
    trainer.terminate()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
