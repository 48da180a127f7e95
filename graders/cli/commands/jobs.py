"""graders jobs: the fine-tuning jobs of a server, listed, followed and cancelled."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from graders.vocabulary.errors import DataError

F = TypeVar("F", bound=Callable[..., Any])

OVER = {"completed": 0, "failed": 1, "cancelled": 1}
"""The statuses of a job that is over, and the exit code for whoever has followed it."""


def source_options(command: F) -> F:
    """Add the options that say where the jobs are."""
    options = [
        click.option(
            "--folder", envvar="GRADERS_JOBS", metavar="DIR", help="The server's folder of jobs.  [GRADERS_JOBS]"
        ),
        click.option("--url", envvar="GRADERS_URL", help="The server's address, with the key in GRADERS_API_KEY."),
        click.option("--json", "as_json", is_flag=True, help="Print JSON."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def _source(folder: str | None, url: str | None) -> Any:
    """Where jobs are found.

    Raises:
        DataError: neither is given, or both are.
    """
    from graders.cli.job_sources import FolderJobs, ServerJobs

    if (folder is None) == (url is None):
        raise DataError("say where the jobs are: either --folder DIR (on the server's machine) or --url http://...")
    if url is not None:
        return ServerJobs(url, os.environ.get("GRADERS_API_KEY"))
    return FolderJobs(Path(str(folder)))


@click.group()
def jobs() -> None:
    """Look at the fine-tuning jobs of 'graders serve', and cancel them.

    The jobs are found in the server's folder (--folder), also while no server runs, or at its address (--url).
    """


@jobs.command("list")
@source_options
def list_jobs(folder: str | None, url: str | None, as_json: bool) -> None:
    """List all jobs, the latest first."""
    from graders.cli.plain_table import plain_table, wide_console

    found = _source(folder, url).all()
    if as_json:
        click.echo(json.dumps(found))
        return
    rows = [
        (job["id"], job["status"], job["fine_tune_type"], job["model"], (job["created_at"] or "")[:19]) for job in found
    ]
    wide_console().print(plain_table("job|status|kind|model|created", rows))


@jobs.command()
@click.argument("job_id", metavar="JOB")
@source_options
def show(job_id: str, folder: str | None, url: str | None, as_json: bool) -> None:
    """Show a job: its status, what it trains, why it failed."""
    job = _source(folder, url).get(job_id)
    if as_json:
        click.echo(json.dumps(job))
        return
    for name, value in job.items():
        if value not in (None, [], ""):
            click.echo(f"{name:<22}{value if isinstance(value, str) else json.dumps(value)}")


@jobs.command()
@click.argument("job_id", metavar="JOB")
@click.option("--every", type=click.FloatRange(0.05), default=1.0, show_default=True, help="Seconds between updates.")
@source_options
def follow(job_id: str, every: float, folder: str | None, url: str | None, as_json: bool) -> None:
    """Print a job's events until it is over; exit code 0 where it is completed, else 1.

    Interrupting this interrupts the job not at all.
    """
    source, seen = _source(folder, url), 0
    while True:
        job = source.get(job_id)  # before its events: what comes after is there at the next look
        for event in source.events(job_id, seen):
            seen = event["number"]
            click.echo(json.dumps(event) if as_json else _line(event))
        if job["status"] in OVER:
            break
        time.sleep(every)
    if not as_json:
        click.echo(_end(job), err=job["status"] == "failed")
    click.get_current_context().exit(OVER[job["status"]])


@jobs.command()
@click.argument("job_id", metavar="JOB")
@source_options
def cancel(job_id: str, folder: str | None, url: str | None, as_json: bool) -> None:
    """Cancel a job; one that runs is given time to end, and goes on being 'running' until it has."""
    job = _source(folder, url).cancel(job_id)
    click.echo(json.dumps(job) if as_json else f"{job_id} is {job['status']}{_meanwhile(job['status'])}")


def _meanwhile(status: str) -> str:
    return "; its server ends it when it looks next" if status in {"running", "pending"} else ""


def _line(event: dict[str, Any]) -> str:
    level = "" if event["level"] == "Info" else f"{event['level'].upper()}: "
    return f"{event['created_at'][:19]} {level}{event['message']}"


def _end(job: dict[str, Any]) -> str:
    if job["status"] == "failed":
        return f"error: {job['error_analysis']}"
    result = ", ".join(job["output_files"])
    return f"{job['id']} is {job['status']}" + (f"; its result is the file {result}" if result else "")
