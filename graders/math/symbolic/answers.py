"""What the worker said, kept across batches, and the questions of one batch, put to two workers side by side.

A batch of rows is decided in three steps: everything that needs no worker, with a list of what is `NotAsked`; the
questions of that list, each once; and the rows that waited, with the answers at hand. An answer is kept, that nothing
is known too, so that the same pair costs nothing in the next batch. What open pairs may cost a batch is bounded: beyond
it the rest stays open, and is kept so.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from hashlib import blake2b

from graders.math.symbolic import worker_pool
from graders.math.symbolic.worker_pool import WorkerLost, WorkerReply
from graders.math.tree import Tree, write
from graders.math.verdict import Finding

MAX_OPEN_COST = 60
"""Tenths of the fuel of a task that pairs which stay open may cost a batch: six tasks that run out of it."""
WAVE = 2
"""Questions that are put before their costs are added up, whatever the number of workers: a verdict depends on none."""
MAX_KEPT = 8192
"""Answers that are kept; the oldest goes first."""
_RULE = "the symbolic worker"
_BEYOND = "the symbolic worker: more open pairs than one batch may ask about"

_kept: dict[bytes, Finding] = {}
_lock = threading.Lock()


class NotAsked(Exception):  # noqa: N818 - it names what happened
    """The worker was not asked about this pair yet."""


class Questions:
    """What one batch asks the worker."""

    def __init__(self) -> None:
        self._open: dict[bytes, tuple[Tree, Tree]] = {}
        self._lost: dict[bytes, WorkerLost] = {}

    def about(self, answer: Tree, reference: Tree) -> Finding:
        """What the worker found. Raises `NotAsked`, which notes the question, or `WorkerLost`."""
        key = _key(answer, reference)
        if key in self._lost:
            raise self._lost[key]
        finding = _kept.get(key)
        if finding is None:
            self._open[key] = answer, reference
            raise NotAsked
        return finding

    def ask(self) -> None:
        """Put all questions that were noted."""
        keys, cost = list(self._open), 0
        while keys and cost < MAX_OPEN_COST:
            wave, keys = keys[:WAVE], keys[WAVE:]
            replies = _side_by_side([self._open[key] for key in wave])
            for key, reply in zip(wave, replies, strict=True):
                if isinstance(reply, WorkerLost):
                    self._lost[key] = reply
                else:
                    cost += reply.tenths
                    _keep(key, Finding(reply.equal, _RULE))
        for key in keys:
            _keep(key, Finding(None, _BEYOND))
        self._open.clear()


def _key(answer: Tree, reference: Tree) -> bytes:
    text = f"{write(answer)}\n{write(reference)}"
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=24).digest()


def _keep(key: bytes, finding: Finding) -> None:
    with _lock:
        if len(_kept) >= MAX_KEPT:
            _kept.pop(next(iter(_kept)))
        _kept[key] = finding


def forget_answers() -> None:
    """Keep nothing of what was said so far."""
    with _lock:
        _kept.clear()


def _side_by_side(pairs: Sequence[tuple[Tree, Tree]]) -> list[WorkerReply | WorkerLost]:
    """The replies, in order: from as many workers as there are, each of which takes the next pair when it is free."""
    replies: list[WorkerReply | WorkerLost | None] = [None] * len(pairs)
    waiting = list(reversed(range(len(pairs))))

    def lane() -> None:
        while waiting:
            try:
                at = waiting.pop()
            except IndexError:  # the other lane was quicker
                return
            replies[at] = _reply(*pairs[at])

    helper = threading.Thread(target=lane, name="graders-symbolic", daemon=True) if _has_two(pairs) else None
    try:
        if helper:
            helper.start()
        lane()
    finally:  # after an interrupt the other lane ends with the pair in hand
        waiting.clear()
    if helper:
        helper.join()
    return [reply if reply is not None else WorkerLost("the other lane ended") for reply in replies]


def _has_two(pairs: Sequence[object]) -> bool:
    return len(pairs) > 1 and len(os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else ()) > 1


def _reply(answer: Tree, reference: Tree) -> WorkerReply | WorkerLost:
    try:
        return worker_pool.ask(answer, reference)
    except WorkerLost as loss:
        return loss
