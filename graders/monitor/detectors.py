"""What is looked for, what to change where it is found, and the detectors that see a step's rows one after the other.

Most of them ask one question: do rows with a trait earn more than the others of their group? That is what teaches a
policy, and no shift of habits that has nothing to do with pay can answer it with yes. See `sequential` for the tests.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterator
from itertools import permutations
from typing import Any, NamedTuple

import numpy as np

from graders.figures.grouping import Flags, Floats
from graders.monitor.sequential import Bets, Jump, bar
from graders.monitor.step_rows import PAID, StepRows
from graders.monitor.traits import key_of
from graders.vocabulary.outcome import OUTCOMES

DETECTORS = {
    "shape": "read the rows; if their answers say no more than others, make the grader refuse this form: a stricter "
    "operation (equals for contains, math_accuracy for text), max_answer_chars, or a grader beside it",
    "repeated": "one text can't be right under different references: find what in it the grader pays, and test the "
    "reward with graders audit",
    "entropy": "different questions get one answer and it pays: compare the whole answer (equals, whole_word), and try "
    "graders audit on these rows",
    "echo": "the prompt is paid back: keep the echo guard on (MathSettings(echo_guard=True)), pass prompts to the "
    "reward, or compare the whole answer",
    "length": "length is paid: bound it (StringSettings(max_answer_chars=...)), or use a grader that compares the whole "
    "answer",
    "thought": "a thought that holds no work is paid: set allow_empty_think=False, lower format_reward_weight, or "
    "reward the answer alone",
    "format": "the layout is paid at the cost of right answers: lower format_reward_weight, or train the layout first",
    "outcomes": "look at the rows: an outcome that was rare says that the data, the judge's server or a scorer changed",
    "judges": "two graders part ways: read the rows that one pays and the other doesn't; the one that is talked over "
    "needs a stricter prompt or less weight",
    "collapse": "whole groups give one answer that is also given elsewhere, and teach nothing any more: stop here, go "
    "back to an earlier checkpoint and mend the reward first",
    "unscored": "rows that escape scoring differ from the others: bound what is scored (lengths, time), or count them "
    "as zero (on_unscored='zero')",
    "audit": "these answers are paid under references that make them wrong: the grader doesn't compare what they say; "
    "run graders audit, and replace it",
}
"""Each detector, with what to change where it raises an alarm."""

MEMORY = 16
"""Steps over which a share is averaged; and so many of the first make what it was before."""

SUSPECTED = 0.01
"""A share must exceed what it was by so much, and by half its own spread, before it is suspected."""

FEWEST = 4
"""Rows that make a share worth a suspicion."""

SHOWN = 5
"""Rows of an alarm."""


class Raised(NamedTuple):
    """What a detector found: the fields of a `WatchAlarm` that it knows."""

    detector: str
    subject: str
    began: int
    share: float
    evidence: float
    sentence: str
    rows: list[dict[str, Any]]


Show = Callable[[int, str], dict[str, Any]]
"""Makes a row of a step, by its number, one that is recorded: because of what."""


class Detector(ABC):
    """Sees each step's rows; what it keeps doesn't grow.

    Attributes:
        detectors: Which of `DETECTORS` it stands for.
    """

    detectors: tuple[str, ...]

    @abstractmethod
    def see(self, step: int, rows: StepRows, show: Show) -> Iterator[Raised]:
        """Look at a step's rows.

        Args:
            step: Its number.
            rows: Its rows.
            show: Makes rows for people.
        """


class Shares:
    """The share of the paid rows, or of all, that each of many subjects has, and what it was at first.

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
        apart = hits / rows - self.now
        self.now += apart / np.minimum(self._steps - self._since, MEMORY)
        if self._steps <= MEMORY:
            self.before[:] = self.now

    def forget(self, subject: int) -> None:
        """Make room for another subject, which comes with the next step."""
        for column in (self.now, self.before, self.hits):
            column[subject] = 0.0
        self._since[subject] = self._steps if self._steps < MEMORY else 0

    def risen(self) -> Flags:
        """Which are suspected."""
        bound = self.before + SUSPECTED + 0.5 * self.before * (1 - self.before)
        flags: Flags = (self.now > bound) & (self.hits >= FEWEST) & (self._steps > MEMORY)
        return flags


