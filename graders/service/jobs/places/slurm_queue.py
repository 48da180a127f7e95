"""Jobs in Slurm's queue: `sbatch` takes a script that runs a job's own process, `squeue` says where it stands.

The jobs folder must be shared with the machines that run jobs, under the same path, and so must this Python.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from getpass import getuser

from graders.service.jobs.places.place import Run, State, ask

WAITING = {"PENDING", "CONFIGURING", "REQUEUED", "REQUEUE_HOLD", "REQUEUE_FED", "SPECIAL_EXIT", "RESV_DEL_HOLD"}
RUNNING = {"RUNNING", "COMPLETING", "SUSPENDED", "STOPPED", "STAGE_OUT", "SIGNALING", "RESIZING", "EXPEDITING"}


class SlurmQueue:
    """A Slurm cluster that this machine can submit to."""

    settle_seconds = 15.0

    def __init__(self, options: Sequence[str] = (), *, accelerators: bool = True, poll_seconds: float = 5.0) -> None:
        self.poll_seconds = poll_seconds
        self._accelerators = accelerators
        self._options = tuple(options)

    def start(self, run: Run) -> None:
        """Submit it."""
        script = run.folder.path / "job.sbatch"
        script.write_text(self.script(run), encoding="utf-8")
        ask(["sbatch", "--parsable", str(script)], run.folder.path)

    def script(self, run: Run) -> str:
        """The batch script: one process, which starts others where the trainer's command says so."""
        directives = [
            f"--job-name={_name(run)}",
            f"--output={shlex.quote(str(run.folder.path / 'slurm-%j.txt'))}",
            f"--nodes={max(1, run.machines)}",
            "--ntasks-per-node=1",
            *([f"--gpus-per-node={max(1, run.accelerators)}"] if self._accelerators else []),
            "--no-requeue",
            "--open-mode=append",
            *self._options,
        ]
        lines = ["#!/bin/sh", *(f"#SBATCH {one}" for one in directives), f"exec {shlex.join(run.command)}", ""]
        return "\n".join(lines)

    def state(self, run: Run) -> State:
        """What `squeue` says of the run's name."""
        said = set(ask(["squeue", "--noheader", *_own(run), "--format=%T"]).split())
        if said & RUNNING:
            return "running"
        return "waiting" if said & WAITING else "gone"

    def stop(self, run: Run, *, at_once: bool) -> None:
        """Cancel it; Slurm itself kills what does not end."""
        signal = ["--signal=KILL", "--full"] if at_once else []
        ask(["scancel", *signal, *_own(run)])


def _own(run: Run) -> list[str]:
    """How a run is found again: by its name among this user's jobs."""
    return [f"--user={getuser()}", f"--name={_name(run)}"]


def _name(run: Run) -> str:
    return f"{run.job_id}.{run.attempt}"
