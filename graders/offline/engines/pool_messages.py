"""What a host and its worker processes say to each other."""

from __future__ import annotations

from typing import NamedTuple

from graders.offline.ledger.shards import Shard
from graders.offline.scoring.score_part import PartResult


class ShardJob(NamedTuple):
    """To a worker: score a shard.

    Attributes:
        shard: Which.
        lost: Rows, by their number within the shard from 0, that are not scored, each with the reason.
        row_by_row: Score each row alone and name it before, so that the one that ends the process is known.
    """

    shard: Shard
    lost: dict[int, str]
    row_by_row: bool = False


class Ready(NamedTuple):
    """From a worker: the reward is loaded."""


class RowsDone(NamedTuple):
    """From a worker: so many more rows are scored."""

    rows: int


class AtRow(NamedTuple):
    """From a worker that goes row by row: this row comes next."""

    number: int


class Done(NamedTuple):
    """From a worker: the shard is written."""

    result: PartResult


class Failed(NamedTuple):
    """From a worker: it can't go on; the host raises the error."""

    error: Exception


Message = Ready | RowsDone | AtRow | Done | Failed
"""What a worker says."""
