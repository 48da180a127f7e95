"""What an uploaded file can train: every line read once, and what stands in the way of each kind of job."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from graders.integrations.training_rows import training_rows
from graders.offline.reading.rows import open_rows
from graders.offline.reading.sources import SIGNATURES
from graders.reward.reward_function import RewardFunction
from graders.training.train_run import COLUMNS
from graders.vocabulary.errors import DataError, GradersError
from graders.wire.schema import TrainingConfig

Needs = Literal["grpo", "sft", "pre_train", "dpo"]
"""Kinds of jobs by what their rows must hold."""

NEEDS: Mapping[Needs, tuple[tuple[str, ...], ...]] = {
    "grpo": (("messages",), ("prompt",)),
    "sft": COLUMNS["sft"],
    "pre_train": COLUMNS["pre_train"],
    "dpo": COLUMNS["dpo"],
}
"""Sets of columns of which a row must hold one."""

OF_PURPOSE: Mapping[str, tuple[Needs, ...]] = {
    "reinforcement-fine-tune": ("grpo",),
    "fine-tune": ("sft", "grpo", "pre_train", "dpo"),
    "preference-fine-tune": ("dpo",),
    "pre-train": ("pre_train",),
}
"""What a file of each purpose is for, of which one must be possible; the client sends ``fine-tune`` by itself."""

SUFFIXES = ("jsonl", "parquet")
"""Types of training files."""

REFERENCES_READ = 5000
"""So many references are tried against the reward before a job is taken; the trainer tries them all."""

MOST_SHOWN = 10
"""An error lists so many bad rows."""


def examine(path: str, most_lines: int) -> dict[str, str]:
    """Read a whole file.

    Args:
        path: JSON lines or Parquet.
        most_lines: So many rows may it have.

    Returns:
        The kinds of jobs that the file can't train, and the first row that stands in the way.

    Raises:
        DataError: the file holds no rows, too many, or some that can't be read; in words.
    """
    _check_signature(path)
    faults: dict[str, str] = {}
    bad: list[str] = []
    count = 0
    with open_rows(path) as rows:
        for count, row in enumerate(rows, 1):
            if count > most_lines:
                raise DataError(f"has more than {most_lines} rows, the most that are taken")
            if row.error is not None:
                bad.append(f"line {row.line} {row.error}")
                continue
            for needs in NEEDS.keys() - faults.keys():
                if not _holds_one(row.document, NEEDS[needs]):
                    faults[needs] = f"line {row.line} {_lacks(row.document, needs)}"
    if bad:
        raise DataError(_listed(bad, count))
    if not count:
        raise DataError("has no rows")
    return faults


def _check_signature(path: str) -> None:
    """A file is what its name says: compressed lines could be of any size."""
    expected = "parquet" if path.endswith(".parquet") else None
    with Path(path).open("rb") as stream:
        start = stream.read(6)
    found = next((kind for mark, kind in SIGNATURES.items() if start.startswith(mark)), None)
    if found != expected:
        raise DataError(f"is {found or 'no Parquet file'}, expected {expected or 'plain JSON lines'}, as its name says")


def _holds_one(document: Mapping[str, Any], sets: tuple[tuple[str, ...], ...]) -> bool:
    return any(all(document.get(name) for name in names) for names in sets)


def _lacks(document: Mapping[str, Any], needs: Needs) -> str:
    either = " or ".join(" and ".join(map(repr, names)) for names in NEEDS[needs])
    columns = ", ".join(repr(name)[:40] for name in list(document)[:20]) or "none"
    return f"has no {either}; its columns are {columns}"


def _listed(bad: list[str], count: int) -> str:
    more = f"; and {len(bad) - MOST_SHOWN} more" if len(bad) > MOST_SHOWN else ""
    return f"{len(bad)} of {count} rows can't be used: {'; '.join(bad[:MOST_SHOWN])}{more}"


def needs_of(job: TrainingConfig) -> Needs:
    """Which rows a job needs."""
    if job.fine_tune_type == "PREFERENCE":
        return "dpo"
    if job.fine_tune_type == "STANDARD":
        return "pre_train" if job.pre_train else "sft"
    return "grpo"


def reference_faults(reward: RewardFunction, path: str) -> str | None:
    """What is wrong with the first rows of a file in the eyes of a reward, in words; None for nothing."""
    bad, count = [], 0
    try:
        for count, (row, record, reason) in enumerate(training_rows(reward, path), 1):
            if record is None:
                bad.append(f"line {row.line} {reason}")
            if count >= REFERENCES_READ or len(bad) > MOST_SHOWN:
                break
    except GradersError as error:
        return str(error)
    return _listed(bad, count) if bad else None
