"""What this API says of jobs, events, files and models, in fields and words that its client can read.

One row that the client can't read makes it refuse the whole list, so nothing here is outside its enums.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from graders.service.jobs.tables.file_table import StoredFile
from graders.service.jobs.tables.job_table import Job
from graders.wire.schema import RewardComponents

ECHOED = (
    "training_files",
    "model",
    "n_epochs",
    "learning_rate",
    "n_checkpoints",
    "batch_size",
    "experiment_name",
    "max_length",
    "fine_tune_type",
    "lora_config",
    "beta",
    "loss_type",
    "gradient_checkpointing",
)
"""Fields of ``training_config`` that a job shows as they were given."""


def time_of(seconds: float | None) -> str | None:
    """A time as the API has it."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def job_reply(job: Job) -> dict[str, Any]:
    """A job; one that is being cancelled is still running, for the client knows no word between."""
    infrastructure = job.request["infrastructure_config"]
    return {
        "id": job.id,
        "object": "fine-tune",
        "status": job.status,
        **{name: job.training.get(name) for name in ECHOED},
        "reward_components": _weighted(job.training.get("reward_components")),
        "accel_type": infrastructure["accel_type"],
        "n_accel": infrastructure["n_accel"],
        "n_node": infrastructure.get("n_node", 1),
        "project_id": job.request.get("project_id"),
        "description": job.request.get("description"),
        "created_at": time_of(job.created_at),
        "started_at": time_of(job.started_at),
        "completed_at": time_of(job.completed_at),
        "deleted_at": None,
        "inference_available": job.promoted,
        "error_analysis": job.error_analysis,
        "output_files": [] if job.output_file is None else [job.output_file],
        "attempts": job.attempts,
    }


def _weighted(reward: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """A reward with the weights that it works with, which sum to 1: the client refuses others."""
    if reward is None:
        return None
    first, *others = RewardComponents.model_validate(reward).effective_weights
    graders = [{**grader, "weight": weight} for grader, weight in zip(reward["graders"], others, strict=True)]
    return {"format_reward_weight": first, "graders": graders}


def event_reply(event: Mapping[str, Any]) -> dict[str, Any]:
    """An event; what it has no figure for is left out."""
    named = ("number", "type", "level", "message", "step", "epoch", "loss", "reward")
    kept = {name: event[name] for name in named if event[name] is not None}
    return {"object": "fine-tune-event", "created_at": time_of(event["created_at"]), **kept}


def file_reply(stored: StoredFile) -> dict[str, Any]:
    """A file; the client has no type and no purpose for a result."""
    is_result = stored.type == "tar"
    return {
        "id": stored.id,
        "object": "file",
        "created_at": time_of(stored.created_at),
        "type": None if is_result else stored.type,
        "purpose": None if is_result else stored.purpose,
        "filename": stored.filename,
        "bytes": stored.bytes,
        "deleted": False,
    }


def model_reply(name: str, place: str, *, supports_lora: bool) -> dict[str, Any]:
    """A model that may be trained; its size is that of its weights where it is a local folder, else 0."""
    folder = Path(place)
    size = sum(path.stat().st_size for path in folder.glob("*.safetensors")) if folder.is_dir() else 0
    kind = "language"
    with suppress(OSError, ValueError, AttributeError):
        kind = str(json.loads((folder / "config.json").read_text(encoding="utf-8")).get("model_type", kind))
    return {
        "id": name,
        "object": "model",
        "name": name,
        "size": size,
        "model_type": kind,
        "supports_lora": supports_lora,
    }


def listed(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """A list."""
    return {"object": "list", "data": rows}
