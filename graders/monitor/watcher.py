"""What sees each scored batch: counts, samples and detectors, of which none can stop a run or change a reward."""

from __future__ import annotations

import os
import random
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from graders.monitor.detectors import DETECTORS as CHANGES
from graders.monitor.detectors import (
    Collapse,
    Detector,
    FormatApart,
    OutcomeJumps,
    PartingWays,
    Raised,
    SoughtUnscored,
)
from graders.monitor.made_wrong import MadeWrong
from graders.monitor.paid_traits import PaidTraits
from graders.monitor.recording import STEP_BYTES, RankFile, cut, stride
from graders.monitor.step_rows import StepRows
from graders.monitor.traits import NAMES
from graders.reward.reward_batch import RewardBatch
from graders.reward.reward_function import RewardFunction
from graders.vocabulary.errors import GradersWarning
from graders.vocabulary.outcome import OUTCOMES

T = TypeVar("T")

LEAST_ROWS = 32
"""Smaller batches are put together until they have so many rows."""

PROMPT, COMPLETION, ANSWER = 400, 1200, 300
"""Bytes of the texts that are recorded of a row."""

SEED = 0
"""Draws the sampled rows."""

_NAMES = [str(outcome) for outcome in OUTCOMES]


class Watcher:
    """Watches one reward in one process; a child of the process begins anew, with a file of its own.

    Attributes:
        folder: Where it records.
        alarms: How many alarms there were.
        rank, world: Which of how many processes this is, as launchers tell it by ``RANK`` and ``WORLD_SIZE``.
    """

    def __init__(self, reward: RewardFunction, folder: str | os.PathLike[str]) -> None:
        self.folder = os.fspath(folder)
        self._reward = reward
        self._begin()

    def _begin(self) -> None:
        self.rank, self.world = (int(os.environ.get(name) or least) for name, least in (("RANK", 0), ("WORLD_SIZE", 1)))
        self.alarms = 0
        self._pid, self._lock = os.getpid(), threading.Lock()
        self._step: int | None = None
        self._told = False
        self._waiting: list[RewardBatch] = []
        self._sums: dict[str, Any] = {}
        self._rows: list[dict[str, Any]] = []
        self._drawn: dict[int, int] = {}
        self._rng = random.Random(f"{SEED}-{self.rank}")
        self._file: RankFile | None = RankFile(Path(self.folder), self.rank)
        self._records = 0
        self._traits = PaidTraits(self._reward.settings.layout)
        self._detectors: list[Detector] = [self._traits, *self._others()]

    def _others(self) -> Iterator[Detector]:
        names = list(self._reward.weights)
        yield FormatApart(self._reward.weights)
        yield SoughtUnscored()
        yield OutcomeJumps(names)
        yield PartingWays(names)
        yield Collapse()
        yield MadeWrong(self._reward, self._reward._scored, self._traits)  # noqa: SLF001 - without its warnings

    def at(self, step: int) -> None:
        """The step that comes, as a trainer counts them."""
        if self._step != step:
            self.flush()
        self._told, self._step = True, step

    def observe(self, result: RewardBatch) -> None:
        """See a scored batch. Never raises: what fails is warned of once, and left out from then on."""
        if os.getpid() != self._pid:
            self._begin()
        with self._lock:
            self._waiting.append(result)
            if sum(map(len, self._waiting)) >= LEAST_ROWS:
                self._guarded("the monitor", self._take)

    def flush(self) -> None:
        """Take in, and write, what is left of a step."""
        with self._lock:
            if self._waiting:
                self._guarded("the monitor", self._take)
            if self._sums:
                self._guarded("the recording", self._write)

    def _take(self) -> None:
        """See a step's rows."""
        results, self._waiting = self._waiting, []
        rows = StepRows.of(results)
        step = self._next_step()
        found = [one for detector in list(self._detectors) for one in self._seen(detector, step, rows)]
        self._count(step, rows)
        self._sample(step, rows)
        if found or step % stride(step) == 0:
            self._guarded("the recording", lambda: self._write(self._alarms(step, found)))

    def _next_step(self) -> int:
        """The trainer's step; else one after the last one, which may stand in the files of an earlier process."""
        if self._told and self._step is not None:
            return self._step
        self._step = (_last_step(self.folder) if self._step is None else self._step) + 1
        return self._step

    def _seen(self, detector: Detector, step: int, rows: StepRows) -> list[Raised]:
        found = self._guarded(detector, lambda: list(detector.see(step, rows, self._shown(step, rows))))
        return found or []

    def _guarded(self, what: Detector | str, call: Callable[[], T]) -> T | None:
        """The one place where an exception of the monitor's ends: a run is worth more than its watching."""
        try:
            return call()
        except Exception as error:  # noqa: BLE001
            name = what if isinstance(what, str) else "/".join(what.detectors)
            said = f"{type(error).__name__}: {error}"
            warnings.warn(
                f"graders.watch: {name} failed and is left out from now on ({said})", GradersWarning, stacklevel=2
            )
            if isinstance(what, Detector):
                self._detectors.remove(what)
                self._rows.append({"k": "dropped", "s": self._step, "detector": name, "error": said})
            else:
                self._file = None
            return None

    def _write(self, alarms: list[dict[str, Any]] | None = None) -> None:
        """Append what has gathered; the first time, who writes it."""
        if self._file is None:
            self._sums, self._rows = {}, []
            return
        records = [self._sums, *self._rows, *(alarms or [])]
        if not self._file.spent:
            records.insert(0, self._opened())
        self._sums, self._rows = {}, []
        self._records += 1
        self._file.append(records)

    def _opened(self) -> dict[str, Any]:
        reward = self._reward
        return {
            "k": "open",
            "s": (self._step or 1) - 1,
            "told": self._told,
            "rank": self.rank,
            "world": self.world,
            "pid": self._pid,
            "time": time.time(),
            "signature": reward.signature(),
            "weights": reward.weights,
            "definition": reward.definition.model_dump(mode="json", exclude_none=True),
        }

    def _count(self, step: int, rows: StepRows) -> None:
        """Add a step's rows to the sums that are written."""
        old, names = self._sums, list(self._reward.weights)
        lengths = [len(one) for one in rows.answers if one is not None]
        seen = self._traits.seen
        traits = (seen.flags & rows.paid).sum(axis=1).tolist() if seen is not None else [0] * len(NAMES)
        known = ~np.isnan(rows.values)
        new = {
            "n": len(rows),
            "scored": int(rows.scored.sum()),
            "reward": float(rows.rewards[rows.scored].sum()),
            "paid": int(rows.paid.sum()),
            "answers": len(lengths),
            "length": sum(lengths),
            "distinct": len({*rows.answers} - {None}),
            "groups": len(rows.grouping.sizes),
            "teaching": int((rows.grouping.sums(~np.isnan(rows.pay)) > 0).sum()),
            "sums": dict(zip(names, np.where(known, rows.values, 0.0).sum(axis=1).tolist(), strict=True)),
            "counts": dict(zip(names, known.sum(axis=1).tolist(), strict=True)),
            "outcomes": {name: _counted(codes) for name, codes in zip(names, rows.codes, strict=True)},
            "traits": {name: count for name, count in zip(NAMES, traits, strict=True) if count},
        }
        self._sums = {"k": "step", "s": step, **{name: _added(old.get(name), value) for name, value in new.items()}}

    def _sample(self, step: int, rows: StepRows) -> None:
        """A row of the kind that was drawn least so far, and one that is odd and paid; as long as there is room."""
        file = self._file
        if file is None or step % (stride(step) * self.world) != self.rank % self.world:
            return
        if file.spent > STEP_BYTES // self.world * (self._records + 1):
            return
        seen = self._traits.seen
        chosen: dict[int, str] = {}
        if seen is not None and len(novel := np.flatnonzero(rows.paid & seen.flags.any(axis=0))):
            chosen[self._rng.choice(novel.tolist())] = "novel"
        kinds = rows.codes[-1].astype(np.int64) * 4 + rows.paid * 2 + rows.scored
        kind = min(set(kinds.tolist()), key=lambda kind: (self._drawn.get(kind, 0), kind))
        self._drawn[kind] = self._drawn.get(kind, 0) + 1
        why = ("unscored", "unpaid", "paid", "paid")[kind % 4]
        chosen.setdefault(self._rng.choice(np.flatnonzero(kinds == kind).tolist()), why)
        show = self._shown(step, rows)
        self._rows.append({"k": "rows", "s": step, "rows": [show(row, why) for row, why in chosen.items()]})

    def _shown(self, step: int, rows: StepRows) -> Callable[[int, str], dict[str, Any]]:
        """Makes recorded rows: see `watch_run.WatchedRow`."""

        def show(row: int, why: str) -> dict[str, Any]:
            names, seen = list(self._reward.weights), self._traits.seen
            references = " | ".join(rows.references[row])
            return {
                "step": step,
                "prompt": cut(rows.prompts[row], PROMPT) or None,
                "completion": cut(rows.completions[row].text, COMPLETION),
                "answer": cut(rows.answers[row], ANSWER),
                "reference": cut(references, ANSWER) or None,
                "reward": _known(rows.rewards[row]),
                "scores": {name: _known(score) for name, score in zip(names, rows.values[:, row], strict=True)},
                "outcomes": {name: _NAMES[code] for name, code in zip(names, rows.codes[:, row].tolist(), strict=True)},
                "traits": [] if seen is None else [NAMES[k] for k in np.flatnonzero(seen.flags[:, row])],
                "why": why,
            }

        return show

    def _alarms(self, step: int, found: list[Raised]) -> list[dict[str, Any]]:
        """The records of what was found, of each subject once."""
        records = []
        for one in found:
            fields = one._asdict()
            evidence = fields.pop("evidence")
            more = {
                "step": step,
                "odds": float(np.exp(min(evidence, 700))),
                "change": CHANGES[one.detector],
                "rank": self.rank,
            }
            self.alarms += 1
            records.append({"k": "alarm", "s": step, "alarm": {**fields, **more}})
        return records


def _known(value: Any) -> float | None:
    return None if np.isnan(value) else float(value)


def _counted(codes: Any) -> dict[str, int]:
    """How often each outcome comes."""
    counts = np.bincount(codes, minlength=len(_NAMES)).tolist()
    return {name: count for name, count in zip(_NAMES, counts, strict=True) if count}


def _added(old: Any, new: Any) -> Any:
    """Sums of sums, those in tables by name."""
    if old is None:
        return new
    if isinstance(new, dict):
        return {name: _added(old.get(name), new.get(name, 0)) if name in old else new[name] for name in {**old, **new}}
    return old + new


def _last_step(folder: str) -> int:
    """The last step that is recorded in a folder."""
    from graders.monitor.watch_run import read_run
    from graders.vocabulary.errors import DataError

    try:
        return int(read_run(folder).steps.max(initial=0))
    except DataError:
        return 0
