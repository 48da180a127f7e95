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

from graders.monitor.detectors import ALARMS, Detector
from graders.monitor.jumps import Jumps
from graders.monitor.made_wrong import MadeWrong
from graders.monitor.recording import STEP_BYTES, RankFile, WatchAlarm, stride
from graders.monitor.spreading import Spreading
from graders.monitor.step_rows import OUTCOME_NAMES, StepRows, scored
from graders.monitor.watch_run import last_step
from graders.reward.reward_batch import RewardBatch
from graders.reward.reward_function import RewardFunction

log = logging.getLogger("graders")

T = TypeVar("T")

LEAST_ROWS = 32
"""Smaller batches are put together until they have so many rows."""

SAMPLED = 4
"""Every so manieth step has rows drawn, in turn by one of the processes."""

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
        self._reward = reward
        self._begin()

    def _begin(self) -> None:
        self._rank, self._world = int(os.environ.get("RANK") or 0), int(os.environ.get("WORLD_SIZE") or 1)
        self.raised: list[tuple[str, str]] = []
        self._pid, self._lock = os.getpid(), threading.Lock()
        self._step, self._told = -1, False
        self._waiting: list[RewardBatch] = []
        self._drawn: Counter[tuple[str, int]] = Counter()
        self._rng = random.Random(f"{SEED}-{self._rank}")
        self._file: RankFile | None = RankFile(Path(self.folder), self._rank)
        self._dropped: list[dict[str, Any]] = []
        spreading = Spreading(self._reward.settings.layout, next(iter(self._reward.weights.values())))
        self._detectors: list[Detector] = [spreading, Jumps(), MadeWrong(self._reward, spreading.captured)]

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
        records = [*self._dropped, *({"k": "alarm", "alarm": one} for one in found if self._is_new(one))]
        self._dropped = []
        if not self._file.records:
            records.insert(0, self._opened())
        if rows.step % stride(rows.step) == 0:
            records.append({"k": "step", "sums": _sums(rows)})
            if chosen := self._sampled(self._file, rows):
                records.append({"k": "rows", "rows": [rows.shown(row, why) for row, why in chosen.items()]})
        if records:
            self._file.append({"s": rows.step, **record} for record in records)

    def _next_step(self) -> int:
        """The trainer's step; else one after the last one, which may stand in the files of an earlier process."""
        if not self._told:
            self._step = (last_step(self.folder) if self._step < 0 else self._step) + 1
        return self._step

    def _seen(self, detector: Detector, rows: StepRows) -> list[WatchAlarm]:
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

    def _is_new(self, one: WatchAlarm) -> bool:
        """Whether it was not raised before, and its detector not too often; it is logged then, and is from now on."""
        often = sum(detector == one.detector for detector, _ in self.raised)
        if often >= ALARMS or (one.detector, one.subject) in self.raised:
            return False
        self.raised.append((one.detector, one.subject))
        log.warning("alarm %s at step %d: %s; %s", one.detector, one.step, one.sentence, one.change)
        return True

    def _opened(self) -> dict[str, Any]:
        reward, who = self._reward, {"rank": self._rank, "told": self._told, "time": time.time()}
        definition = reward.definition.model_dump(mode="json", exclude_none=True)
        about = {"signature": reward.signature(), "weights": reward.weights, "definition": definition}
        return {"k": "open", "s": self._step - 1, **who, **about}

    def _sampled(self, file: RankFile, rows: StepRows) -> dict[int, str]:
        """A row of the kind that was drawn least so far, and one that is odd and paid, with why; if there is room."""
        turn, rest = divmod(rows.step - 1, SAMPLED)
        if rest or turn % self._world != self._rank or file.spent > STEP_BYTES // self._world * file.records:
            return {}
        chosen: dict[int, str] = {}
        if novel := sorted({row for found in rows.traits.values() for row in found} & set(rows.paid)):
            chosen[self._rng.choice(novel)] = "novel"
        kinds: dict[tuple[str, int], list[int]] = {}
        paid, unscored = set(rows.paid), set(rows.unscored)
        for row, code in enumerate(rows.codes[-1]):
            why = "paid" if row in paid else "unscored" if row in unscored else "unpaid"
            kinds.setdefault((why, code), []).append(row)
        kind = min(kinds, key=lambda kind: (self._drawn[kind], kind))
        self._drawn[kind] += 1
        chosen.setdefault(self._rng.choice(kinds[kind]), kind[0])
        return chosen


def _sums(rows: StepRows) -> dict[str, float]:
    """What is summed up over a step's rows, by the names under which `watch_run` reads it."""
    answers, paid = [one for one in rows.answers if one is not None], set(rows.paid)
    sums: dict[str, float] = {
        "rows": len(rows),
        "scored": len(rows) - len(rows.unscored),
        "reward": sum(map(sum, rows.known)),
        "paid": len(paid),
        "answers": len(answers),
        "length": sum(map(len, answers)),
        "distinct": len(set(answers)),
        "groups": len(rows.groups),
        "teaching": sum(rows.spread),
    }
    for name, values, codes in zip(rows.names, rows.values, rows.codes, strict=True):
        known = scored(values)
        sums[f"score/{name}"], sums[f"count/{name}"] = sum(known), len(known)
        sums |= {f"outcome/{name}/{OUTCOME_NAMES[code]}": count for code, count in Counter(codes).items()}
    return sums | {f"trait/{name}": len(paid.intersection(found)) for name, found in rows.traits.items() if found}
