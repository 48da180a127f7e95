"""Labels against what was paid: the counts, and the rows behind the mistakes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from graders.offline.results.summary import Accuracy
from graders.offline.scored import ScoredRows
from graders.report.facts import Agreement

PAID = 0.5 - 1e-12
"""A row is paid where its graders' weighted mean is at least one half, but for rounding."""


def agree(scored: ScoredRows, weights: Mapping[str, float]) -> Agreement | None:
    """Compare what was paid with the labels; None where no scored row has one.

    Args:
        scored: All rows.
        weights: The weight of each component; equal ones where nobody knows them.
    """
    share = scored.graders_share(weights)
    rows = np.flatnonzero(~np.isnan(share) & ~np.isnan(scored.labels))
    if not len(rows):
        return None
    paid, right = share[rows] >= PAID, scored.labels[rows] == 1
    counts = Accuracy.of(share[rows], scored.labels[rows])
    return Agreement(counts, _ranked(rows[paid & ~right], -share), _ranked(rows[~paid & right], share))


def _ranked(rows: NDArray[np.intp], key: NDArray[np.float64]) -> NDArray[np.intp]:
    """Rows in the order of a key, those that are equal in the order of the file."""
    return rows[np.argsort(key[rows], kind="stable")]
