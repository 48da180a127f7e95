"""Jobs on a Ray cluster, by its own command: `ray job submit` of a job's own process.

The jobs folder must be shared with the machine that runs Ray's jobs, under the same path, and so must this Python.
"""

from __future__ import annotations

from graders.service.jobs.places.place import Run, State, ask
from graders.vocabulary.errors import DataError


class RayJobs:
    """A Ray cluster whose dashboard can be reached."""

    settle_seconds = 5.0

    def __init__(self, address: str | None = None, *, accelerators: bool = True, poll_seconds: float = 5.0) -> None:
        self.poll_seconds = poll_seconds
        self._accelerators = accelerators
        self._address = [] if address is None else [f"--address={address}"]

    def start(self, run: Run) -> None:
        """Submit it under a name of ours; one that is there already is not submitted again."""
        gpus = [f"--entrypoint-num-gpus={run.accelerators}"] if self._accelerators else []
        words = ["ray", "job", "submit", *self._address, "--no-wait", f"--submission-id={_name(run)}", *gpus, "--"]
        try:
            ask([*words, *run.command])
        except DataError as error:
            if "already exists" not in str(error):
                raise

    def state(self, run: Run) -> State:
        """What `ray job status` says."""
        try:
            said = ask(["ray", "job", "status", *self._address, _name(run)])
        except DataError as error:
            if "does not exist" in str(error):
                return "gone"
            raise
        known = f"Status for job '{_name(run)}': "
        if f"{known}RUNNING" in said:
            return "running"
        return "waiting" if f"{known}PENDING" in said else "gone"

    def stop(self, run: Run, *, at_once: bool) -> None:
        """Ask Ray to end it; it sends SIGTERM, and SIGKILL three seconds later."""
        del at_once
        try:
            ask(["ray", "job", "stop", *self._address, "--no-wait", _name(run)])
        except DataError as error:
            if "does not exist" not in str(error):
                raise


def _name(run: Run) -> str:
    return f"{run.job_id}-{run.attempt}"
