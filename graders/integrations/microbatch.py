"""One engine a process, for trainers that ask for one sample a call: calls under way at once are scored as a batch."""

from __future__ import annotations

import asyncio
import logging
import os
import pickle
import threading
from collections import deque
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from graders.reward.load import load_reward
from graders.reward.reward_batch import RewardBatch
from graders.reward.reward_function import RewardFunction
from graders.settings.setting_sources import read_toml
from graders.settings.settings import Settings, read_env
from graders.vocabulary.errors import GradersError, UnscoredError
from graders.vocabulary.outcome import Outcome
from graders.wire.documents import Source

RewardSource = Source | RewardFunction
"""What an adapter makes its reward of: what `load_reward` takes, or a reward, such as `graders.watch` gives."""

log = logging.getLogger("graders")

SLOTS = 8
"""So many batches may be under way at once: one that waits for a judge doesn't hold up the others."""

MAX_BATCH = 256
"""So many calls make one batch at most."""


@dataclass(frozen=True)
class Scored:
    """One sample, scored.

    Attributes:
        reward: In [0, 1]; None where unscored.
        components: The score of each component; None where unscored.
        outcomes: The outcome of each component.
        answer: The answer that was read; None where there is none.
    """

    reward: float | None
    components: Mapping[str, float | None]
    outcomes: Mapping[str, Outcome]
    answer: str | None

    def number(self, unscored: float | None) -> float:
        """The reward as a float, for trainers that know no None.

        Args:
            unscored: What stands for an unscored row; None raises.

        Raises:
            UnscoredError: the row is unscored, and `unscored` is None.
        """
        if self.reward is not None:
            return self.reward
        reasons = ", ".join(f"{name}: {one}" for name, one in self.outcomes.items() if one.unscored)
        if unscored is None:
            raise UnscoredError(f"a sample could not be scored ({reasons}), and the adapter's unscored= is None")
        log.warning("a sample could not be scored (%s); the trainer takes only numbers and gets %g", reasons, unscored)
        return unscored

    def flat(self, unscored: float | None) -> dict[str, float]:
        """``score``, ``unscored`` (0 or 1) and every component, always the same keys; numbers all of them.

        Args:
            unscored: What stands for an unscored row or component; None raises.
        """
        score = self.number(unscored)
        parts = {name: (unscored or 0.0) if value is None else value for name, value in self.components.items()}
        return {"score": score, "unscored": float(self.reward is None), **parts}


class _Ask(NamedTuple):
    """A sample that waits to be scored."""

    completion: Any
    reference: Any
    prompt: Any
    answer: Future[Scored]


