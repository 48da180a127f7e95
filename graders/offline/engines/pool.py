"""Worker processes on this machine: each takes a shard, writes it, and asks for the next.

A worker that ends is noticed at once and replaced, and its shard is done again. A shard that ends two workers is done
row by row from then on, so that the row is known; a row that ends two workers becomes an error row, and all the others
are scored.

No library does this. pebble tells that a worker died on a task, and loky gives up the whole pool; neither says how far
the worker had come (`AtRow`), has rows counted while a shard is being scored (`RowsDone`), gives a worker a process
group of its own, so that what a scorer started ends with it, or starts one without importing the host's script again.
These are what the fault tests hold; with pebble they would stand beside it, in as many lines. (Decided from reading
about both; neither was tried.)
"""

from __future__ import annotations

import pickle
from collections import Counter, deque
from collections.abc import Generator, Iterable
from dataclasses import dataclass, field
from multiprocessing.connection import wait

from graders.offline.engines.worker_process import (
    AtRow,
    Done,
    Failed,
    Message,
    Ready,
    RowsDone,
    ShardJob,
    WorkerProcess,
)
from graders.offline.ledger.shards import Shard
from graders.offline.ledger.task import Task
from graders.offline.scoring.score_part import Count, PartResult
from graders.vocabulary.errors import GradersError

TRIES = 2
"""So many workers may end on a shard before it goes row by row, and on a row before it is lost."""

MAX_LOST = 100
"""More lost rows than this in a run are no accident of some rows: the run stops."""

UNREADY = 3
"""So many workers in a row that end before they are ready stop the run."""

_LOOK_AGAIN = 1.0
"""Seconds after which workers are looked at whose sockets say nothing."""


class WorkersLostError(GradersError):
    """Worker processes keep ending, and no single row is to blame."""


def pool_results(
    shards: Iterable[Shard], task: Task, workers: int, rows_done: Count | None = None
) -> Generator[PartResult]:
    """Score shards in so many processes; results come as they are ready. When it is closed, no process is left.

    Raises:
        WorkersLostError: processes keep ending.
        GradersError: what scoring a shard raises.
    """
    pool = _Pool(task, deque(map(_Open, shards)), rows_done)
    try:
        pool.start(min(workers, len(pool.waiting)))
        while pool.workers:
            yield from pool.heard()
    finally:
        pool.stop()


@dataclass(eq=False)
class _Open:
    """A shard that is not done yet, and what has happened on it."""

    shard: Shard
    deaths: int = 0
    row: int | None = None
    at_row: Counter[int] = field(default_factory=Counter)
    lost: dict[int, str] = field(default_factory=dict)

    @property
    def job(self) -> ShardJob:
        return ShardJob(self.shard, dict(self.lost), row_by_row=self.deaths >= TRIES)

    def note_death(self, ending: str) -> None:
        """Take note that a worker ended on it."""
        self.deaths += 1
        if self.row is not None:
            self.at_row[self.row] += 1
            if self.at_row[self.row] >= TRIES:
                self.lost[self.row] = f"ended the process that scores it, {TRIES} times: it {ending}"
        self.row = None

    @property
    def is_hopeless(self) -> bool:
        """Whether deaths have long been more than single rows can explain."""
        return self.deaths > TRIES * (len(self.lost) + 3)


@dataclass(eq=False)
class _Pool:
    """Workers, each with the shard it has in hand, and the shards that wait."""

    task: Task
    waiting: deque[_Open]
    rows_done: Count | None
    workers: dict[WorkerProcess, _Open] = field(default_factory=dict)
    unready: int = 0
    lost: int = 0

    def __post_init__(self) -> None:
        self._pickled = pickle.dumps(self.task)

    def start(self, count: int) -> None:
        for _ in range(count):
            self._hand_out(WorkerProcess(self._pickled))

    def stop(self) -> None:
        while self.workers:
            self.workers.popitem()[0].stop()

    def _hand_out(self, worker: WorkerProcess) -> None:
        """Give a worker the next shard; end it where there is none."""
        if not self.waiting:
            worker.stop()
            return
        self.workers[worker] = self.waiting.popleft()
        worker.give(self.workers[worker].job)

    def heard(self) -> Generator[PartResult]:
        """Wait until workers say something or end, and deal with it."""
        speaking = wait([worker.connection for worker in self.workers], _LOOK_AGAIN)
        for worker in [*self.workers]:
            if worker.connection in speaking:
                yield from self._deal_with(worker, worker.hear())
            elif worker.is_gone():
                self._replace(worker)

    def _deal_with(self, worker: WorkerProcess, message: Message | None) -> Generator[PartResult]:
        match message:
            case None:
                self._replace(worker)
            case Ready():
                worker.is_ready, self.unready = True, 0
            case RowsDone(rows):
                self._count(rows)
            case AtRow(number):
                self.workers[worker].row = number
            case Failed(error):
                raise error
            case Done(result):
                del self.workers[worker]
                self._hand_out(worker)
                yield result

    def _count(self, rows: int) -> None:
        if self.rows_done is not None:
            self.rows_done(rows)

    def _replace(self, worker: WorkerProcess) -> None:
        """Put another in the place of a worker that is gone, its shard first in the queue."""
        shard = self.workers.pop(worker)
        ending = worker.stop()
        self.waiting.appendleft(shard)
        if worker.is_ready:
            self._blame(shard, ending)
        else:
            self.unready += 1
            if self.unready >= UNREADY:
                raise WorkersLostError(
                    f"the processes that score end before they begin: the last one {ending}; what "
                    "they print is above; --workers 1 scores in this process"
                )
        self.start(1)

    def _blame(self, shard: _Open, ending: str) -> None:
        before = len(shard.lost)
        shard.note_death(ending)
        self.lost += len(shard.lost) - before
        if self.lost > MAX_LOST:
            raise WorkersLostError(f"{self.lost} rows ended the processes that scored them; the last one {ending}")
        if shard.is_hopeless:
            raise WorkersLostError(
                f"{shard.deaths} processes ended on {shard.shard.file}, not all at one row; the "
                f"last one {ending}; if memory is short, try fewer --workers or --part-rows"
            )
