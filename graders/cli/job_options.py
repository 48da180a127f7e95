"""Options of `graders serve` for the fine-tuning endpoint, and the settings that they make."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from graders.cli.common_options import REWARD_FLAGS

if TYPE_CHECKING:
    from graders.service.jobs.job_settings import JobSettings

F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS = [
    click.option("--model", "models", metavar="NAME=PATH", multiple=True, help="A model that may be trained."),
    click.option(
        "--jobs-folder", metavar="DIR", help="Where jobs and files are kept.  [jobs, where a --model is given]"
    ),
    click.option("--jobs-database", metavar="DIR", help="A local folder for their database, if DIR is on a network."),
    click.option("--jobs", "run_on", type=click.Choice(["local", "ray", "slurm"]), help="Where jobs run.  [local]"),
    click.option("--jobs-at-once", type=click.IntRange(1, 1000), help="How many jobs run at once.  [1]"),
    click.option("--train-options", metavar="FILE", help="Options of 'graders train' for every job, in TOML."),
    click.option("--trainer", metavar="COMMAND", help="The command that trains.  [graders train]"),
    click.option("--sbatch", metavar="OPTIONS", help="More options of sbatch, e.g. '--partition=gpu --time=8:00:00'."),
    click.option("--ray-address", metavar="URL", help="Ray's dashboard.  [RAY_ADDRESS]"),
    click.option("--max-upload", type=click.IntRange(min=1), metavar="MB", help="The largest training file.  [2048]"),
]


def job_options(command: F) -> F:
    """Add the options."""
    return reduce(lambda decorated, option: option(decorated), reversed(_OPTIONS), command)


def make_job_settings(options: dict[str, Any]) -> JobSettings | None:
    """The settings of jobs, whose options are taken out of the dict; None where no folder and no model is named.

    Raises:
        UsageError: a model has no name or no path, or other options of jobs are given alone.
    """
    models = dict(_model(given) for given in options.pop("models"))
    folder = options.pop("jobs_folder")
    given = {
        "database_folder": _path(options.pop("jobs_database")),
        "run_on": options.pop("run_on"),
        "at_once": options.pop("jobs_at_once"),
        "training_options": _path(options.pop("train_options")),
        "trainer": _words(options.pop("trainer")),
        "sbatch_options": _words(options.pop("sbatch")),
        "ray_address": options.pop("ray_address"),
    }
    given = {name: value for name, value in given.items() if value is not None}
    if folder is None and not models:
        if given:
            raise click.UsageError("options for jobs are given, but neither --model nor --jobs-folder")
        return None
    from graders.service.jobs.job_settings import JobSettings

    given["reward_flags"] = {name: value for name in REWARD_FLAGS if (value := options.get(name)) is not None}
    given["reward_settings"] = _path(options.get("settings_file"))
    return JobSettings(folder=Path(folder or "jobs"), models=models, **given)


def _model(given: str) -> tuple[str, str]:
    name, equals, path = given.partition("=")
    if not (name and equals and path):
        raise click.UsageError(f"--model {given!r}: expected NAME=PATH, the path a local folder or a name on the hub")
    return name, path


def _path(text: str | None) -> Path | None:
    return None if text is None else Path(text)


def _words(text: str | None) -> tuple[str, ...] | None:
    return None if text is None else tuple(shlex.split(text))
