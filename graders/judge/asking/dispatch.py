"""The part of a judge that lives in the event loop: workers over a batch, and one flight a question."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from graders.judge.asking.row_asker import RowAsker
from graders.judge.asking.state import State
from graders.judge.config import Config
from graders.judge.judgement import Judgement
from graders.judge.question import Question
from graders.judge.transport.client import Client
from graders.judge.transport.reply import Transport

WORKERS_A_CALL = 2
"""Workers for each call that may be under way: some wait out a pause while others call."""


@dataclass(slots=True)
class BatchRun:
    """A batch under way: the loop's thread takes from `items` and adds to `finished`, the caller's drains it.

    Attributes:
        items: The open questions, each with the slot of its judgement; written only when their turn comes.
        size: How many they are.
        deadline: Seconds from now at which to stop; None for never.
        finished: Slots and verdicts that the caller hasn't taken yet.
        done: Set when nothing more will come.
    """

    items: Iterator[tuple[int, Question]]
    size: int
    deadline: float | None = None
    finished: deque[tuple[int, Judgement]] = field(default_factory=deque)
    done: threading.Event = field(default_factory=threading.Event)


class Dispatcher:
    """Runs batches against one server in one event loop. Make it inside the loop.

    Args:
        config: The judge.
        state: What it has learnt and spent.
        transport: What calls are sent by; a client of its own where None.

    Attributes:
        recent: What was decided while some batch has been under way; the owner empties it when none is.
    """

    def __init__(self, config: Config, state: State, transport: Transport | None) -> None:
        self._client: Client | None = None
        if transport is None:
            transport = self._client = Client(config.endpoint, config.limits)
        self._asker = RowAsker(config, state, transport)
        self._workers = config.limits.concurrency * WORKERS_A_CALL
        self._flights: dict[bytes, asyncio.Future[Judgement | None]] = {}
        self.recent: dict[bytes, Judgement] = {}

    async def decide(self, run: BatchRun) -> None:
        """Decide the questions of a batch until all are, or its deadline comes."""
        workers = [asyncio.create_task(self._work(run)) for _ in range(min(run.size, self._workers))]
        try:
            async with asyncio.timeout(run.deadline):
                await asyncio.gather(*workers)
        except TimeoutError:
            pass
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
            run.done.set()

    async def _work(self, run: BatchRun) -> None:
        for slot, question in run.items:
            run.finished.append((slot, await self._resolve(question)))

    async def _resolve(self, question: Question) -> Judgement:
        """The verdict of a question; a call for the same one that is under way already is waited for."""
        while True:
            if question.key in self.recent:
                return self.recent[question.key]
            flight = self._flights.get(question.key)
            if flight is None:
                return await self._fly(question)
            verdict = await asyncio.shield(flight)
            if verdict is not None:
                return verdict

    async def _fly(self, question: Question) -> Judgement:
        flight = self._flights[question.key] = asyncio.get_running_loop().create_future()
        try:
            verdict = await self._asker.ask(question)
            if not verdict.outcome.unscored:
                self.recent[question.key] = verdict
            flight.set_result(verdict)
            return verdict
        finally:
            del self._flights[question.key]
            if not flight.done():  # cancelled with its batch: whoever waits must ask for itself
                flight.set_result(None)

    async def close(self) -> None:
        """Close the connections that it opened."""
        if self._client is not None:
            await self._client.close()
