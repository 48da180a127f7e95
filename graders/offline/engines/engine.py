"""What runs the shards: this process alone, worker processes, or a cluster, behind one protocol."""

from __future__ import annotations

import gc
import os
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from graders.offline.engines.pool import pool_results
from graders.offline.ledger.shards import Shard
from graders.offline.ledger.task import Task
from graders.offline.scoring.score_part import Count, PartResult, score_part

WORTH_A_WORKER = 30e-6
"""Seconds of CPU time a row, reading and writing included, below which workers gain too little to be started,"""

WORTH_STARTING = 3.0
"""or where so few seconds of CPU time remain."""

THRESHOLDS = (500_000, 20, 100)
"""How many objects, and how many younger collections, make a collection worth it."""


class Engine(Protocol):
    """Runs `score_part` on every shard, somewhere."""

    def after_a_crash(self) -> Engine:
        """The engine to go on with where the run before ended without a word, perhaps on a row."""

    def results(self, shards: Sequence[Shard], task: Task, rows_done: Count | None = None) -> Generator[PartResult]:
        """The result of each shard, in any order, each exactly once.

        Args:
            shards: What is to be scored.
            task: How.
            rows_done: Called with numbers of rows, as they are scored.

        Raises:
            GradersError: a shard can't be scored. What is written until then stays.
        """


@dataclass(frozen=True)
class Local:
    """This machine.

    Attributes:
        workers: How many processes; 1 is this process alone. None scores the first shard here and starts processes,
            one a processor, where the rest is worth it.
        isolated: Never score in this process, where a row that ends it would end the run.
    """

    workers: int | None = None
    isolated: bool = False

    def after_a_crash(self) -> Local:
        """Scoring in other processes alone."""
        return replace(self, isolated=True)

    def results(self, shards: Sequence[Shard], task: Task, rows_done: Count | None = None) -> Generator[PartResult]:
        """See `Engine.results`."""
        workers = 1 if self.workers is None and _asks_a_judge(task) else self.workers
        if self.isolated or (workers or 1) > 1:
            yield from pool_results(shards, task, workers or processors(), rows_done)
        elif workers is None:
            yield from _as_it_pays(shards, task, rows_done)
        else:
            yield from _here(shards, task, rows_done)


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _here(shards: Sequence[Shard], task: Task, rows_done: Count | None) -> Generator[PartResult]:
    for shard in shards:
        yield score_part(shard, task, rows_done=rows_done)


def _as_it_pays(shards: Sequence[Shard], task: Task, rows_done: Count | None) -> Generator[PartResult]:
    """The first shard here; the rest in workers where it takes long enough."""
    done = 0
    while len(shards) > done:
        first = score_part(shards[done], task, rows_done=rows_done)
        done += 1
        yield first
        rest = shards[done:]
        if len(rest) > 1 and processors() > 1 and is_worth_workers(first.cpu_per_row, rest):
            with closing(pool_results(rest, task, processors(), rows_done)) as results:
                yield from results
            return


def is_worth_workers(cpu_per_row: float, rest: Sequence[Shard]) -> bool:
    """Whether what is left gains by processes that must be started first and load the reward anew."""
    left = cpu_per_row * sum(shard.part.lines for shard in rest)
    return WORTH_A_WORKER <= cpu_per_row < float("inf") and left >= WORTH_STARTING


def _asks_a_judge(task: Task) -> bool:
    """A judge is waited for: processes add nothing, and its limits hold for one process."""
    return any(grader.type == "llm" for grader in task.reward.definition.graders)


def engine_of(name: Literal["local", "ray"], workers: int | None) -> Engine:
    """The engine of a name, with so many workers; None for as many as it finds right."""
    if name == "local":
        return Local(workers)
    from graders.offline.engines.ray_engine import Ray

    return Ray(workers)


def collect_less() -> None:
    """Let the collector look less often: rows have no cycles, and what is loaded stays.

    It would go through every row in hand again and again, a tenth of the time of a whole run. For a process of our own:
    a library must not set this in a program that imports it.
    """
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
