"""What is looked for, what to change where it is found, and the detectors that see a step's rows one after the other.

Most of them ask one question: do rows with a trait earn more than the others of their group? That is what teaches a
policy, and no shift of habits that has nothing to do with pay can answer it with yes. See `sequential` for the tests.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import orjson

from graders.figures.grouping import Flags, Floats
from graders.monitor.sequential import Bets, Jump, bar
from graders.monitor.step_rows import PAID, StepRows
from graders.monitor.traits import key_of
from graders.vocabulary.outcome import OUTCOMES

DETECTORS: dict[str, dict[str, str]] = orjson.loads(Path(__file__).with_suffix(".json").read_bytes())
"""Each detector: the sentence on what it ``found``, and on what to ``change`` then."""

MEMORY = 16
"""Steps over which a share is averaged; and so many of the first make what it was before."""

SUSPECTED = 0.01
"""A share must have doubled, or the others' halved, and grown by so much besides, before it is suspected."""

FEWEST = 4
"""Rows that make a share worth a suspicion, and a group worth being called collapsed."""

SHOWN = 5
"""Rows of an alarm."""

_UNSCORED = np.array([one.unscored for one in OUTCOMES])


class Suspicion(NamedTuple):
    """What a detector raised: fields of a `WatchAlarm`, the logarithm of the odds, and which rows of the step show it.

    `rows` are numbers of the step's rows, or rows as they are recorded, where these were kept from earlier steps.
    """

    detector: str
    subject: str
    began: int
    share: float
    evidence: float
    rows: list[int] | list[dict[str, Any]]


class Detector(ABC):
    """Sees each step's rows; what it keeps doesn't grow.

    Attributes:
        detectors: Which of `DETECTORS` it stands for.
    """

    detectors: tuple[str, ...]

    @abstractmethod
    def see(self, rows: StepRows) -> Iterator[Suspicion]:
        """Look at a step's rows."""


class Shares:
    """The share of the rows that each of many subjects has, and what it was at first.

    Attributes:
        now: The share by now, over the last steps.
        before: The share over the first steps.
        hits: How many rows there were.
    """

    def __init__(self, subjects: int) -> None:
        self.now, self.before, self.hits = np.zeros(subjects), np.zeros(subjects), np.zeros(subjects)
        self._steps, self._since = 0, np.zeros(subjects)

    def take(self, hits: Floats, rows: int) -> None:
        """Take in a step with so many rows; nothing where there are none."""
        if not rows:
            return
        self._steps += 1
        self.hits += hits
        self.now += (hits / rows - self.now) / np.minimum(self._steps - self._since, MEMORY)
        if self._steps <= MEMORY:
            self.before[:] = self.now

    def forget(self, subject: int) -> None:
        """Make room for another subject, which comes with the next step."""
        for column in (self.now, self.before, self.hits):
            column[subject] = 0.0
        self._since[subject] = self._steps if self._steps < MEMORY else 0

    def risen(self) -> Flags:
        """Which are suspected."""
        bound = self.before + SUSPECTED + self.before * (1 - self.before)
        flags: Flags = (self.now > bound) & (self.hits >= FEWEST) & (self._steps > MEMORY)
        return flags


