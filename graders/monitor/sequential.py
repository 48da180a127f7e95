"""The two tests behind every alarm: both may be looked at after each step, for as long as a run lasts.

**A bet on a difference** (`settled`). Null: within a group, which rows have a trait has nothing to do with what they
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
from dataclasses import dataclass, field

import numpy as np

from graders.figures.grouping import Floats

FALSE_ALARMS = 0.5
"""So many false alarms may be expected in a run of `HORIZON` steps, of all detectors together."""

PROCESSES = int(os.environ.get("WORLD_SIZE") or 1)
"""So many processes of the run watch, each its own rows: they share the budget."""

HORIZON = 10_000
"""Steps for which a jump's bound is made; bets have none."""

MARGIN = 0.1
"""A difference up to this is nobody's business: a hundredth of noise in how groups are formed makes no alarm."""

STAKES = np.array([0.25, 0.5, 0.9])[:, None, None]
"""Shares of the wealth that are staked; below 1 / (1 + MARGIN), so that none is ever lost whole."""

RISES = np.array([1.5, 2.5, 6.0])
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


def settled(logs: Floats, differences: Floats) -> Floats:
    """The wealth of bets against k nulls after some groups more; it begins with 1.

    Args:
        logs: Logarithms, shape (3, k), a row a stake.
        differences: Shape (k, g), NaN where a group says nothing.
    """
    known = np.where(np.isnan(differences), MARGIN, differences)
    gained: Floats = np.log1p(STAKES * (known - MARGIN)).sum(axis=-1)
    return logs + gained


def evidence(logs: Floats) -> Floats:
    """The logarithm of the mean wealth over the stakes, shape (k,)."""
    top = logs.max(axis=0)
    mean: Floats = top + np.log(np.exp(logs - top).mean(axis=0))
    return mean


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
    _logs: Floats = field(default_factory=lambda: np.zeros(len(RISES)))

    def take(self, hits: float, trials: float, step: int) -> float:
        """Take in a step; the logarithm of the evidence after it."""
        if self.null is None:
            self._hits, self.trials = self._hits + hits, self.trials + trials
            share = (self._hits + 1) / (self.trials + 2)
            if self.trials >= BASE_TRIALS:
                self.null = min(0.9, share + 3 * math.sqrt(share * (1 - share) / self.trials) + self.least)
            return 0.0
        others = np.minimum(RISES * self.null, (1 + 2 * self.null) / 3)
        gain = hits * np.log(others / self.null) + (trials - hits) * np.log((1 - others) / (1 - self.null))
        if self._logs.max() <= 0:
            self.step = step
        self._logs = np.maximum(self._logs, 0.0) + gain
        return float(np.logaddexp.reduce(self._logs) - math.log(len(RISES)))
