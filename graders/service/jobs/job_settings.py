"""What the fine-tuning endpoint is started with: its folder, its models, where jobs run, and how much is taken."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator

from graders.settings.sections import SettingsSection

TRAINER = (sys.executable, "-m", "graders.cli", "train")
"""The command that trains; a request's file and options are put behind it."""


class JobSettings(SettingsSection):
    """Settings of the fine-tuning endpoint; none of them can be set by a request.

    Attributes:
        folder: Where jobs, files and the database are kept, for one server alone; on a cluster a shared folder.
        database_folder: A local folder for the database, where the other one is on a network; the same where None.
        models: What may be trained: names, and a local folder or hub name for each.
        without_lora: Those of the names that take no low-rank adaptation.
        run_on: Where jobs run: on this machine, or by ``ray job submit`` or ``sbatch``.
        at_once: So many jobs run at once; the others are queued.
        training_options: A TOML file of options of ``graders train`` for every job (``graders train --options``).
        reward_settings: A TOML file of `graders.Settings` for every job's reward, its judge among them.
        reward_flags: Settings of every job's reward that win over that file.
        trainer: The command that trains, in words.
        sbatch_options: More options of ``sbatch``, e.g. ``--partition=gpu``.
        accelerators: On a cluster, jobs ask for as many accelerators as their requests say.
        ray_address: The address of Ray's dashboard; what ``RAY_ADDRESS`` says where None.
        poll_seconds: How often a running job is looked at.
        stop_seconds: What a job that is cancelled has to end by itself, before it is killed.
        most_without_progress: A trainer that is killed so many times without a new step between makes a job fail.
        most_jobs_waiting: So many jobs may be queued.
        most_file_lines: So many lines may a training file have.
    """

    folder: Path
    database_folder: Path | None = None
    models: Mapping[str, str] = Field(default_factory=dict)
    without_lora: frozenset[str] = frozenset()
    run_on: Literal["local", "ray", "slurm"] = "local"
    at_once: Annotated[int, Field(ge=1, le=1000)] = 1
    training_options: Path | None = None
    reward_settings: Path | None = None
    reward_flags: Mapping[str, str | bool] = Field(default_factory=dict)
    trainer: tuple[str, ...] = TRAINER
    sbatch_options: tuple[str, ...] = ()
    accelerators: bool = True
    ray_address: str | None = None
    poll_seconds: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 0.5
    stop_seconds: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 30.0
    most_without_progress: Annotated[int, Field(ge=1)] = 3
    most_jobs_waiting: Annotated[int, Field(ge=1)] = 1000
    most_file_lines: Annotated[int, Field(ge=1)] = 10_000_000

    @property
    def books(self) -> Path:
        """The folder of the database."""
        return self.database_folder or self.folder

    @field_validator("models")
    @classmethod
    def _are_names(cls, models: Mapping[str, str]) -> Mapping[str, str]:
        for name in models:
            if not name or len(name) > 200 or not name.isprintable():
                raise ValueError("a model's name has 1 to 200 printable characters")
        return models
