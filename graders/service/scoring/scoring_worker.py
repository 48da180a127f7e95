"""A worker process: takes calls, computes them, tells what came of it; it ends when the front process does.

It is started as a plain process that imports this module and nothing of the host's script. With one thread it takes a
call at a time; with several, which are for waiting and not for computing, as many.
"""

from __future__ import annotations

import os
import pickle
import signal
import socket
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from threading import Lock, Thread
from typing import Any

from graders.offline.engines.engine import collect_less
from graders.reward.reward_function import RewardFunction
from graders.service.scoring.body_memory import BodyMemory
from graders.service.scoring.kept_memory import keep_memory
from graders.service.scoring.reward_scores import RewardRows, RewardScores, scores_of
from graders.service.scoring.worker_frames import READY, Call, FrameSocket, Result, framed
from graders.vocabulary.plain_warning import show_plainly


def main(descriptor: int, shared: int, threads: int, parent: int) -> None:
    """Serve the front process at the other end of a socket: first the rewards to load, then call after call.

    Args:
        descriptor: The socket.
        shared: The memory in which large bodies lie.
        threads: How many calls are taken at a time.
        parent: The process that has the other end.
    """
    _ignore_signals()
    warnings.showwarning = show_plainly  # its lines stand in the service's log
    Thread(target=_end_with, args=(parent,), daemon=True).start()
    host = socket.socket(fileno=descriptor)
    frames = FrameSocket(host)
    for pickled in frames.receive():
        loaded_reward(pickled)
    collect_less()
    keep_memory()
    host.sendall(framed(READY))
    try:
        _serve(host, frames, BodyMemory(shared)) if threads == 1 else _serve_waiting(host, frames, threads)
    except (EOFError, OSError):  # the front process has closed the socket, or is gone
        os.killpg(os.getpgrp(), signal.SIGKILL)  # with whatever a scorer has started


def _ignore_signals() -> None:
    """Ctrl-C and SIGTERM, which a service manager may send to all, are the front process's to act on."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


def _end_with(parent: int) -> None:
    """End when the front process has, even in the middle of a call."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os.killpg(os.getpgrp(), signal.SIGKILL)


def _serve(host: socket.socket, frames: FrameSocket, memory: BodyMemory) -> None:
    while True:
        calls: list[Call] = frames.receive()
        host.sendall(b"".join([framed_result(call, memory) for call in calls]))


def _serve_waiting(host: socket.socket, frames: FrameSocket, threads: int) -> None:
    """Take calls as they come, each in a thread."""
    lock = Lock()

    def answer(call: Call) -> None:
        reply = framed_result(call)
        with lock:
            host.sendall(reply)

    with ThreadPoolExecutor(threads) as pool:
        while True:
            for call in frames.receive():
                pool.submit(answer, call)


def framed_result(call: Call, memory: BodyMemory | None = None) -> bytes:
    """What a call comes to, ready to be sent."""
    body = [memory.read(call.shared)] if memory is not None and call.shared else []
    try:
        return framed(Result(call.number, False, call.function(*body, *call.args)))
    except Exception as error:  # noqa: BLE001 - whatever the function raises belongs to whoever called it
        return framed(Result(call.number, True, _portable(error)))


def _portable(error: Exception) -> Exception:
    """An error as the other process can raise it: as it is where it pickles, else in words."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    except Exception:  # noqa: BLE001 - an error class of anybody's
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


@lru_cache(maxsize=256)
def loaded_reward(pickled: bytes) -> RewardFunction:
    """A reward from its pickle, kept."""
    reward: RewardFunction = pickle.loads(pickled)  # noqa: S301 - from our own process
    return reward


def score_rows_of(pickled: bytes, explain: bool, *columns: Any) -> RewardScores:
    """Score rows, given by the fields of `RewardRows`, with a pickled reward: the call that most calls are."""
    return scores_of(loaded_reward(pickled), RewardRows(*columns), explain=explain)
