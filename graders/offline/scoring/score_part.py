"""The one function that scores a part of the input, whoever calls it: this process, a worker, or a cluster's."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import cast

from graders.offline.ledger.receipts import Receipt, ShardContent, Warned, file_fingerprint, receipt_path, write_receipt
from graders.offline.ledger.shards import Shard
from graders.offline.ledger.task import Task
from graders.offline.reading.parts import read_part
from graders.offline.reading.row import Row
from graders.offline.results.scored_chunk import ScoredChunk
from graders.offline.results.scored_part import ScoredPart
from graders.offline.scoring.score_rows import RowScoring
from graders.offline.writing import open_writer
from graders.offline.writing.base import Writer
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
    parts = _ScoredParts()
    scoring = RowScoring(task.reward, task.columns, task.label_column, parts)
    rows = _without_lost(read_part(shard.part), lost) if lost else read_part(shard.part)
    chunks = scoring.chunks(rows) if row_begins is None else _one_by_one(scoring, rows, row_begins)
    pace = _Pace()
    with warnings.catch_warnings(record=True) as said, _writing(shard, task) as written:
        warnings.simplefilter("always")
        for chunk in chunks:
            written.write(chunk)
            pace.note(len(chunk))
            if rows_done is not None:
                rows_done(len(chunk))
        written.scored = parts.joined(task.reward)
        written.warnings = tuple(dict.fromkeys(Warned(one.category.__name__, str(one.message)) for one in said))
    return PartResult(shard, written.receipt, pace.best)


@dataclass
class _ScoredParts:
    """What a summary would take in, kept for the summary of the whole run."""

    parts: list[ScoredPart] = field(default_factory=list)

    def add(self, part: ScoredPart) -> None:
        self.parts.append(part)

    def joined(self, reward: RewardFunction) -> ScoredPart:
        """All as one part."""
        if not self.parts:  # blank lines alone
            self.add(ScoredPart.of(reward.evaluate([], [] if reward.needs_reference else None), []))
        return ScoredPart.joined(self.parts)


@dataclass
class _Pace:
    """CPU seconds a row; the best chunk counts, since the first ones load what the reward needs."""

    best: float = float("inf")
    _last: float = field(default_factory=time.process_time)

    def note(self, rows: int) -> None:
        now = time.process_time()
        self.best, self._last = min(self.best, (now - self._last) / rows), now


@dataclass
class _Written:
    """A shard while it is written."""

    writer: Writer | None
    rows: int = 0
    scored: ScoredPart | None = None
    warnings: tuple[Warned, ...] = ()
    file: tuple[int, str] = (0, "")

    def write(self, chunk: ScoredChunk) -> None:
        self.rows += len(chunk)
        if self.writer is not None:
            self.writer.write(chunk)

    @property
    def receipt(self) -> Receipt:
        return Receipt(ShardContent(self.rows, *self.file), cast(ScoredPart, self.scored), self.warnings)


@contextmanager
def _writing(shard: Shard, task: Task) -> Iterator[_Written]:
    """Take chunks for a shard; at the end the receipt is written, then the shard is there."""
    if task.folder is None:
        yield _Written(None)
        return
    with whole_file(task.folder / shard.file) as unfinished:
        with open_writer(unfinished, task.format) as writer:
            written = _Written(writer)
            yield written
        written.file = file_fingerprint(unfinished)
        write_receipt(receipt_path(task.folder, shard.file), written.receipt)
    folder_to_disk(task.folder)


def _without_lost(rows: Iterator[Row], lost: Mapping[int, str]) -> Iterator[Row]:
    for number, row in enumerate(rows):
        yield row._replace(error=lost[number]) if number in lost else row


def _one_by_one(scoring: RowScoring, rows: Iterator[Row], row_begins: Count) -> Iterator[ScoredChunk]:
    for number, row in enumerate(rows):
        row_begins(number)
        yield from scoring.chunks([row])
