"""Where a service computes: a crew of processes for what costs CPU, and one process of many threads for judges.

The front process never computes: a batch of 30 ms in it would hold every other request, and threads share its
interpreter. multiprocessing.Pool hangs for ever when a worker is killed, and concurrent.futures breaks as a whole; both
import the host's script again. What is promised here (a worker's calls are done once more, small calls travel together,
an overdue one ends with its worker) would have to stand beside any of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from graders.service.scoring.pool_call import CallTerms, PoolCall
from graders.service.scoring.worker_crew import WorkerCrew

_SWEEP = 0.2
"""Seconds between two looks at what is overdue."""


class ScoringPool:
    """The crews of a service.

    Attributes:
        computing: Processes that take a call at a time.
        judging: A process of many threads; None where no judge is set.
    """

    def __init__(self, workers: int, judge_threads: int) -> None:
        self.computing = WorkerCrew(workers, 1)
        self.judging = WorkerCrew(1, max(2, judge_threads))
        self._started_judging: asyncio.Task[None] | None = None
        self._rewards: Sequence[bytes] = ()
        self._sweeper: asyncio.Task[None] | None = None

    @property
    def crews(self) -> tuple[WorkerCrew, WorkerCrew]:
        """Both crews."""
        return self.computing, self.judging

    @property
    def is_ready(self) -> bool:
        """Whether there is a process that can compute."""
        return self.computing.ready > 0 and not self.computing.is_closed

    async def start(self, rewards: Sequence[bytes], *, judging: bool) -> None:
        """Start the processes; returns when they are ready.

        Args:
            rewards: Pickled rewards that they load at once.
            judging: Whether the process for judges is started too; else it is with its first call.

        Raises:
            PoolClosedError: they end before they are.
        """
        self._rewards = rewards
        await self.computing.start(rewards)
        if judging:
            await self._judging_crew()
        self._sweeper = asyncio.get_running_loop().create_task(self._sweep())

    async def stop(self) -> None:
        """End all processes; whoever waits is told."""
        if self._sweeper is not None:
            self._sweeper.cancel()
            with suppress(asyncio.CancelledError):
                await self._sweeper
        await asyncio.gather(*(crew.stop() for crew in self.crews))

    async def call(self, function: Callable[..., Any], args: tuple[Any, ...], terms: CallTerms) -> PoolCall:
        """Ask for a call; its ``future`` has the result.

        Args:
            function: A function of a module.
            args: Its arguments; they pickle, as the result does.
            terms: On what terms.

        Raises:
            PoolClosedError: no process can be had.
        """
        crew = await self._judging_crew() if terms.waits else self.computing
        return crew.call(function, args, terms)

    async def _judging_crew(self) -> WorkerCrew:
        if self._started_judging is None:
            self._started_judging = asyncio.get_running_loop().create_task(self.judging.start(self._rewards))
        if not self._started_judging.done():
            await asyncio.shield(self._started_judging)
        return self.judging

    async def _sweep(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(_SWEEP)
            for crew in self.crews:
                crew.sweep(loop.time())
