"""Workers of one kind, and the calls that wait for them."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from graders.service.scoring.pool_call import TRIES, CallTerms, PoolCall
from graders.service.scoring.pool_errors import CallEndsWorkersError, CallOverdueError, PoolClosedError
from graders.service.scoring.worker_frames import Result
from graders.service.scoring.worker_link import WorkerLink

LOG = logging.getLogger("graders.service")

UNREADY = 5
"""So many workers in a row that end before they are ready close the crew."""

TOGETHER, TOGETHER_BYTES = 16, 1 << 16
"""So many small calls, of so many bytes, go to a worker at once."""


class WorkerCrew:
    """So many workers of so many threads each; one that ends is replaced, and its calls are computed once more.

    Attributes:
        waiting: The calls that no worker has yet.
        restarts: How many workers had to be replaced.
    """

    def __init__(self, count: int, threads: int) -> None:
        self._count = count
        self._threads = threads
        self._rewards: Sequence[bytes] = ()
        self._workers: list[WorkerLink] = []
        self._unready = 0
        self._number = 0
        self._changed = asyncio.Event()
        self._replacing: set[asyncio.Task[None]] = set()
        self._closed = False
        self.waiting: deque[PoolCall] = deque()
        self.restarts = 0

    @property
    def ready(self) -> int:
        """How many workers are ready."""
        return sum(worker.is_ready for worker in self._workers)

    @property
    def is_closed(self) -> bool:
        """Whether no call is taken any more."""
        return self._closed

    @property
    def is_idle(self) -> bool:
        """Whether a call made now would be computed at once."""
        return not self.waiting and any(worker.is_free for worker in self._workers)

    @property
    def pids(self) -> list[int]:
        """The process numbers of the workers."""
        return [worker.pid for worker in self._workers]

    async def start(self, rewards: Sequence[bytes]) -> None:
        """Start the workers; returns when all are ready.

        Raises:
            PoolClosedError: they end before they are.
        """
        self._rewards = rewards
        await asyncio.gather(*(self._add() for _ in range(self._count)))
        while self.ready < self._count and not self._closed:
            self._changed.clear()
            await self._changed.wait()
        if self._closed:
            raise PoolClosedError("the processes that score end before they are ready; what they print is above")

    async def stop(self) -> None:
        """End the workers; whoever waits is told."""
        self._close("the service is ending")
        await asyncio.gather(*self._replacing, return_exceptions=True)
        for worker in self._workers:
            worker.reap()
        self._workers.clear()

    def call(self, function: Callable[..., Any], args: tuple[Any, ...], terms: CallTerms) -> PoolCall:
        """Ask for a call.

        Args:
            function: A function of a module.
            args: Its arguments; they pickle.
            terms: On what terms.

        Raises:
            PoolClosedError: no call is taken any more.
        """
        if self._closed:
            raise PoolClosedError("no worker process can be had")
        loop = asyncio.get_running_loop()
        self._number += 1
        call = PoolCall(self._number, function, args, loop.create_future(), loop.time() + terms.seconds, terms)
        self.waiting.append(call)
        self._hand_out()
        return call

    def sweep(self, now: float) -> None:
        """Give up what is overdue: waiting calls at once, and the workers that are still at one."""
        overdue = [call for call in self.waiting if call.expires <= now]
        for call in overdue:
            call.fail(CallOverdueError("no worker was free in time"))
        if overdue:
            self.waiting = deque(call for call in self.waiting if call.is_wanted)
        for worker in [*self._workers]:
            worker.look()
            late = [call for call in worker.in_hand.values() if call.expires <= now]
            for call in late:
                call.fail(CallOverdueError("it was not computed in time"))
            if late and worker.threads == 1:
                worker.end()

    async def _add(self) -> None:
        worker = WorkerLink(self._threads, self._heard, self._gone)
        self._workers.append(worker)
        await worker.start(self._rewards)

    def _hand_out(self) -> None:
        """Give waiting calls to free workers."""
        for worker in self._workers:
            while self.waiting and worker.is_free:
                if calls := self._next_calls(worker.threads == 1):
                    worker.send(calls)

    def _next_calls(self, may_be_several: bool) -> list[PoolCall]:
        """The next call, with small ones behind it where there are more than enough for every worker."""
        most = min(TOGETHER, len(self.waiting) // self._count) if may_be_several else 1
        calls: list[PoolCall] = []
        size = 0
        while self.waiting and (not calls or (len(calls) < most and _travels(self.waiting[0], size))):
            call = self.waiting.popleft()
            if call.is_wanted:
                calls.append(call)
                size += call.terms.size
            if call.deaths or call.terms.raw:  # alone: it may end its worker, and no other call is to be blamed
                break
        return calls

    def _heard(self, worker: WorkerLink, call: PoolCall | None, result: Result) -> None:
        if call is None:
            worker.is_ready, self._unready = True, 0
            self._changed.set()
        elif result.failed:
            call.fail(result.value)
        else:
            call.succeed(result.value)
        if self.waiting:
            self._hand_out()

    def _gone(self, worker: WorkerLink) -> None:
        """Put another in the place of a worker that has ended, its calls first in the queue."""
        if self._closed:
            return
        self._workers.remove(worker)
        ending = worker.reap()
        LOG.error(
            "a worker process ended (%s) with %d calls in hand; another takes its place", ending, len(worker.in_hand)
        )
        self.restarts += 1
        self._unready = 0 if worker.is_ready else self._unready + 1
        if self._unready >= UNREADY:
            self._close("the processes that score end before they are ready")
            return
        for call in reversed(worker.in_hand.values()):
            self._once_more(call, ending)
        task = asyncio.get_running_loop().create_task(self._add())
        self._replacing.add(task)
        task.add_done_callback(self._replacing.discard)
        self._hand_out()

    def _once_more(self, call: PoolCall, ending: str) -> None:
        call.deaths += 1
        if call.deaths >= TRIES:
            call.fail(
                CallEndsWorkersError(f"{call.deaths} worker processes ended with it in hand, the last by {ending}")
            )
        elif call.is_wanted:
            self.waiting.appendleft(call)

    def _close(self, why: str) -> None:
        self._closed = True
        self._changed.set()
        in_hand = [call for worker in self._workers for call in worker.in_hand.values()]
        for call in [*self.waiting, *in_hand]:
            call.fail(PoolClosedError(why))
        self.waiting.clear()


def _travels(call: PoolCall, beside: int) -> bool:
    """Whether a call is small enough to travel with others of so many bytes, and has ended no worker."""
    return call.deaths == 0 and not call.terms.raw and beside + call.terms.size <= TOGETHER_BYTES