class MicroBatcher:
    """Scores samples one a call, from any number of threads and coroutines; make it with `engine_for`.

    What waits while a batch is under way becomes the next one, so that judge calls go out together. There is no
    timer: a call that is alone is scored at once.

    Attributes:
        reward: The reward.
    """

    def __init__(self, reward: RewardFunction) -> None:
        self.reward = reward
        self._waiting: deque[_Ask] = deque()
        self._slots = threading.BoundedSemaphore(SLOTS)
        self._pool = ThreadPoolExecutor(SLOTS, "graders-engine")

    def score(self, completion: Any, reference: Any = None, prompt: Any = None) -> Scored:
        """Score one sample; blocks until it is.

        Args:
            completion: Text or chat messages.
            reference: Its reference.
            prompt: Its prompt.

        Raises:
            TypeError, GradersError: what `RewardFunction.evaluate` raises for this sample.
        """
        ask = self._asked(completion, reference, prompt)
        self._settle_waiting()
        return ask.answer.result()

    async def score_async(self, completion: Any, reference: Any = None, prompt: Any = None) -> Scored:
        """As `score`, without blocking the loop that awaits it."""
        ask = self._asked(completion, reference, prompt)
        self._pool.submit(self._settle_waiting)
        return await asyncio.wrap_future(ask.answer)

    def score_all(
        self, completions: list[Any], references: list[Any] | None, prompts: list[Any] | None
    ) -> list[Scored]:
        """Score several samples as one batch, each as `score` would."""
        batch = self._evaluated(completions, references, prompts)
        return [_scored(batch, row) for row in range(len(batch))]

    def _asked(self, completion: Any, reference: Any, prompt: Any) -> _Ask:
        ask = _Ask(completion, reference, prompt, Future())
        self._waiting.append(ask)
        return ask

    def _settle_waiting(self) -> None:
        """Score what waits; what others have taken meanwhile is theirs to settle."""
        with self._slots:
            while asks := self._taken():
                self._settle(asks)

    def _taken(self) -> list[_Ask]:
        asks: list[_Ask] = []
        with suppress(IndexError):  # another thread may take the last ones
            while len(asks) < MAX_BATCH:
                asks.append(self._waiting.popleft())
        return asks

    def _settle(self, asks: list[_Ask]) -> None:
        """Score some samples; where one of them can't even be read, each for itself."""
        try:
            batch = self._evaluated(*(list(column) for column in list(zip(*asks, strict=True))[:3]))
            for row, ask in enumerate(asks):
                ask.answer.set_result(_scored(batch, row))
        except (GradersError, TypeError) as error:
            if len(asks) == 1:
                asks[0].answer.set_exception(error)
                return
            for ask in asks:
                self._settle([ask])
        finally:
            for ask in asks:
                if not ask.answer.done():
                    ask.answer.set_exception(RuntimeError("the batch of this sample was given up; see the log"))

    def _evaluated(
        self, completions: list[Any], references: list[Any] | None, prompts: list[Any] | None
    ) -> RewardBatch:
        """A batch of samples that stand for themselves; prompts only where there are any."""
        columns = {self.reward.settings.reference_column: references} if references is not None else {}
        known = prompts if prompts is not None and any(prompt is not None for prompt in prompts) else None
        return self.reward.evaluate_columns(completions, known, columns)


def _scored(batch: RewardBatch, row: int) -> Scored:
    return Scored(
        _number(batch.rewards[row]),
        {name: _number(values[row]) for name, values in batch.components.items()},
        {name: codes[row] for name, codes in batch.outcomes.items()},
        batch.answers[row],
    )


def _number(value: np.float64) -> float | None:
    return None if np.isnan(value) else float(value)


def engine_for(source: RewardSource, settings: Settings | str | os.PathLike[str] | None = None) -> MicroBatcher:
    """The engine of a reward: one a process, however often and from wherever it is asked for.

    Args:
        source: The reward, as `load_reward` takes it; or one that is made already, such as `graders.watch` gives,
            with its own settings.
        settings: Settings, or the path of a TOML file; where None, ``GRADERS_*`` variables are read.

    Raises:
        DefinitionError: the reward or the settings have mistakes.

    >>> engine = engine_for({"graders": [{"type": "math_accuracy"}]})
    >>> engine.score("<think>x</think><answer>0.5</answer>", "1/2").reward
    1.0
    """
    if not isinstance(settings, Settings):
        settings = Settings.layered(read_toml(settings) if settings is not None else {}, read_env(os.environ))
    key = source if isinstance(source, str) else os.fspath(source) if isinstance(source, os.PathLike) else source
    with _lock:
        return _made(pickle.dumps((key, settings)))


@lru_cache(maxsize=32)
def _made(key: bytes) -> MicroBatcher:
    """One engine for each reward and settings; a child of this process begins anew."""
    source, settings = pickle.loads(key)  # noqa: S301 - our own bytes, made above
    return MicroBatcher(source if isinstance(source, RewardFunction) else load_reward(source, settings))


_lock = threading.Lock()


def _after_fork() -> None:
    """The parent's threads don't exist in the child, nor does who held the lock."""
    global _lock  # noqa: PLW0603
    _lock = threading.Lock()
    _made.cache_clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
