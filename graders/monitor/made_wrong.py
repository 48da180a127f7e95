"""The audit's question, asked of the policy's own newest paid rows: does an answer earn as much when it is wrong?"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import numpy as np

from graders.audit.audit_plan import type_of
from graders.audit.wrong import is_wrong
from graders.contract.batch import Batch
from graders.monitor.detectors import FEWEST, SHOWN, Captured, Detector, Steps, alarm, part_of
from graders.monitor.recording import WatchAlarm
from graders.monitor.sequential import Jump, bar
from graders.monitor.step_rows import PAID, StepRows
from graders.reward.reward_function import RewardFunction

EVERY = 16
"""Steps between two trials, so that they cost little beside scoring."""

AS_MUCH = 0.9
"""A wrong answer earns as much where it gets this share of what the right one got."""

NULL = 0.3
"""Of rows that are suspected so many at most earn as much, where the grader compares what they say: graded likeness."""


class MadeWrong(Detector):
    """Suspected paid answers are scored under references that make them wrong, and earn as much.

    What an answer has to be wrong under is another row's reference, of which the audit is certain that it differs. A
    judge is never asked, since its calls cost: with one among the graders nothing is tried.
    """

    detectors = ("audit",)

    def __init__(self, reward: RewardFunction, captured: deque[Captured]) -> None:
        judged = any(type_of(name) == "llm" for name in reward.weights)
        self._idle = judged or len(reward.weights) < 2 or not reward.needs_reference
        self._reward, self._captured = reward, captured
        self._others: deque[tuple[str, ...]] = deque(maxlen=32)
        self._jump = Jump(NULL)

    def see(self, rows: StepRows) -> Iterator[WatchAlarm]:
        """As `Detector.see`."""
        if self._idle:
            return
        self._others.append(rows.references[rows.step % len(rows)])
        if rows.step % EVERY or len(self._captured) < FEWEST:
            return
        tried = [(one, other) for one in self._captured if (other := self._wrong_for(one.references)) is not None]
        self._captured.clear()
        if not tried:
            return
        hits = self._as_much(tried)
        evidence = self._jump.take([float(hit) for hit in hits], len(hits), rows.step)
        if evidence > bar(part_of("audit"), jump=True):
            shown = [one.shown for (one, _), hit in zip(tried, hits, strict=True) if hit]
            steps, share = Steps(rows.step, self._jump.step), sum(hits) / len(hits)
            yield alarm("audit", "", steps, share=share, evidence=evidence, rows=shown[:SHOWN])

    def _wrong_for(self, references: tuple[str, ...]) -> tuple[str, ...] | None:
        """Other references, under which what is right for these is certainly wrong."""
        certain = (other for other in self._others if other and all(is_wrong(one, references) for one in other))
        return next(certain, None)

    def _as_much(self, tried: list[tuple[Captured, tuple[str, ...]]]) -> list[bool]:
        """Whether each row earns as much when it is wrong; no, where it earned little when it was right."""
        rows = [one for one, _ in tried] * 2
        references = [one.references for one, _ in tried] + [other for _, other in tried]
        batch = Batch([row.completion for row in rows], [*references], [row.prompt for row in rows])
        result = self._reward.score_batch(batch)
        name, weight = next(iter(result.weights.items()))
        right, wrong = np.split((result.rewards - weight * result.components[name]) / (1 - weight), 2)
        flags: list[bool] = ((wrong >= AS_MUCH * right) & (right >= PAID)).tolist()
        return flags