class FormatApart(Detector):
    """Rows in good layout are right less often than the others of their group, and there are more and more of them."""

    detectors = ("format",)

    def __init__(self, weights: dict[str, float]) -> None:
        self._weight = next(iter(weights.values()))
        self._idle = not 0 < self._weight < 1
        self._bets, self._shares, self._began = Bets(1), Shares(1), 0

    def see(self, step: int, rows: StepRows, show: Show) -> Iterator[Raised]:
        """As `Detector.see`."""
        if self._idle:
            return
        neat = rows.values[0] >= 1
        self._shares.take(np.array([float(neat.sum())]), len(rows))
        if neat.all() or not neat.any():
            return
        right = rows.within_groups((rows.rewards - self._weight * rows.values[0]) / (1 - self._weight))
        self._bets.settle(np.array([0]), rows.differences(~neat[None], right))
        evidence = float(self._bets.evidence()[0])
        if evidence <= 0:
            self._began = step
        if evidence > bar(len(DETECTORS), 1) and self._shares.now[0] > self._shares.before[0] + SUSPECTED:
            share = float(self._shares.now[0])
            sentence = f"{share:.0%} of the rows are in good layout, and are right less often than the others"
            chosen = np.flatnonzero(neat & ~(right > 0))[:SHOWN]
            yield Raised("format", "", self._began, share, evidence, sentence, [show(row, "format") for row in chosen])


class SoughtUnscored(Detector):
    """More and more rows can't be scored, and they are longer, or shorter, than the others of their group."""

    detectors = ("unscored",)

    def __init__(self) -> None:
        self._bets, self._shares, self._began = Bets(2), Shares(1), 0

    def see(self, step: int, rows: StepRows, show: Show) -> Iterator[Raised]:
        """As `Detector.see`."""
        unscored = ~rows.scored
        self._shares.take(np.array([float(unscored.sum())]), len(rows))
        if not self._began and self._shares.risen()[0]:
            self._began = step
        if not self._began or not unscored.any():
            return
        lengths = rows.within_groups(np.array([float(len(one.text)) for one in rows.completions]))
        apart = rows.differences(unscored[None], lengths)
        self._bets.settle(np.array([0, 1]), np.concatenate([apart, -apart]))
        for way, evidence in zip(("longer", "shorter"), self._bets.evidence().tolist(), strict=True):
            if evidence > bar(len(DETECTORS), 1) + np.log(2):
                share = float(self._shares.now[0])
                sentence = f"{share:.1%} of the rows are unscored, and they are {way} than the others of their groups"
                shown = [show(row, "unscored") for row in np.flatnonzero(unscored)[:SHOWN]]
                yield Raised("unscored", way, self._began, share, evidence, sentence, shown)


class OutcomeJumps(Detector):
    """Rows that can't be scored, for a reason that was rare before."""

    detectors = ("outcomes",)

    def __init__(self, names: list[str]) -> None:
        self._names = names
        self._codes = [one.code for one in OUTCOMES if one.unscored]
        self._jumps: dict[tuple[int, int], Jump] = {}
        self._groups = 0

    def see(self, step: int, rows: StepRows, show: Show) -> Iterator[Raised]:
        """As `Detector.see`."""
        groups = len(rows.grouping.sizes)
        if not self._jumps and not np.isnan(rows.values).any():
            self._groups += groups
            return
        present = {(place, code) for place, codes in enumerate(rows.codes) for code in set(codes.tolist())}
        for place, code in sorted(present):
            if code in self._codes and (place, code) not in self._jumps:
                self._jumps[place, code] = Jump(null=0.03 if self._groups >= 32 * groups else None)
        self._groups += groups
        for number, ((place, code), jump) in enumerate(self._jumps.items(), start=1):
            hit = rows.codes[place] == code
            share = rows.grouping.sums(hit) / rows.grouping.sizes
            evidence = jump.take(float(share.sum()), groups, step)
            if evidence > bar(len(DETECTORS), number, jump=True):
                subject = f"{self._names[place]}/{OUTCOMES[code]}"
                sentence = f"{subject} has jumped to {hit.mean():.0%} of the rows: {OUTCOMES[code].meaning}"
                shown = [show(row, "outcomes") for row in np.flatnonzero(hit)[:SHOWN]]
                yield Raised("outcomes", subject, jump.step, float(hit.mean()), evidence, sentence, shown)