class Comparisons(Detector):
    """Layout that spreads among rows that are right less often; unscored rows that are long, or short."""

    detectors = ("format", "unscored")

    def __init__(self, weights: dict[str, float]) -> None:
        self._weight = next(iter(weights.values()))
        self._bets, self._shares, self._began = Bets(3), Shares(3), np.zeros(3, dtype=np.int64)

    def see(self, rows: StepRows) -> Iterator[Suspicion]:
        """As `Detector.see`."""
        neat, unscored = rows.values[0] >= 1, ~rows.scored
        self._shares.take(np.array([neat.sum(), unscored.sum(), unscored.sum()], dtype=np.float64), len(rows))
        self._began[(self._began == 0) & self._shares.risen()] = rows.step
        for place in np.flatnonzero(self._began).tolist():
            detector, subject = (("format", ""), ("unscored", "longer"), ("unscored", "shorter"))[place]
            flags = unscored if place else neat
            if flags.any() and not flags.all():
                self._bets.settle(np.array([place]), self._apart(rows, place, flags))
                evidence = float(self._bets.evidence()[place])
                if evidence > bar(len(DETECTORS), max(place, 1)):
                    chosen = np.flatnonzero(flags)[:SHOWN].tolist()
                    yield Suspicion(
                        detector, subject, int(self._began[place]), self._shares.now[place], evidence, chosen
                    )

    def _apart(self, rows: StepRows, place: int, flags: Flags) -> Floats:
        """How far the rows lie from the others: in being wrong, or in length."""
        if place == 0:
            right = (rows.rewards - self._weight * rows.values[0]) / max(1 - self._weight, 1e-9)
            return -rows.differences(flags[None], rows.within_groups(right))
        lengths = rows.within_groups(np.array([len(one.text) for one in rows.completions], dtype=np.float64))
        return rows.differences(flags[None], lengths) * (1 if place == 1 else -1)


class Jumps(Detector):
    """Unscored outcomes, graders that part ways, and groups that collapse, in a larger share of a step than before."""

    detectors = ("outcomes", "judges", "collapse")

    def __init__(self, names: list[str]) -> None:
        self._names = names
        self._jumps: dict[tuple[str, str], Jump] = {}
        self._groups = 0
        self._fallen: deque[tuple[str, tuple[str, ...]]] = deque(maxlen=64)

    def see(self, rows: StepRows) -> Iterator[Suspicion]:
        """As `Detector.see`."""
        sizes, hits = rows.grouping.sizes, dict(self._hits(rows))
        for one in hits.keys() - self._jumps.keys():
            self._jumps[one] = Jump(trials=self._groups)  # it never came before
        self._groups += len(sizes)
        for one, jump in self._jumps.items():
            flags = hits.get(one, np.zeros(len(rows), dtype=np.bool_))
            evidence = jump.take(float((rows.grouping.sums(flags) / sizes).sum()), len(sizes), rows.step)
            if evidence > bar(len(DETECTORS), sum(other[0] == one[0] for other in self._jumps), jump=True):
                chosen = np.flatnonzero(flags)[:SHOWN].tolist()
                yield Suspicion(*one, jump.step, float(flags.mean()), evidence, chosen)

    def _hits(self, rows: StepRows) -> Iterator[tuple[tuple[str, str], Flags]]:
        """Which rows have what, for all that some row has."""
        if np.isnan(rows.values).any():
            for name, codes in zip(self._names, rows.codes, strict=True):
                for code in sorted(set(codes[_UNSCORED[codes]].tolist())):
                    yield ("outcomes", f"{name}/{OUTCOMES[code]}"), codes == code
        for one, other in permutations(range(1, min(len(self._names), 5)), 2):
            flags = (rows.values[one] >= PAID) & (rows.values[other] < PAID)
            if flags.any():
                yield ("judges", f"{self._names[one]} pays what {self._names[other]} refuses"), flags
        if fallen := list(self._collapsed(rows)):
            yield ("collapse", ""), np.isin(rows.grouping.index, fallen)

    def _collapsed(self, rows: StepRows) -> Iterator[int]:
        """The groups that have one answer, paid, which is no reference, and to which another such group fell."""
        grouping = rows.grouping
        firsts = np.arange(len(rows))[grouping.order][grouping.starts]
        flat = np.isnan(rows.pay[firsts]) & (rows.rewards[firsts] >= PAID) & (grouping.sizes >= FEWEST)
        for group in np.flatnonzero(flat).tolist():
            references = rows.references[firsts[group]] or (rows.prompts[firsts[group]],)
            keys = {key_of(rows.answers[row] or "") for row in np.flatnonzero(grouping.index == group)}
            if len(keys) == 1 and not keys & set(map(key_of, references)):
                key = keys.pop()
                if any(key == other and references != theirs for other, theirs in self._fallen):
                    yield group
                self._fallen.append((key, references))
