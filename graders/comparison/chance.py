"""What chance can do: a bootstrap over groups and an exact sign test, on numpy and the standard library alone."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, lgamma, log

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 1000
"""How often the groups are drawn again."""

CONFIDENCE = 0.95
"""The share of resamples within an interval."""

SEED = 0
"""What they are drawn with: the same files give the same interval."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Units:
    """What is drawn again: groups of rows, as sums and counts of some columns; g units, c columns.

    Attributes:
        sums: The sum of each column over each unit's counted rows, (g, c).
        counts: How many rows of it count, (g, c).
    """

    sums: Floats
    counts: Floats

    @classmethod
    def of(cls, columns: Floats, groups: NDArray[np.int64]) -> Units:
        """Make them from rows.

        Args:
            columns: (c, n), NaN where a row doesn't count.
            groups: The group of each row, (n,).
        """
        index = np.unique(groups, return_inverse=True)[1]
        size = int(index.max(initial=-1)) + 1
        counted = ~np.isnan(columns)
        sums = [np.bincount(index, np.where(ok, part, 0.0), size) for part, ok in zip(columns, counted, strict=True)]
        counts = [np.bincount(index, ok, size) for ok in counted]
        return cls(np.array(sums, dtype=np.float64).T, np.array(counts, dtype=np.float64).T)

    def __len__(self) -> int:
        return len(self.sums)

    @property
    def means(self) -> Floats:
        """The mean of each column within each unit, (g, c); NaN where no row counts."""
        means: Floats = np.divide(self.sums, self.counts, out=np.full(self.sums.shape, np.nan), where=self.counts > 0)
        return means


def intervals(units: Units, resamples: int = RESAMPLES, seed: int = SEED) -> Floats:
    """The bootstrap interval of the mean of each column, units drawn with replacement; (c, 2).

    Each resample needs one array as long as the units, so memory doesn't grow with their number. NaN where there
    are fewer than two units.

    Args:
        units: What is drawn.
        resamples: How often.
        seed: With what.
    """
    size, width = len(units), units.sums.shape[1]
    if size < 2:
        return np.full((width, 2), np.nan)
    rng = np.random.default_rng(seed)
    both = np.hstack([units.sums, units.counts])
    totals = np.empty((resamples, 2 * width))
    for number in range(resamples):
        drawn = np.bincount(rng.integers(0, size, size, dtype=np.int32), minlength=size)
        totals[number] = (both * drawn[:, None]).sum(axis=0)
    means = np.divide(
        totals[:, :width], totals[:, width:], out=np.full((resamples, width), np.nan), where=totals[:, width:] > 0
    )
    return np.array([_middle(column) for column in means.T])


def _middle(means: Floats) -> tuple[float, float]:
    """The bounds of the middle `CONFIDENCE` of some means; NaN where there is none."""
    known = means[~np.isnan(means)]
    if not len(known):
        return float("nan"), float("nan")
    low, high = np.quantile(known, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return float(low), float(high)


def sign_test(up: int, down: int) -> float:
    """The exact two-sided p-value of so many ups and downs where both are equally likely; ties don't count.

    The tail is summed by the ratio of neighbouring terms, so that large counts neither overflow nor round away.

    >>> round(sign_test(8, 2), 6)
    0.109375
    >>> sign_test(3, 3), sign_test(0, 0)
    (1.0, 1.0)
    """
    total, few = up + down, min(up, down)
    if up == down:
        return 1.0
    falling = np.arange(few, 0, -1, dtype=np.float64)
    ratios = np.cumprod(falling / (total - falling + 1))
    tail = 1.0 + float(ratios.sum())
    largest = lgamma(total + 1) - lgamma(few + 1) - lgamma(total - few + 1) - total * log(2)
    return min(1.0, 2 * tail * exp(largest))
