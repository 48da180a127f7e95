"""The worker process, started by `worker_client.Worker`: `python -m graders.math.symbolic.worker FUEL CPU MEMORY HOST`.

It loads SymPy once and then, for every task, forks a child of its own that decides this one task within its fuel and
limits on CPU time and memory, and is gone. So every task begins in the same state, whatever came before it; a task that
runs away takes nothing with it; and the next one waits for a fork, not for SymPy.

Standard input is a socket to the host. The worker says its process id when it is ready. A task comes as a length and a
written tree of two arguments; `BEGUN` goes back, and then `YES`, `NO`, `OPEN` (undecided, out of fuel, or past another
limit) or `KILLED` (something else ended the child). Fuel is calls of functions written in Python, counted: a verdict
depends on no clock and no load; the limit on CPU time is a guard for what makes no such calls.
When the host is gone, the socket says so, and the worker and its child end at once.

A task of no length comes with another socket, and asks for a fork of the worker that serves that socket, in a group of
its own, and does not end with the first one. `HOST` is the host's process id, for whoever reads a list of processes.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import resource
import select
import signal
import socket
import struct
import sys
from collections.abc import Callable
from pathlib import Path

from graders.math.tree import read

BEGUN, YES, NO, OPEN, KILLED = b"b", b"y", b"n", b"?", b"k"
LENGTH = struct.Struct(">I")
_OWN_FAULT = frozenset((signal.SIGXCPU, signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGILL))
"""Signals that a task brings on itself; every other one came from outside."""
_PR_SET_PDEATHSIG = 1


def main(fuel: int, cpu_seconds: int, memory_bytes: int) -> None:
    """Serve the socket on standard input until the host closes it; the limits hold for each task."""
    host = socket.socket(fileno=os.dup(0))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    limits = {resource.RLIMIT_CORE: 0, resource.RLIMIT_CPU: cpu_seconds, resource.RLIMIT_AS: memory_bytes}
    _inherit_nothing()
    _warm_up()
    _greet(host)
    while message := _next_message(host):
        if isinstance(message, socket.socket):
            host = _doubled(host, message)
        else:
            _serve(message, host, fuel, limits)


def _inherit_nothing() -> None:
    """Signals as they are by default, whatever the host does with them."""
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    for number in (*_OWN_FAULT, signal.SIGTERM, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)


def _warm_up() -> None:
    """Load what tasks need, tables of SymPy that its first use makes among it, so that their children find it there."""
    gc.disable()  # a child's garbage collector would touch, and so copy, all of it; a task lives too short to need one
    from sympy.core.random import seed

    from graders.math.symbolic.proof import decided

    seed(0)  # of the points at which SymPy tries expressions
    for line in Path(__file__).with_name("examples.txt").read_text("utf-8").splitlines():
        decided(*read(line).args)


def _greet(host: socket.socket) -> None:
    with contextlib.suppress(ConnectionError):  # a host that is gone will be noticed
        host.sendall(LENGTH.pack(os.getpid()))


def _next_message(host: socket.socket) -> bytes | socket.socket:
    """The next task, or the socket that another worker shall serve; empty when the host is gone."""
    with contextlib.suppress(ConnectionError):
        head, descriptors, _, _ = socket.recv_fds(host, LENGTH.size, 1, socket.MSG_WAITALL)
        if descriptors:
            return socket.socket(fileno=descriptors[0])
        return host.recv(LENGTH.unpack(head)[0], socket.MSG_WAITALL) if len(head) == LENGTH.size else b""
    return b""


def _doubled(host: socket.socket, other: socket.socket) -> socket.socket:
    """The socket that this process goes on with after a fork: the worker with its own, the spare with the other."""
    _reap()
    try:
        spare = os.fork()
    except OSError:  # no process to be had: the host sees the socket closed
        spare = -1
    if spare:
        other.close()
        return host
    host.close()
    os.setpgid(0, 0)
    _greet(other)
    return other


def _reap() -> None:
    """Let go of spares that ended."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _serve(task: bytes, host: socket.socket, fuel: int, limits: dict[int, int]) -> None:
    """Answer a task, from a child of its own."""
    above = os.getpid()
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        host.close()
        _decide_and_end(task, writing, above, fuel, limits)
    os.close(writing)
    host.sendall(BEGUN)
    while reading not in select.select([host.fileno(), reading], [], [])[0]:
        if not host.recv(1, socket.MSG_PEEK):  # the host is gone; it never speaks while a task is in hand
            os.kill(child, signal.SIGKILL)
            sys.exit()
    answer = os.read(reading, 1)
    os.close(reading)
    _, status = os.waitpid(child, 0)
    outside = os.WIFSIGNALED(status) and os.WTERMSIG(status) not in _OWN_FAULT
    host.sendall(answer or (KILLED if outside else OPEN))


def _decide_and_end(task: bytes, writing: int, above: int, fuel: int, limits: dict[int, int]) -> None:
    """The child's whole life. An exception that nobody expected ends it without an answer: open."""
    try:
        _die_with(above)
        _limit(limits)
        os.write(writing, _answer(task, fuel))
    finally:
        os._exit(1)


def _die_with(above: int) -> None:
    """End with the worker, which has no second thread that could end before it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != above:
        os._exit(1)


def _limit(limits: dict[int, int]) -> None:
    for kind, most in limits.items():
        ceiling = resource.getrlimit(kind)[1]
        soft = most if ceiling == resource.RLIM_INFINITY else min(most, ceiling)
        with contextlib.suppress(ValueError, OSError):  # macOS has no limit on the address space
            resource.setrlimit(kind, (soft, ceiling))


def _answer(task: bytes, fuel: int) -> bytes:
    from graders.math.symbolic import proof

    sys.settrace(_counter(fuel))
    try:
        verdict = proof.decided(*read(task.decode("utf-8", "surrogatepass")).args)
    except proof.GIVING_UP:
        verdict = None
    finally:
        sys.settrace(None)
    return OPEN if verdict is None else YES if verdict else NO


def _counter(fuel: int) -> Callable[..., None]:
    """What is called for each call of a function; the one too many ends the process: nothing on the way can catch it.

    It returns None, so that it is not called for the lines of the function.
    """
    left = fuel

    def count(_frame: object, _event: object, _arg: object) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            os._exit(1)

    return count


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))
