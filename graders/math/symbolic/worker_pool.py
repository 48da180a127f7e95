"""The last resort for pairs that nothing else decided: SymPy, in a process of its own.

The worker (`worker`) is started when it is first needed, serves one task at a time, and is replaced when it
ends, by a spare that it forked of itself beforehand: nobody waits for SymPy twice. The host waits for its answer
without a clock: what ends a task is its fuel. Threads take turns, at two workers; a forked child starts workers of
its own; an interrupt discards the worker, not only the answer.
Without `fork` and `resource` (Windows) there are no limits to hold a task, so nothing is asked: all stays open.
"""

from __future__ import annotations

import atexit
import os
import struct
import threading
from contextlib import suppress
from typing import NamedTuple

from graders.math.symbolic.worker_client import Ended, NeverReady, Worker
from graders.math.tree import Tree, write

_LENGTH = struct.Struct(">I")
_ATTEMPTS = 2
_KNOWN = {b"y": True, b"n": False}
_ALL = 10
"""Tenths of its fuel that a task has used which a limit ended."""


class WorkerReply(NamedTuple):
    """What the worker said, and how many tenths of its fuel a task used that stayed open."""

    equal: bool | None
    tenths: int = 0


def _meaning(answer: bytes) -> WorkerReply | None:
    """The reply that a byte stands for; None says that something killed the task."""
    if answer in _KNOWN:
        return WorkerReply(_KNOWN[answer])
    if answer == b"?":
        return WorkerReply(None, _ALL)
    return WorkerReply(None, int(answer)) if answer.isdigit() else None


class WorkerLost(Exception):  # noqa: N818 - the name of the outcome
    """The worker was killed from outside twice during one task, or cannot be started: nothing is known."""


class Desk:
    """One worker of a process, behind a lock."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._worker: Worker | None = None
        self._spare: Worker | None = None

    def is_busy(self) -> bool:
        """Whether a task is in hand."""
        return self._lock.locked()

    def ask(self, task: bytes) -> WorkerReply:
        """The answer to a task. Raises `WorkerLost`."""
        with self._lock:
            for _ in range(_ATTEMPTS):
                reply = _meaning(self._attempt(task))
                if reply is not None:
                    return reply
        raise WorkerLost("the symbolic worker was killed twice during one task")

    def _attempt(self, task: bytes) -> bytes:
        """One byte, empty when the worker was killed. It is put back only when it is free for the next task."""
        worker, free = None, False
        try:
            worker, self._worker = self._worker, None
            worker = worker if worker and worker.is_alive() else self._replaced(worker)
            self._keep_spare(worker)
            answer = worker.ask(task)
            free, self._worker = True, worker
        except NeverReady as error:
            raise WorkerLost("the symbolic worker ends before it is ready: can SymPy be imported?") from error
        except Ended:
            return b""
        finally:
            if worker and not free:
                worker.stop()
        return answer

    def _replaced(self, dead: Worker | None) -> Worker:
        """The spare, which is ready at once; a new worker where there is none."""
        if dead:
            dead.stop()
        spare, self._spare = self._spare, None
        if spare and spare.is_alive():
            return spare
        if spare:
            spare.stop()
        try:
            return Worker.start()
        except OSError as error:
            raise WorkerLost(f"the symbolic worker cannot be started: {error}") from error

    def _keep_spare(self, worker: Worker) -> None:
        if self._spare is None or not self._spare.is_alive():
            if self._spare:
                self._spare.stop()
            with suppress(OSError):  # then there is none until the next task
                self._spare = worker.spare()

    def close(self) -> None:
        """End the worker and its spare. The next task starts another one."""
        with self._lock:
            for worker in (self._worker, self._spare):
                if worker:
                    worker.stop()
            self._worker = self._spare = None

    def forget(self) -> None:
        """Start afresh in a forked child: its parent's worker is not its own, its lock may never open."""
        workers = self._worker, self._spare
        self._worker = self._spare = None
        self._lock = threading.Lock()
        for worker in workers:
            if worker:
                worker.forget()


desk, _second = Desk(), Desk()
"""The workers of this process; the second one starts when the first is busy."""
_LIMITED = hasattr(os, "fork") and hasattr(os, "register_at_fork")
if _LIMITED:
    for each in (desk, _second):
        os.register_at_fork(after_in_child=each.forget)
        atexit.register(each.close)


def ask(answer: Tree, reference: Tree) -> WorkerReply:
    """Whether two trees are equal, as far as SymPy can tell; None leaves the pair undecided.

    True needs a proof, False a counter-example; what exceeds the worker's limits on counted work or memory is None.
    The same trees have the same verdict, whatever was asked before. Raises `WorkerLost`.
    """
    if not _LIMITED:
        return WorkerReply(None)
    written = write(Tree("task", (answer, reference))).encode("utf-8", "surrogatepass")
    free = _second if desk.is_busy() else desk
    return free.ask(_LENGTH.pack(len(written)) + written)
