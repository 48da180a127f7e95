"""The host's end of a worker: start it, hand it a job, hear it, end it; and what the two say to each other."""

from __future__ import annotations

import os
import pickle
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack, suppress
from multiprocessing.connection import Connection
from typing import NamedTuple

from graders.offline.ledger.shards import Shard
from graders.offline.scoring.score_part import PartResult

_CODE = "import sys; sys.path[:] = {paths!r}; from graders.offline.engines.shard_worker import main; main({descriptor})"


class ShardJob(NamedTuple):
    """To a worker: score a shard.

    Attributes:
        shard: Which.
        lost: Rows, by their number within the shard from 0, that are not scored, each with the reason.
        row_by_row: Score each row alone and name it before, so that the one that ends the process is known.
    """

    shard: Shard
    lost: dict[int, str]
    row_by_row: bool = False


class Ready(NamedTuple):
    """From a worker: the reward is loaded."""


class RowsDone(NamedTuple):
    """From a worker: so many more rows are scored."""

    rows: int


class AtRow(NamedTuple):
    """From a worker that goes row by row: this row comes next."""

    number: int


class Done(NamedTuple):
    """From a worker: the shard is written."""

    result: PartResult


class Failed(NamedTuple):
    """From a worker: it can't go on; the host raises the error."""

    error: Exception


def portable(error: Exception) -> Exception:
    """An error as the host can raise it: as it is where it pickles, else in words."""
    try:
        if type(pickle.loads(pickle.dumps(error))) is type(error):  # noqa: S301
            return error
    except Exception:  # noqa: BLE001 - an error class of anybody's
        return RuntimeError(f"{type(error).__name__}: {error}")
    return RuntimeError(f"{type(error).__name__}: {error}")


Message = Ready | RowsDone | AtRow | Done | Failed
"""What a worker says."""


class WorkerProcess:
    """One worker process, and the socket to it.

    It has a process group of its own: Ctrl-C in a terminal is the host's alone, and whatever its scorers start ends
    with it. What is printed there goes to standard error: standard output belongs to rows and summaries.

    Raises:
        OSError: no process can be had.
    """

    def __init__(self, task: bytes) -> None:
        _fill_standard_descriptors()
        with ExitStack() as undo:
            ours, theirs = socket.socketpair()
            undo.callback(ours.close)
            with theirs:
                self._process = _start(theirs.fileno())
            undo.pop_all()
        self.connection = Connection(ours.detach())
        self.is_ready = False
        self._say(task)

    def give(self, job: ShardJob) -> None:
        """Hand it a job, whether it is ready or not."""
        with suppress(OSError):  # it is gone, as `hear` will tell
            self.connection.send(job)

    def _say(self, message: bytes) -> None:
        with suppress(OSError):
            self.connection.send_bytes(message)

    def hear(self) -> Message | None:
        """What it says next; None where it is gone."""
        try:
            message: Message = self.connection.recv()
        except (EOFError, OSError):
            return None
        return message

    def is_gone(self) -> bool:
        """Whether the process has ended, though a child of it may hold the socket open."""
        return self._process.poll() is not None and not self.connection.poll()

    def stop(self) -> str:
        """End it with all that it started, and leave no zombie; how it ended, in words."""
        self.connection.close()
        with suppress(subprocess.TimeoutExpired):  # where it ended by itself, let its own code be seen
            self._process.wait(0)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        return _ending(self._process.wait())


def _fill_standard_descriptors() -> None:
    """Where a daemon has closed some of the first three, a socket must not take their place: workers print there."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(descriptor, True)
    os.close(descriptor)


def _start(descriptor: int) -> subprocess.Popen[bytes]:
    code = _CODE.format(paths=sys.path, descriptor=descriptor)
    return subprocess.Popen(  # noqa: S603 - our own module, by our own interpreter
        [sys.executable, "-c", code], stdin=subprocess.DEVNULL, stdout=2, pass_fds=[descriptor], process_group=0
    )


def _ending(code: int) -> str:
    """How a process ended: ``was killed by SIGKILL``."""
    if code >= 0:
        return f"exited with code {code}"
    with suppress(ValueError):
        return f"was killed by {signal.Signals(-code).name}"
    return f"was killed by signal {-code}"
