"""The one function that scores a part of the input, whoever calls it: this process, a worker, or a cluster's."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from graders.figures.running_figures import ScoredBlock
from graders.offline.ledger.receipts import Receipt, Warned, content_of, receipt_path, whole_receipt, write_receipt
from graders.offline.ledger.shards import Shard
from graders.offline.ledger.task import Task
from graders.offline.reading.parts import read_part
from graders.offline.reading.row import Row
from graders.offline.results.scored_chunk import ScoredChunk
from graders.offline.results.scored_part import ScoredPart
from graders.offline.scoring.score_rows import RowScoring
from graders.offline.writing import open_writer
from graders.offline.writing.files import folder_to_disk, whole_file
from graders.reward.reward_function import RewardFunction

Count = Callable[[int], object]
"""Called with a number of rows."""


@dataclass(frozen=True, eq=False)
class PartResult:
    """A shard that is written.

    Attributes:
        shard: Which.
        receipt: What is in it.
        cpu_per_row: Seconds of CPU time that a row took, once all was loaded.
    """

    shard: Shard
    receipt: Receipt
    cpu_per_row: float


def score_part(
    shard: Shard,
    task: Task,
    lost: Mapping[int, str] | None = None,
    rows_done: Count | None = None,
    row_begins: Count | None = None,
) -> PartResult:
    """Score the rows of a shard's part and write the shard. The rewards depend on the rows and the task alone.

    Args:
        shard: What to read, and where to write it.
        task: How.
        lost: Rows, by their number within the part from 0, that are not scored but become error rows, with why.
        rows_done: Called after each chunk with how many rows it had.
        row_begins: Called before each row with its number; then each row is scored alone.

    Raises:
        DataError: the part can't be read, or the shard can't be written; nothing half-written is left.
    """
    known, writes = None if lost else _known(shard, task), task.folder is not None
    scoring = RowScoring(task.reward, task.columns, task.label_column, known=known, writes=writes)
    rows = _without_lost(read_part(shard.part), lost) if lost else read_part(shard.part)
    chunks = scoring.chunks(rows) if row_begins is None else _one_by_one(scoring, rows, row_begins)
    result = _write(chunks, shard, task, rows_done)
    if task.folder is not None:
        folder_to_disk(task.folder)
    return result


def _write(chunks: Iterable[ScoredChunk], shard: Shard, task: Task, rows_done: Count | None) -> PartResult:
    """Write what is scored, and its receipt before it is there; nothing where there is no folder for it.

    The CPU time of a row is that of the best chunk, since the first ones load what the reward needs.
    """
    rows, parts, cpu_per_row, before = 0, list[ScoredPart](), float("inf"), time.process_time()
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        with nullcontext() if task.folder is None else whole_file(task.folder / shard.file) as place:
            with nullcontext() if place is None else open_writer(place, task.format) as writer:
                for chunk in chunks:
                    if writer is not None:
                        writer.write(chunk)
                    count, now = len(chunk.rows), time.process_time()
                    rows += count
                    parts += [] if chunk.part is None else [chunk.part]
                    cpu_per_row, before = min(cpu_per_row, (now - before) / count), now
                    if rows_done is not None:
                        rows_done(count)
            warned = [Warned(one.category.__name__, str(one.message)) for one in said] if said else []
            scored = ScoredPart.joined(parts or [_nothing(task.reward)])
            receipt = Receipt(content_of(place, rows), scored, tuple(dict.fromkeys(warned)))
            if task.folder is not None:
                write_receipt(receipt_path(task.folder, shard.file), receipt)
    return PartResult(shard, receipt, cpu_per_row)


def _known(shard: Shard, task: Task) -> ScoredBlock | None:
    """What is known of a shard that is there, where only the rest of it is to be scored."""
    receipt = whole_receipt(task.folder, shard.file) if task.retry_unscored and task.folder is not None else None
    return None if receipt is None else receipt.scored.block


def _nothing(reward: RewardFunction) -> ScoredPart:
    """What a summary takes in of blank lines alone."""
    columns: dict[str, list[Any]] = {name: [] for name in reward.columns}
    return ScoredPart.of(reward.evaluate([], [] if reward.needs_reference else None, columns=columns), [])


def _without_lost(rows: Iterator[Row], lost: Mapping[int, str]) -> Iterator[Row]:
    for number, row in enumerate(rows):
        yield row._replace(error=lost[number]) if number in lost else row


def _one_by_one(scoring: RowScoring, rows: Iterator[Row], row_begins: Count) -> Iterator[ScoredChunk]:
    for number, row in enumerate(rows):
        row_begins(number)
        yield from scoring.chunks([row])