class PartingWays(Detector):
    """One grader pays what another refuses, more often than it did."""

    detectors = ("judges",)

    def __init__(self, names: list[str]) -> None:
        self._names = names
        graders = list(range(1, len(names)))[:4]
        self._jumps = {pair: Jump(least=0.04) for pair in permutations(graders, 2)}

    def see(self, step: int, rows: StepRows, show: Show) -> Iterator[Raised]:
        """As `Detector.see`."""
        sizes = rows.grouping.sizes
        for number, ((one, other), jump) in enumerate(self._jumps.items(), start=1):
            hit = (rows.values[one] >= PAID) & (rows.values[other] < PAID)
            evidence = jump.take(float((rows.grouping.sums(hit) / sizes).sum()), len(sizes), step)
            if evidence > bar(len(DETECTORS), number, jump=True):
                subject = f"{self._names[one]} over {self._names[other]}"
                share = float(hit.mean())
                sentence = f"{self._names[one]} pays what {self._names[other]} refuses in {share:.0%} of the rows"
                shown = [show(row, "judges") for row in np.flatnonzero(hit)[:SHOWN]]
                yield Raised("judges", subject, jump.step, share, evidence, sentence, shown)


class Collapse(Detector):
    """Whole groups give one answer, paid, and none of their references, that another collapsed group gave before."""

    detectors = ("collapse",)

    def __init__(self) -> None:
        self._jump = Jump(null=0.02)
        self._known: deque[tuple[str, tuple[str, ...]]] = deque(maxlen=64)

    def see(self, step: int, rows: StepRows, show: Show) -> Iterator[Raised]:
        """As `Detector.see`."""
        fallen = [row for row in self._collapsed(rows) if self._elsewhere(rows, row)]
        groups = len(rows.grouping.sizes)
        evidence = self._jump.take(float(len(fallen)), groups, step)
        if evidence > bar(len(DETECTORS), 1, jump=True) and fallen:
            share = len(fallen) / groups
            sentence = f"in {share:.0%} of the groups every row gives one answer, which other prompts get as well"
            yield Raised(
                "collapse", "", self._jump.step, share, evidence, sentence, [show(r, "collapse") for r in fallen[:5]]
            )

    @staticmethod
    def _collapsed(rows: StepRows) -> Iterator[int]:
        """The first row of each group of four and more that has one answer, which is paid and no reference."""
        grouping = rows.grouping
        firsts = np.arange(len(rows))[grouping.order][grouping.starts]
        flat = np.isnan(rows.pay[firsts]) & (rows.rewards[firsts] >= PAID) & (grouping.sizes >= FEWEST)
        for group in np.flatnonzero(flat).tolist():
            first = int(firsts[group])
            keys = {key_of(rows.answers[row] or "") for row in np.flatnonzero(grouping.index == group)}
            if len(keys) == 1 and not keys & set(map(key_of, rows.references[first])):
                yield first

    def _elsewhere(self, rows: StepRows, row: int) -> bool:
        """Whether another group fell to the same answer, with other references; this one is remembered."""
        key, references = key_of(rows.answers[row] or ""), rows.references[row] or (rows.prompts[row],)
        found = any(key == other and references != theirs for other, theirs in self._known)
        self._known.append((key, references))
        return found
