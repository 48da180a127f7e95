"""How far verdicts agree with labels that people gave: the share, and Cohen's kappa, each with an interval."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

Z = 1.959963984540054
"""The normal quantile of intervals that hold 95 times of 100."""


class Interval(NamedTuple):
    """Where a figure lies, 95 times of 100."""

    low: float
    high: float


class LabelAgreement(NamedTuple):
    """Labels and verdicts, counted.

    Attributes:
        both: Labelled right, and passed.
        false_fails: Labelled right, and failed.
        false_passes: Labelled wrong, and passed.
        neither: Labelled wrong, and failed.
    """

    both: int
    false_fails: int
    false_passes: int
    neither: int

    @classmethod
    def of(cls, pairs: Iterable[tuple[bool, bool]]) -> LabelAgreement:
        """Count pairs of label and verdict.

        >>> found = LabelAgreement.of([(True, True), (True, False), (False, False), (False, False)])
        >>> found.share, found.kappa
        (0.75, 0.5)
        """
        listed = [*pairs]
        return cls(*(listed.count(kind) for kind in ((True, True), (True, False), (False, True), (False, False))))

    @property
    def rows(self) -> int:
        """How many pairs there are."""
        return sum(self)

    @property
    def share(self) -> float:
        """The share of the rows on which both agree; NaN without rows."""
        return (self.both + self.neither) / self.rows if self.rows else math.nan

    @property
    def by_chance(self) -> float:
        """The share that two who know nothing of each other, each with these very habits, agree on."""
        n = self.rows
        right, passed = self.both + self.false_fails, self.both + self.false_passes
        return (right * passed + (n - right) * (n - passed)) / n**2 if n else math.nan

    @property
    def kappa(self) -> float:
        """Cohen's kappa: the agreement beyond chance, of what there could be; NaN where all labels are alike."""
        return self._beyond_chance(self.share)

    @property
    def share_interval(self) -> Interval:
        """Wilson's interval of the share."""
        n, share = self.rows, self.share
        if not n:
            return Interval(math.nan, math.nan)
        middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
        half = Z / (1 + Z * Z / n) * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
        return Interval(max(0.0, middle - half), min(1.0, middle + half))

    @property
    def kappa_interval(self) -> Interval:
        """Cohen's own interval, which takes the chance as known, by Wilson's bounds of the share."""
        low, high = self.share_interval
        return Interval(self._beyond_chance(low), self._beyond_chance(high))

    def _beyond_chance(self, share: float) -> float:
        chance = self.by_chance
        return (share - chance) / (1 - chance) if chance != 1 else math.nan
