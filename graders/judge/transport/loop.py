"""The private event loop: one thread a process, started when first needed, never carried over a fork.

Callers stay synchronous: in a plain script, inside a running loop, in many threads at once.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import threading
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")

GRACE = 0.8
"""Seconds that stopping may take; what is still there then goes with its daemon thread."""


class LoopThread:
    """An event loop in a daemon thread of its own.

    Attributes:
        loop: The loop.
        users: How many batches are under way in it.
        pid: The process that it runs in.
        closers: What to await before it stops.
    """

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.pid = os.getpid()
        self.users = 0
        self.closers: list[Callable[[], Awaitable[None]]] = []
        self._thread = threading.Thread(target=self._run, name="graders-judge", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        self.loop.run_forever()
        self.loop.close()

    def submit(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Start a coroutine in the loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop)

    def stop(self) -> None:
        """Cancel what runs, close what is open, and end the thread, within `GRACE` seconds."""
        if threading.current_thread() is self._thread or not self._thread.is_alive():
            return
        ended = self.submit(self._close())
        ended.add_done_callback(lambda _: self.loop.call_soon_threadsafe(self.loop.stop))
        self._thread.join(GRACE)

    async def _close(self) -> None:
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        while self.closers:
            await self.closers.pop()()
        await self.loop.shutdown_asyncgens()
        await self.loop.shutdown_default_executor()


class _Process:
    """The loop thread of this process, and the locks around it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.current: LoopThread | None = None


_process = _Process()
_of_parents: list[LoopThread | None] = []  # kept, so that nothing of a parent's is closed in a child


def enter() -> LoopThread:
    """The process's loop thread, one batch more in it; leave it with `leave`."""
    with _process.lock:
        thread = _process.current = _process.current or LoopThread()
        thread.users += 1
        return thread


def leave(thread: LoopThread, *, stop: bool = False) -> None:
    """One batch less; with `stop`, the thread ends where no other batch needs it."""
    with _process.lock:
        thread.users -= 1
        if not stop or thread.users:
            return
        if _process.current is thread:
            _process.current = None
    thread.stop()


def shut_down() -> None:
    """Stop the process's loop thread, whoever uses it; the next batch starts another."""
    with _process.lock:
        thread, _process.current = _process.current, None
    if thread is not None:
        thread.stop()


def _after_fork() -> None:
    """The parent's thread doesn't exist in the child, and its lock may never open there."""
    _of_parents.append(_process.current)
    _process.lock, _process.current = threading.Lock(), None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
atexit.register(shut_down)
