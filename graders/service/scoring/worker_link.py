"""The front process's end of a worker: start it, send it calls, hear its results, end it."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from graders.service.scoring.body_memory import BodyMemory
from graders.service.scoring.pool_call import PoolCall
from graders.service.scoring.worker_frames import Call, FrameReader, Result, framed

_CODE = (
    "import sys; sys.path[:] = {paths!r}; "
    "from graders.service.scoring.scoring_worker import main; main({descriptor}, {shared}, {threads}, {parent})"
)


class WorkerLink(asyncio.Protocol):
    """One worker process, and the calls that it has in hand.

    It has a process group of its own: Ctrl-C in a terminal is the front process's alone, and whatever its scorers start
    ends with it.

    Attributes:
        threads: How many calls it takes at a time.
        in_hand: The calls that were sent and not answered, by number.
        is_ready: Whether it has loaded its rewards.
    """

    def __init__(
        self,
        threads: int,
        on_result: Callable[[WorkerLink, PoolCall | None, Result], None],
        on_gone: Callable[[WorkerLink], None],
    ) -> None:
        self.threads = threads
        self.in_hand: dict[int, PoolCall] = {}
        self.is_ready = False
        self._on_result = on_result
        self._on_gone = on_gone
        self._frames = FrameReader()
        self._memory = BodyMemory() if threads == 1 else None  # several at a time would overwrite each other
        self._transport: Any = None
        self._process: subprocess.Popen[bytes] | None = None

    async def start(self, rewards: Sequence[bytes]) -> None:
        """Start the process, and have it load pickled rewards."""
        ours, theirs = socket.socketpair()
        with theirs:
            for end in (ours, theirs):
                for buffer in (socket.SO_SNDBUF, socket.SO_RCVBUF):
                    end.setsockopt(socket.SOL_SOCKET, buffer, 1 << 20)  # a batch in one go
            self._process = _started(theirs.fileno(), self._memory, self.threads)
        ours.setblocking(False)
        await asyncio.get_running_loop().create_connection(lambda: self, sock=ours)
        self._transport.write(framed([*rewards]))

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid if self._process else 0

    @property
    def is_free(self) -> bool:
        """Whether it can take another call now."""
        return self.is_ready and len(self.in_hand) < self.threads

    def send(self, calls: Sequence[PoolCall]) -> None:
        """Hand it calls; a worker of one thread answers them one after the other."""
        for call in calls:
            call.is_sent = True
        self.in_hand.update((call.number, call) for call in calls)
        self._transport.write(framed([self._told(call) for call in calls]))

    def _told(self, call: PoolCall) -> Call:
        """A call as the worker is told of it, its body where that finds it."""
        if not call.terms.raw:
            return Call(call.number, call.function, call.args)
        if self._memory is None:
            return Call(call.number, call.function, (b"".join(call.terms.raw), *call.args))
        return Call(call.number, call.function, call.args, self._memory.write(call.terms.raw))

    def look(self) -> None:
        """Where the process has ended though a child of it holds the socket open, close the socket."""
        if self._process is not None and self._process.poll() is not None and self._transport is not None:
            self._transport.abort()

    def end(self) -> None:
        """End the process with all that it started; `on_gone` hears of it."""
        if self._process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def reap(self) -> str:
        """Wait for the process, which has been ended, and say how it ended."""
        self.end()
        code = self._process.wait() if self._process else 0
        if self._memory is not None:
            self._memory.close()
            self._memory = None
        return f"signal {-code}" if code < 0 else f"exit code {code}"

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The socket is ours."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """The worker says something."""
        for result in self._frames.feed(data):
            self._on_result(self, self.in_hand.pop(result.number, None), result)

    def connection_lost(self, exc: Exception | None) -> None:
        """The worker is gone."""
        del exc
        self._on_gone(self)


def _started(descriptor: int, memory: BodyMemory | None, threads: int) -> subprocess.Popen[bytes]:
    shared = -1 if memory is None else memory.descriptor
    code = _CODE.format(paths=sys.path, descriptor=descriptor, shared=shared, threads=threads, parent=os.getpid())
    return subprocess.Popen(  # noqa: S603 - our own module, by our own interpreter
        [sys.executable, "-c", code],
        stdin=subprocess.DEVNULL,
        stdout=2,
        pass_fds=[one for one in (descriptor, shared) if one >= 0],
        process_group=0,
    )
