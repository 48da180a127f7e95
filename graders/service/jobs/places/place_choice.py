"""Which place a server's settings name."""

from __future__ import annotations

from graders.service.jobs.job_settings import JobSettings
from graders.service.jobs.places.local_processes import LocalProcesses
from graders.service.jobs.places.place import RunPlace
from graders.service.jobs.places.ray_jobs import RayJobs
from graders.service.jobs.places.slurm_queue import SlurmQueue

CLUSTER_POLL_SECONDS = 5.0
"""A cluster is asked no more often."""


def place_of(settings: JobSettings) -> RunPlace:
    """The place where a server's jobs run."""
    patience = max(settings.poll_seconds, CLUSTER_POLL_SECONDS)
    if settings.run_on == "ray":
        return RayJobs(settings.ray_address, accelerators=settings.accelerators, poll_seconds=patience)
    if settings.run_on == "slurm":
        return SlurmQueue(settings.sbatch_options, accelerators=settings.accelerators, poll_seconds=patience)
    return LocalProcesses(settings.poll_seconds)
