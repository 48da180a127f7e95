"""What sees each scored batch: counts, samples and detectors, of which none can stop a run or change a reward."""

from __future__ import annotations

import logging
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from graders.monitor.detectors import DETECTORS, Comparisons, Detector, Jumps, Suspicion
from graders.monitor.made_wrong import MadeWrong
from graders.monitor.paid_traits import PaidTraits
from graders.monitor.recording import STEP_BYTES, SUMS, RankFile, stride
from graders.monitor.step_rows import TRAITS, StepRows
from graders.monitor.watch_run import last_step
from graders.reward.reward_batch import RewardBatch
from graders.reward.reward_function import RewardFunction
from graders.vocabulary.outcome import OUTCOMES

log = logging.getLogger("graders")

T = TypeVar("T")

LEAST_ROWS = 32
"""Smaller batches are put together until they have so many rows."""

ALARMS = 3
"""A detector raises so many at most: who has read three shapes has seen enough."""

SEED = 0
"""Draws the sampled rows."""


class Watcher:
    """Watches one reward in one process; a child of the process begins anew, with a file of its own.

    Attributes:
        folder: Where it records.
        raised: What alarms there were: detectors and subjects.
    """

    def __init__(self, reward: RewardFunction, folder: str | os.PathLike[str]) -> None:
        self.folder = os.fspath(folder)
        self._reward, self._names = reward, list(reward.weights)
        self._begin()

    def _begin(self) -> None:
        self._rank, self._world = int(os.environ.get("RANK") or 0), int(os.environ.get("WORLD_SIZE") or 1)
        self.raised: list[tuple[str, str]] = []
        self._pid, self._lock = os.getpid(), threading.Lock()
        self._step, self._told = -1, False
        self._waiting: list[RewardBatch] = []
        self._drawn: Counter[int] = Counter()
        self._rng = random.Random(f"{SEED}-{self._rank}")
        self._file: RankFile | None = RankFile(Path(self.folder), self._rank)
        self._dropped: list[dict[str, Any]] = []
        traits = PaidTraits(self._reward.settings.layout)
        made_wrong = MadeWrong(self._reward, self._reward._scored, traits)  # noqa: SLF001 - warns of nothing
        self._detectors: list[Detector] = [traits, Comparisons(self._reward.weights), Jumps(self._names), made_wrong]

    def at(self, step: int) -> None:
        """The step that comes, as a trainer counts them."""
        if self._step != step:
            self.flush()
        self._told, self._step = True, step

    def observe(self, result: RewardBatch) -> None:
        """See a scored batch. Never raises: what fails is logged once, and left out from then on."""
        if os.getpid() != self._pid:
            self._begin()
        with self._lock:
            self._waiting.append(result)
            if sum(map(len, self._waiting)) >= LEAST_ROWS:
                self._guarded("the recording", self._take)

    def flush(self) -> None:
        """See what is left of a step."""
        with self._lock:
            if self._waiting:
                self._guarded("the recording", self._take)

    def _take(self) -> None:
        """See the rows that wait as a step."""
        results, self._waiting = self._waiting, []
        if self._file is None:
            return
        rows = StepRows.of(self._next_step(), results)
        found = [one for detector in list(self._detectors) for one in self._seen(detector, rows)]
        records = [*self._dropped, *(self._alarm(rows, one) for one in found if self._is_new(one))]
        self._dropped = []
        if not self._file.records:
            records.insert(0, self._opened())
        if rows.step % stride(rows.step) == 0:
            records += [self._counted(rows), *self._sampled(self._file, rows)]
        if records:
            self._file.append(records)

    def _next_step(self) -> int:
        """The trainer's step; else one after the last one, which may stand in the files of an earlier process."""
        if not self._told:
            self._step = (last_step(self.folder) if self._step < 0 else self._step) + 1
        return self._step

    def _seen(self, detector: Detector, rows: StepRows) -> list[Suspicion]:
        return self._guarded(detector, lambda: list(detector.see(rows))) or []

    def _guarded(self, what: Detector | str, call: Callable[[], T]) -> T | None:
        """The one place where an exception of the monitor's ends: a run is worth more than its watching."""
        try:
            return call()
        except Exception as error:  # noqa: BLE001
            name = what if isinstance(what, str) else "/".join(what.detectors)
            said = f"{type(error).__name__}: {error}"
            log.warning("graders.watch: %s failed and stops here (%s)", name, said)
            if isinstance(what, str):
                self._file = None
            else:
                self._detectors.remove(what)
                self._dropped.append({"k": "dropped", "detector": name, "error": said})
            return None

    def _is_new(self, one: Suspicion) -> bool:
        """Whether it was not raised before, and its detector not too often; it is from now on."""
        often = sum(detector == one.detector for detector, _ in self.raised)
        if often >= ALARMS or (one.detector, one.subject) in self.raised:
            return False
        self.raised.append((one.detector, one.subject))
        return True

    def _alarm(self, rows: StepRows, one: Suspicion) -> dict[str, Any]:
        told = DETECTORS[one.detector]
        alarm = {
            **one._asdict(),
            "step": rows.step,
            "odds": float(np.exp(min(one.evidence, 700.0))),
            "sentence": told["found"].format(subject=one.subject, share=one.share),
            "change": told["change"],
            "rows": [row if isinstance(row, dict) else rows.shown(row, one.detector) for row in one.rows],
            "rank": self._rank,
        }
        del alarm["evidence"]
        log.warning("alarm %s at step %d: %s; %s", one.detector, rows.step, alarm["sentence"], told["change"])
        return {"k": "alarm", "s": rows.step, "alarm": alarm}

    def _opened(self) -> dict[str, Any]:
        reward, who = self._reward, {"rank": self._rank, "told": self._told, "time": time.time()}
        definition = reward.definition.model_dump(mode="json", exclude_none=True)
        about = {"signature": reward.signature(), "weights": reward.weights, "definition": definition}
        return {"k": "open", "s": self._step - 1, **who, **about}

    def _counted(self, rows: StepRows) -> dict[str, Any]:
        """The sums of a step: see `watch_run`."""
        answers, known, names = [one for one in rows.answers if one is not None], ~np.isnan(rows.values), self._names
        groups = len(rows.grouping.sizes), np.count_nonzero(rows.grouping.sums(~np.isnan(rows.pay)))
        texts = len(answers), sum(map(len, answers)), len(set(answers))
        paid = rows.scored.sum(), rows.rewards[rows.scored].sum(), rows.paid.sum()
        return {
            "k": "step",
            "s": rows.step,
            **dict(zip(SUMS, map(float, (len(rows), *paid, *texts, *groups)), strict=True)),
            "sums": dict(zip(names, np.where(known, rows.values, 0.0).sum(axis=1).tolist(), strict=True)),
            "counts": dict(zip(names, known.sum(axis=1).tolist(), strict=True)),
            "outcomes": dict(zip(names, map(_named, rows.codes.tolist()), strict=True)),
            "traits": dict(zip(TRAITS, (rows.traits & rows.paid).sum(axis=1).tolist(), strict=False)),
        }

    def _sampled(self, file: RankFile, rows: StepRows) -> list[dict[str, Any]]:
        """A row of the kind that was drawn least so far, and one that is odd and paid; as long as there is room."""
        if file.spent > STEP_BYTES // self._world * file.records or rows.step % self._world != self._rank:
            return []
        chosen: dict[int, str] = {}
        if len(novel := np.flatnonzero(rows.paid & rows.traits.any(axis=0))):
            chosen[self._rng.choice(novel.tolist())] = "novel"
        kinds = rows.codes[-1].astype(np.int64) * 4 + rows.paid * 2 + rows.scored
        kind = min(set(kinds.tolist()), key=lambda kind: (self._drawn[kind], kind))
        self._drawn[kind] += 1
        why = ("unscored", "unpaid", "paid", "paid")[kind % 4]
        chosen.setdefault(self._rng.choice(np.flatnonzero(kinds == kind).tolist()), why)
        return [{"k": "rows", "s": rows.step, "rows": [rows.shown(row, why) for row, why in chosen.items()]}]


def _named(codes: list[int]) -> dict[str, int]:
    """How often each outcome comes."""
    return {str(OUTCOMES[code]): count for code, count in Counter(codes).items()}
