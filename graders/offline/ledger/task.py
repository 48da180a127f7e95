"""What a run does with every part of its input."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from graders.offline.reading.row import Columns
from graders.offline.writing.writer import OutputFormat
from graders.reward.reward_function import RewardFunction


@dataclass(frozen=True)
class Task:
    """What is to be done with every part of a run; it pickles, secrets included.

    Attributes:
        reward: The reward.
        columns: Which column holds what.
        label_column: The column of 0/1 labels; None for none.
        folder: Where shards are written; None for nowhere.
        format: How they are written.
        retry_unscored: Of a shard that is there, score again what was left unscored, and nothing else.
    """

    reward: RewardFunction
    columns: Columns = field(default_factory=Columns)
    label_column: str | None = None
    folder: Path | None = None
    format: OutputFormat = "jsonl"
    retry_unscored: bool = False
