"""What the worker said, kept across batches, and the questions of one batch, put to two workers side by side.

A batch of rows is decided in three steps: everything that needs no worker, with a list of what is `NotAsked`; the
questions of that list, each once; and the rows that waited, with the answers at hand. An answer is kept, that nothing
is known too, so that the same pair costs nothing in the next batch. No question depends on another one: how rows are
cut into batches changes no verdict.
"""

from __future__ import annotations

from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from hashlib import blake2b

from graders.math.symbolic import worker_pool
from graders.math.symbolic.worker_pool import LANES, WorkerLost
from graders.math.tree import Tree, write
from graders.math.verdict import Finding

MAX_KEPT = 8192
"""Answers that are kept; the oldest goes first."""
_RULE = "the symbolic worker"

_Pair = tuple[Tree, Tree]
_kept: OrderedDict[bytes, Finding] = OrderedDict()
"""By a digest of the pair. Threads share it without a lock: each use of it is one call."""


class NotAsked(Exception):  # noqa: N818 - it names what happened
    """The worker was not asked about this pair yet."""


class Questions:
    """What one batch asks the worker."""

    def __init__(self) -> None:
        self._open: dict[bytes, _Pair] = {}
        self._answered: dict[bytes, Finding | WorkerLost] = {}

    def about(self, answer: Tree, reference: Tree) -> Finding:
        """What the worker found. Raises `NotAsked`, which notes the question, or `WorkerLost`."""
        key = _key(answer, reference)
        found = self._answered.get(key) or _kept.get(key)
        if found is None:
            self._open[key] = answer, reference
            raise NotAsked
        if isinstance(found, WorkerLost):
            raise found
        return found

    def ask(self) -> None:
        """Put all questions that were noted."""
        if len(self._open) == 1:
            replies = [*map(_reply, self._open.values())]
        else:
            with ThreadPoolExecutor(LANES, "graders-symbolic") as lanes:
                replies = [*lanes.map(_reply, self._open.values())]
        self._answered.update(zip(self._open, replies, strict=True))
        for key, reply in zip(self._open, replies, strict=True):
            if isinstance(reply, Finding):
                _keep(key, reply)
        self._open.clear()


def _key(answer: Tree, reference: Tree) -> bytes:
    text = "\n".join(sorted((write(answer), write(reference))))
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=24).digest()


def _reply(pair: _Pair) -> Finding | WorkerLost:
    try:
        return Finding(worker_pool.ask(*pair), _RULE)
    except WorkerLost as loss:
        return loss


def _keep(key: bytes, finding: Finding) -> None:
    _kept[key] = finding
    if len(_kept) > MAX_KEPT:
        _kept.popitem(last=False)


def forget_answers() -> None:
    """Keep nothing of what was said so far."""
    _kept.clear()
