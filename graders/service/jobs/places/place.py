"""What a place to run jobs at is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from graders.service.jobs.job_folder import JobFolder
from graders.settings.settings import SERVICE_KEYS
from graders.vocabulary.errors import DataError

State = Literal["waiting", "running", "gone"]
"""Whether a job's processes wait for their turn, run, or are not there."""

PROCESS = (sys.executable, "-m", "graders.service.jobs.job_process")
"""What runs at any place: a job's folder and the attempt are put behind it."""

SECRET = {SERVICE_KEYS, "GRADERS_API_KEY"}
"""Variables of the server that no job gets."""

COMMAND_SECONDS = 60.0
"""What a cluster's command may take to answer."""


@dataclass(frozen=True, slots=True)
class Run:
    """One attempt to run a job.

    Attributes:
        job_id: The job's name.
        attempt: Its number, from 1.
        folder: The job's folder.
        accelerators, machines: What the request asks for.
    """

    job_id: str
    attempt: int
    folder: JobFolder
    accelerators: int = 1
    machines: int = 1

    @property
    def command(self) -> list[str]:
        """What is to be run."""
        return [*PROCESS, str(self.folder.path), str(self.attempt)]


class RunPlace(Protocol):
    """A place to run jobs at.

    Attributes:
        poll_seconds: It is asked no more often than that.
        settle_seconds: So long after its processes are gone may what they wrote still be on its way here.
    """

    poll_seconds: float
    settle_seconds: float

    def start(self, run: Run) -> None:
        """Start a run.

        Raises:
            DataError: it can't be started, with the cluster's own words.
        """
        ...

    def state(self, run: Run) -> State:
        """Where a run stands.

        Raises:
            DataError: the cluster doesn't say.
        """
        ...

    def stop(self, run: Run, *, at_once: bool) -> None:
        """End a run: let it end itself, or kill it; nothing where it is gone."""
        ...


def job_environment() -> dict[str, str]:
    """This process's environment without what is none of a trainer's business."""
    return {name: value for name, value in os.environ.items() if name not in SECRET}


def ask(command: Sequence[str], folder: Path | None = None) -> str:
    """What a cluster's command prints.

    Raises:
        DataError: it isn't installed, fails, or doesn't answer.
    """
    if shutil.which(command[0]) is None:
        raise DataError(f"the command {command[0]!r} isn't on this machine's PATH")
    try:
        done = subprocess.run(  # noqa: S603 - words, no shell
            command,
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
            env=job_environment(),
        )
    except subprocess.TimeoutExpired:
        raise DataError(f"{command[0]} has not answered within {COMMAND_SECONDS:g} s") from None
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip())[-500:]
        raise DataError(f"{' '.join(command[:3])} failed with exit code {done.returncode}: {said}")
    return done.stdout
