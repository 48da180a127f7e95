"""Traits and masked shapes of answers that spread among the paid rows because they earn more than the others."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from graders.completion.parse import Layout
from graders.figures.grouping import Flags
from graders.monitor.detectors import DETECTORS, SHOWN, Detector, Shares, Suspicion
from graders.monitor.sequential import Bets, bar
from graders.monitor.step_rows import PAID, StepRows
from graders.monitor.traits import NAMES, Memory, Remembered, Seen
from graders.vocabulary.outcome import Outcome

DETECTOR_OF = dict(
    zip(NAMES, ("repeated", "entropy", "echo", "length", "thought", "thought", "thought", "outcomes"), strict=True)
)
"""Whose trait each is; every pattern is `shape`'s."""

PATTERNS = 256
"""So many patterns are followed at once; one that comes anew takes the place of the rarest that nobody suspects."""

CLEARED = -3.0
"""Where the evidence falls below this, nothing is suspected until the share has doubled again: what is bet then counts
as a subject of its own, and bets lost on honest rows don't weigh on a later hack."""

_VERDICTS = (Outcome.MATCH, Outcome.MISMATCH, Outcome.GRADED)
_BY_RULE = np.array([not one.unscored and one not in _VERDICTS for one in Outcome])


class Captured(NamedTuple):
    """A paid row of what is suspected, as it was scored and as it is recorded."""

    text: str
    prompt: str
    references: tuple[str, ...]
    shown: dict[str, Any]


class PaidTraits(Detector):
    """Bets on every trait and pattern that is suspected, that it earns more than the rest of its group.

    What is suspected is a trait that comes up in more and more groups: one group that agrees is one piece of news.

    Attributes:
        captured: Paid rows of what is suspected, the newest last.
    """

    detectors = tuple(dict.fromkeys(("shape", *DETECTOR_OF.values())))

    def __init__(self, layout: Layout) -> None:
        slots = len(NAMES) + PATTERNS
        self.captured: deque[Captured] = deque(maxlen=8)
        self._memory = Memory(layout)
        self._names = [*NAMES, *[""] * PATTERNS]
        self._slot_of: dict[str, int] = {}
        self._fresh = Remembered()
        self._shares, self._paid, self._bets = Shares(slots), Shares(slots), Bets(slots)
        self._place = np.zeros(slots, dtype=np.int64)  # the how manieth suspect of its detector, 0 for none
        self._began = np.zeros(slots, dtype=np.int64)
        self._suspects: dict[str, int] = {}
        self._rows: dict[int, deque[dict[str, Any]]] = {}

    def see(self, rows: StepRows) -> Iterator[Suspicion]:
        """As `Detector.see`."""
        seen = self._memory.look(rows, _ruled_out(rows), unpaid=bool(self._suspects))
        rows.traits = seen.flags
        slots, flags = self._present(seen, rows)
        paid = flags & rows.paid
        hits, groups = np.zeros(len(self._names)), np.zeros(len(self._names))
        hits[slots], groups[slots] = paid.sum(axis=1), np.count_nonzero(rows.grouping.sums(paid), axis=1)
        self._paid.take(hits, int(rows.paid.sum()))
        self._shares.take(groups, int(rows.paid.sum()))
        for slot in np.flatnonzero(self._shares.risen() & (self._place == 0)).tolist():
            self._suspect(slot, rows.step)
        followed = self._place[slots] > 0
        if not followed.any():
            return
        slots, flags, paid = slots[followed], flags[followed], paid[followed]
        self._bets.settle(slots, rows.differences(flags, rows.pay, seen.own))
        self._capture(slots, paid, rows)
        yield from self._alarms(slots)

    def _present(self, seen: Seen, rows: StepRows) -> tuple[NDArray[np.intp], Flags]:
        """The slots that stand in a step, and which rows have them."""
        members: dict[int, list[int]] = {}
        paid = rows.paid.tolist()
        for row, patterns in seen.patterns.items():
            for pattern in patterns:
                slot = self._slot_of.get(pattern)
                if slot is None and paid[row]:
                    slot = self._grant(pattern, hash(rows.references[row] or rows.prompts[row]), rows.step)
                if slot is not None:
                    members.setdefault(slot, []).append(row)
        flags = np.zeros((len(NAMES) + len(members), len(paid)), dtype=np.bool_)
        flags[: len(NAMES)] = seen.flags
        for place, their_rows in enumerate(members.values(), start=len(NAMES)):
            flags[place, their_rows] = True
        return np.array([*range(len(NAMES)), *members], dtype=np.intp), flags

    def _grant(self, pattern: str, under: int, step: int) -> int | None:
        """A slot for a pattern that is paid under yet other references: one reference's own words are no pattern."""
        if not self._fresh.others(pattern, under, add=True):
            return None
        first = len(NAMES)
        slot = first + int(np.where(self._place[first:] > 0, np.inf, self._shares.now[first:]).argmin())
        if self._place[slot]:  # every pattern is suspected
            return None
        self._slot_of.pop(self._names[slot], None)
        self._names[slot], self._slot_of[pattern], self._began[slot] = pattern, slot, step
        self._shares.forget(slot)
        self._paid.forget(slot)
        return slot

    def _suspect(self, slot: int, step: int) -> None:
        """Begin to bet on a slot."""
        detector = self._detector(slot)
        self._suspects[detector] = self._suspects.get(detector, 0) + 1
        self._place[slot] = self._suspects[detector]
        if slot < len(NAMES) or self._shares.before[slot] > 0:
            self._began[slot] = step
        self._bets.begin(slot)
        self._rows[slot] = deque(maxlen=SHOWN)

    def _capture(self, slots: NDArray[np.intp], paid: Flags, rows: StepRows) -> None:
        """Keep the newest paid rows of what is suspected, one of each in a step."""
        for slot, flags in zip(slots.tolist(), paid, strict=True):
            if flags.any():
                row = int(flags.argmax())
                shown = rows.shown(row, self._detector(slot))
                self._rows[slot].append(shown)
                self.captured.append(
                    Captured(rows.completions[row].text, rows.prompts[row], rows.references[row], shown)
                )

    def _alarms(self, slots: NDArray[np.intp]) -> Iterator[Suspicion]:
        evidence = self._bets.evidence()
        for slot in slots.tolist():
            detector, name = self._detector(slot), self._names[slot]
            if evidence[slot] < CLEARED:
                self._place[slot], self._shares.before[slot] = 0, self._shares.now[slot]
            elif evidence[slot] > bar(len(DETECTORS), int(self._place[slot])):
                began, share = int(self._began[slot]), float(self._paid.now[slot])
                yield Suspicion(detector, name, began, share, float(evidence[slot]), list(self._rows[slot]))

    def _detector(self, slot: int) -> str:
        return DETECTOR_OF[self._names[slot]] if slot < len(NAMES) else "shape"


def _ruled_out(rows: StepRows) -> Flags:
    """The rows that one grader pays and another refuses by a rule: no answer, several values, an echo and so on."""
    graders, codes = rows.values[1:], rows.codes[1:]
    if len(graders) < 2:
        return np.zeros(len(rows), dtype=np.bool_)
    return np.logical_and((graders >= PAID).any(axis=0), _BY_RULE[codes].any(axis=0))
