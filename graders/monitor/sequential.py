"""The two tests behind every alarm: both may be looked at after each step, for as long as a run lasts.

**A bet on a difference** (`Bet`). Null: within a group, which rows have a trait has nothing to do with what they
are paid, so that the difference of the means, in [-1, 1], is 0 in expectation whatever came before; `MARGIN` is left to
it besides. The wealth of a bettor who stakes a share of it on each group, mean over three stakes, is a non-negative
supermartingale then (Waudby-Smith and Ramdas, "Estimating means of bounded random variables by betting", JRSS B 2024,
section 4.3) and exceeds 1/a ever with a probability of a at most (Ville 1939). How often a trait comes, how long the
answers are, how good the policy is: all of that may change, in any way, and the null holds.

**A share that jumps** (`Jump`). Null: of the trials of each step a share of p0 at most are hits, whatever came before.
Likelihood ratios against larger shares, begun anew wherever they fall below 1, are an e-detector (Shin, Ramdas and
Rinaldo, "E-detectors", NEJSDS 2024, definition 2.6); the chance that it exceeds c in T steps is T/c at most.

**The budget.** All detectors together may raise `FALSE_ALARMS` false alarms in `HORIZON` steps, in expectation; each
has an equal part of it. A detector with many subjects (shapes, outcomes) gives its k-th one 1/(k(k + 1)) of its part,
counted when the subject is first suspected; before that no wealth is counted, so that suspicion costs nothing.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterable
from dataclasses import dataclass, field

FALSE_ALARMS = 0.5
"""So many false alarms may be expected in a run of `HORIZON` steps, of all detectors together."""

PROCESSES = int(os.environ.get("WORLD_SIZE") or 1)
"""So many processes of the run watch, each its own rows: they share the budget."""

HORIZON = 10_000
"""Steps for which a jump's bound is made; bets have none."""

MARGIN = 0.1
"""A difference up to this is nobody's business: a hundredth of noise in how groups are formed makes no alarm."""

STAKES = (0.25, 0.5, 0.9)
"""Shares of the wealth that are staked; below 1 / (1 + MARGIN), so that none is ever lost whole."""

RISES = (1.5, 2.5, 6.0)
"""How many times the null's share the alternatives of a jump are."""

BASE_TRIALS = 256
"""So many trials say what a share was, where nothing else does."""


def bar(detectors: int, subject: int, *, jump: bool = False) -> float:
    """What the logarithm of the evidence must exceed.

    Args:
        detectors: How many share the budget.
        subject: Which one of its detector's subjects it is, from 1.
        jump: Whether the test is a `Jump`.

    >>> round(bar(10, 1), 2), round(bar(10, 1, jump=True), 2)
    (3.69, 12.9)
    """
    return math.log(detectors * PROCESSES / FALSE_ALARMS * subject * (subject + 1) * (HORIZON if jump else 1))


@dataclass
class Bet:
    """What bets against one null have won.

    Attributes:
        logs: Logarithms of the wealth, one a stake.
    """

    logs: list[float] = field(default_factory=lambda: [0.0] * len(STAKES))

    def settle(self, differences: Iterable[float]) -> float:
        """Take in the differences of some groups; the logarithm of the mean wealth after them."""
        gains = [difference - MARGIN for difference in differences]
        won = [sum(math.log1p(stake * gain) for gain in gains) for stake in STAKES]
        self.logs = [log + more for log, more in zip(self.logs, won, strict=True)]
        return _log_mean(self.logs)


@dataclass
class Jump:
    """Whether a share has risen above what it was in the first `BASE_TRIALS` trials: groups, each with a share of hits.

    A likelihood ratio is convex in a trial's hits, so that the bound holds for shares as it does for hits and misses.

    Attributes:
        least: The null's share lies so far above that of the first trials, and three deviations.
        trials: How many of the first trials are over.
        null: The null's share; None until these are over.
        step: Where the evidence began.
    """

    least: float = 0.03
    trials: float = 0.0
    null: float | None = None
    step: int = 0
    _hits: float = 0.0
    _logs: list[float] = field(default_factory=lambda: [0.0] * len(RISES))

    def take(self, hits: float, trials: float, step: int) -> float:
        """Take in a step; the logarithm of the evidence after it."""
        if self.null is None:
            self._hits, self.trials = self._hits + hits, self.trials + trials
            share = (self._hits + 1) / (self.trials + 2)
            if self.trials >= BASE_TRIALS:
                self.null = min(0.9, share + 3 * math.sqrt(share * (1 - share) / self.trials) + self.least)
            return 0.0
        if max(self._logs) <= 0:
            self.step = step
        self._logs = [
            max(log, 0.0)
            + hits * math.log(share / self.null)
            + (trials - hits) * math.log((1 - share) / (1 - self.null))
            for log, share in zip(self._logs, self._risen(self.null), strict=True)
        ]
        return _log_mean(self._logs)

    def _risen(self, null: float) -> list[float]:
        """The alternatives' shares."""
        return [min(rise * null, (1 + 2 * null) / 3) for rise in RISES]


def _log_mean(logs: list[float]) -> float:
    """The logarithm of the mean of what some are logarithms of."""
    top = max(logs)
    return top + math.log(sum(math.exp(log - top) for log in logs) / len(logs))
