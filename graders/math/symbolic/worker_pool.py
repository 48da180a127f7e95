"""The workers of this process, and how a task is put to one of them.

The first worker (`worker`) is started when it is first needed; every other one is forked from one that is there, and
one always stays behind a task: nobody waits for SymPy twice. The host waits for an answer without a clock: what ends a
task is its fuel. Two tasks run at a time, other threads wait; a forked child starts workers of its own; an interrupt
discards the worker, not only the answer.
Without `fork` and `resource` (Windows) there are no limits to hold a task, so nothing is asked: all stays open.
"""

from __future__ import annotations

import atexit
import os
import struct
import threading
from contextlib import suppress

from graders.math.symbolic.worker_client import KILLED, NeverReady, Worker
from graders.math.tree import Tree, write

LANES = 2
"""Tasks that run at a time."""
_ATTEMPTS = 2
"""Times that a task may be killed. What kills a worker before it has begun costs none of them."""
_MOST_WORKERS = 8
"""Workers that are tried for one task."""
_MEANING = {b"y": True, b"n": False, b"?": None}
_LENGTH = struct.Struct(">I")


class WorkerLost(Exception):  # noqa: N818 - the name of the outcome
    """The worker was killed from outside twice during one task, or cannot be started: nothing is known."""


class Desk:
    """The workers of a process, behind a lock."""

    def __init__(self) -> None:
        self._idle: list[Worker] = []
        """Those without a task; the last one had the last task."""
        self.start_afresh()

    def start_afresh(self) -> None:
        """In a forked child: its parent's workers are not its own, its locks may never open."""
        self._lock, self._turns = threading.Lock(), threading.Semaphore(LANES)
        idle, self._idle = self._idle, []
        for worker in idle:
            worker.forget()

    def ask(self, task: bytes) -> bool | None:
        """The answer to a task. Raises `WorkerLost`."""
        killed = 0
        with self._turns:
            for _ in range(_MOST_WORKERS):
                answer = self._attempt(task)
                if answer in _MEANING:
                    return _MEANING[answer]
                killed += answer == KILLED
                if killed == _ATTEMPTS:
                    break
        raise WorkerLost("the symbolic worker was killed twice during one task")

    def _attempt(self, task: bytes) -> bytes:
        """One byte, none where no worker began. A worker is put back only when it is free for the next task."""
        worker, answer = None, b""
        try:
            worker = self._taken()
            answer = worker.ask(task)
        except NeverReady as error:
            raise WorkerLost("the symbolic worker ends before it is ready: can SymPy be imported?") from error
        except OSError as error:
            raise WorkerLost(f"the symbolic worker cannot be started: {error}") from error
        finally:
            if worker and answer:
                self._idle.append(worker)
            elif worker:
                worker.stop()
        return answer

    def _taken(self) -> Worker:
        """A worker for a task, behind which another one stays."""
        with self._lock:
            for worker in [worker for worker in self._idle if not worker.is_alive()]:
                self._idle.remove(worker)
                worker.stop()
            worker = self._idle.pop() if self._idle else Worker.start()
            if not self._idle:
                with suppress(OSError):  # then none stays behind
                    self._idle.append(worker.fork())
        return worker

    def close(self) -> None:
        """End the workers that have no task. The next task starts another one."""
        with self._lock:
            while self._idle:
                self._idle.pop().stop()


desk = Desk()
"""The workers of this process."""
_LIMITED = hasattr(os, "fork") and hasattr(os, "register_at_fork")
if _LIMITED:
    os.register_at_fork(after_in_child=desk.start_afresh)
    atexit.register(desk.close)


def ask(answer: Tree, reference: Tree) -> bool | None:
    """Whether two trees are equal, as far as SymPy can tell; None leaves the pair undecided.

    True needs a proof, False a counter-example; what exceeds the worker's limits on counted work or memory is None.
    The same trees have the same verdict, either way round and whatever was asked before. Raises `WorkerLost`.
    """
    if not _LIMITED:
        return None
    written = f"(task {' '.join(sorted((write(answer), write(reference))))})".encode("utf-8", "surrogatepass")
    return desk.ask(_LENGTH.pack(len(written)) + written)
