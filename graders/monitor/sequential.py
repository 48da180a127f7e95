"""The test behind every alarm: a bet, which may be looked at after each step for as long as a run lasts.

**A bet** (`Bet`). Null: what is seen of a group, in [-1, 1], is p at most in expectation, whatever came before. The
wealth of a bettor who stakes a share of it on each group, mean over two stakes, is a non-negative supermartingale
then (Waudby-Smith and Ramdas, "Estimating means of bounded random variables by betting", JRSS B 2024, section 4.3) and
exceeds 1/a ever with a probability of a at most (Ville 1939). The difference of the mean pay of a group's rows with and
without a trait is 0 in expectation where trait and pay have nothing to do with each other; `MARGIN` is left to it
besides. How often a trait comes, how long answers are, how good the policy is may all change: the null holds.

**A share that jumps** (`Jump`) is the same bet on the share of each group's rows that are hits, p0 at most. Its stakes
are those of likelihood ratios against larger shares. Begun anew wherever it falls below 1 it is an e-detector (Shin,
Ramdas and Rinaldo, "E-detectors", NEJSDS 2024, definition 2.6): the chance that it exceeds c in T steps is T/c at most.

**The budget.** All detectors together may raise `FALSE_ALARMS` false alarms in `HORIZON` steps, in expectation; each
has a part of it (`detectors.part_of`). A detector with many subjects (shapes, outcomes) gives its k-th one 1/(k(k + 1))
of its part (shapes more evenly), counted when the subject is first suspected; before that no wealth is counted, so that
suspicion costs nothing.
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence

FALSE_ALARMS = 0.5
"""So many false alarms may be expected in a run of `HORIZON` steps, of all detectors together."""

PROCESSES = int(os.environ.get("WORLD_SIZE") or 1)
"""So many processes of the run watch, each its own rows: they share the budget."""

HORIZON = 10_000
"""Steps for which a jump's bound is made; other bets have none."""

MARGIN = 0.1
"""A difference up to this is nobody's business: a hundredth of noise in how groups are formed makes no alarm."""

STAKES = (0.5, 0.9)
"""Shares of the wealth that are staked; below 1 / (1 + MARGIN), so that none is ever lost whole. A smaller one would
win, in a long run, where differences that vary much are just above `MARGIN`: between honest answers, under ROUGE."""

RISES = (1.5, 2.5, 6.0)
"""How many times the null's share the alternatives of a jump are."""

BASE_TRIALS = 256
"""So many groups say what a share was, where nothing else does."""

LEAST = 0.03
"""A jump's null lies so far above the share in these first groups, and three deviations."""


def bar(part: float, *, jump: bool = False) -> float:
    """What the logarithm of the evidence must exceed.

    Args:
        part: The subject's part of the budget.
        jump: Whether the test is a `Jump`.

    >>> round(bar(0.05), 2), round(bar(0.05, jump=True), 2)
    (3.69, 12.9)
    """
    return math.log(PROCESSES / (part * FALSE_ALARMS) * (HORIZON if jump else 1))


class Bet:
    """What bets against one null have won.

    Attributes:
        logs: Logarithms of the wealth, one a stake.
    """

    def __init__(self, null: float = MARGIN, stakes: tuple[float, ...] = STAKES) -> None:
        self._null, self._stakes = null, stakes
        self.logs = [0.0] * len(stakes)

    def settle(self, seen: Sequence[float], zeros: int = 0) -> float:
        """Take in what was seen of some groups, and of so many more 0; the logarithm of the mean wealth after that."""
        gains = [one - self._null for one in seen]
        for place, stake in enumerate(self._stakes):
            won = sum([math.log1p(stake * gain) for gain in gains])
            self.logs[place] += won + zeros * math.log1p(-stake * self._null)
        top = max(self.logs)
        return top + math.log(sum([math.exp(log - top) for log in self.logs]) / len(self.logs))


class Jump:
    """Whether a share of hits has risen above its null, or above what it was in the first `BASE_TRIALS` groups.

    Attributes:
        step: Where the evidence began.
    """

    def __init__(self, null: float | None = None, groups: int = 0) -> None:
        """With a null's share, or as many groups without any hit as went by."""
        self.step, self._groups, self._hits = 0, groups, 0.0
        self._bet = None if null is None else _against(null)

    def take(self, hits: Sequence[float], groups: int, step: int) -> float:
        """Take in a step's groups, of those with any hit its share of hits; the logarithm of the evidence after it."""
        if self._bet is None:
            self._hits, self._groups = self._hits + sum(hits), self._groups + groups
            share = (self._hits + 1) / (self._groups + 2)
            if self._groups >= BASE_TRIALS:
                self._bet = _against(min(0.9, share + 3 * math.sqrt(share * (1 - share) / self._groups) + LEAST))
            return 0.0
        if max(self._bet.logs) <= 0:
            self.step = step
        self._bet.logs = [max(log, 0.0) for log in self._bet.logs]
        return self._bet.settle(hits, groups - len(hits))


def _against(null: float) -> Bet:
    """A bet that is, of hits and misses, a likelihood ratio for larger shares; of parts of them it wins no less."""
    risen = [min(rise * null, (1 + 2 * null) / 3) for rise in RISES]
    return Bet(null, tuple((share - null) / (null * (1 - null)) for share in risen))
