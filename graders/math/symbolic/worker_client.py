"""The host's end of the worker: start it, fork it, hand it one task, hear the answer, end it.

The library has another host of processes, for shards of rows, and the two stay apart: this worker must be the same
on every host (its own environment, its own paths, two bytes for an answer), holds each task to limits and forks others
of its kind; the other one runs the code of a user and so needs the host's paths and environment, pickles, tells its
progress, and has no limits.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import sysconfig
from array import array
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path

FUEL = 150_000
"""Calls that one task may make, a fifth of a second's worth: two workers are done with 64 tasks that use it up in ten
seconds. What SymPy decides of our corpora takes up to 57,000, and 65 of 70 textbook sums, integrals and limits less."""
CPU_SECONDS = 60
"""CPU time of one task: a guard alone, far above what its fuel lasts for."""
MEMORY_BYTES = 1 << 30
"""Address space of one task; honest ones stay below a tenth of it."""
KILLED = b"k"
"""The answer of a task that something from outside ended."""
_KEPT_OUT = ("PYTHON", "SYMPY", "MPMATH")
"""Variables that would make one host's worker differ from another's."""
_NO_TASK = bytes(4)
"""The length of no task: what comes with the socket of a worker to be."""
_SILENT = getattr(socket, "MSG_NOSIGNAL", 0)
"""A worker that is gone is an error to us, not a SIGPIPE to the host, whatever it does with that signal."""


class NeverReady(Exception):  # noqa: N818 - it names what happened
    """The worker gave up before it was ready for a task: it would do so again."""


class Worker:
    """One worker, and the socket to it. Not for two threads at a time."""

    def __init__(self, mine: socket.socket, process: subprocess.Popen[bytes] | None = None) -> None:
        """Speak through this socket to the process that was started, or to one that a worker forked (None)."""
        self._socket = mine
        self._process = process
        self.pid = 0
        """The process id, known when the worker is ready."""

    @classmethod
    def start(cls) -> Worker:
        """A process of its own, without waiting for it. Raises `OSError` where none can be had."""
        with _connected() as (mine, theirs):
            return cls(mine, _start(theirs.fileno()))

    def fork(self) -> Worker:
        """Another worker, which is ready as soon as this one is. Raises `OSError` where none can be had."""
        with _connected() as (mine, theirs), suppress(ConnectionError):  # one that is gone leaves one that is gone
            rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array("i", [theirs.fileno()]))
            self._socket.sendmsg([_NO_TASK], [rights], _SILENT)
        return Worker(mine)

    def ask(self, task: bytes) -> bytes:
        """The answer to a task, one byte: `KILLED` of a worker that ended on the way, none if it never began."""
        self.pid = self.pid or int.from_bytes(self._hear(4))
        if not self.pid and self._process and self._process.wait() > 0:
            raise NeverReady
        with suppress(ConnectionError):  # then there is nothing to hear either
            self._socket.sendall(task, _SILENT)
        return self._hear(1) and (self._hear(1) or KILLED)

    def _hear(self, count: int) -> bytes:
        """So many bytes, or none when the worker is gone."""
        with suppress(ConnectionError):
            answer = self._socket.recv(count, socket.MSG_WAITALL)
            return answer if len(answer) == count else b""
        return b""

    def is_alive(self) -> bool:
        """Whether somebody is at the other end. One that is being killed may be there a little longer."""
        poll = select.poll()
        poll.register(self._socket, 0)  # a hang-up is told unasked, whatever is still to be read
        return not poll.poll(0)

    def stop(self) -> None:
        """End the process and its task, if they are still there, and leave no zombie. A forked one ends by itself."""
        self._socket.close()
        if self._process and self._process.returncode is None:  # else the id may be another's by now
            with suppress(ProcessLookupError, PermissionError):  # macOS: all that is left is a zombie
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def forget(self) -> None:
        """Let go of it in a forked child, to which it does not belong."""
        self._socket.close()
        if self._process:
            self._process.returncode = 0  # it is not this process's child: nothing to wait for


@contextmanager
def _connected() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Two ends of a socket: theirs is closed in the end, mine only where something fails."""
    mine, theirs = socket.socketpair()
    with theirs, ExitStack() as undo:
        undo.callback(mine.close)
        yield mine, theirs
        undo.pop_all()


def _start(theirs: int) -> subprocess.Popen[bytes]:
    """The process, in a group of its own, so that Ctrl-C in a terminal is the host's alone."""
    arguments = FUEL, CPU_SECONDS, MEMORY_BYTES, os.getpid()
    return subprocess.Popen(  # noqa: S603 - our own module, by our own interpreter
        [sys.executable, "-S", "-s", "-P", "-m", f"{__package__}.worker", *map(str, arguments)],
        stdin=theirs,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=_environment(),
        process_group=0,
    )


def _environment() -> dict[str, str]:
    """The host's environment with what would change Python or SymPy taken out, and pure Python arithmetic."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_KEPT_OUT)}
    fixed = {"PYTHONHASHSEED": "0", "PYTHONPATH": _paths(), "SYMPY_GROUND_TYPES": "python", "MPMATH_NOGMPY": "1"}
    home = {"PYTHONHOME": os.environ["PYTHONHOME"]} if "PYTHONHOME" in os.environ else {}
    return kept | home | fixed


@cache
def _paths() -> str:
    """The standard library first, so that no file beside ours can shadow it; then where we and SymPy live."""
    standard = [sysconfig.get_path("stdlib"), sysconfig.get_config_var("DESTSHARED")]
    roots = [_root(name) for name in (__package__.partition(".")[0], "sympy", "mpmath")]
    return os.pathsep.join(dict.fromkeys(str(path) for path in (*standard, *roots) if path))


def _root(name: str) -> Path | None:
    spec = find_spec(name)
    places = list(spec.submodule_search_locations or ()) if spec else []
    return Path(places[0]).resolve().parent if places else None
