"""Which rows a report shows: mistaken ones first, then those behind alarms and outcomes, then some by chance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graders.figures.diagnostics import Diagnostics
from graders.offline.scored import ScoredRows
from graders.outcome import OUTCOMES
from graders.report.facts import Agreement

MAX_ROWS = 60
"""So many rows are shown at most, whatever there is to show."""

PAID_WRONGLY, REFUSED_WRONGLY, OF_AN_ALARM, OF_AN_OUTCOME, BY_CHANCE = 24, 12, 2, 2, 16
"""So many of each kind: for each alarm, and for each outcome of each component."""

SEED = 0
"""Draws the rows: the same file gives the same report."""

Rows = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Stratum:
    """Rows of one kind.

    Attributes:
        reason: Why they are shown.
        rows: All of them.
        wanted: How many to show.
        ranked: Whether the first are those to show; else they are drawn.
    """

    reason: str
    rows: Rows
    wanted: int
    ranked: bool = False

    def drawn(self, rng: np.random.Generator) -> list[int]:
        """The rows to show."""
        if self.ranked or len(self.rows) <= self.wanted:
            return [int(row) for row in self.rows[: self.wanted]]
        return [int(row) for row in rng.choice(self.rows, self.wanted, replace=False)]


def choose(
    scored: ScoredRows, diagnostics: Diagnostics, agreement: Agreement | None, seed: int = SEED
) -> dict[int, list[str]]:
    """The rows to show, by number, each with the reasons why, in the order of their weight.

    Args:
        scored: All rows.
        diagnostics: Whose alarms name rows.
        agreement: The mistaken rows, where there are labels.
        seed: Of the draw.
    """
    rng = np.random.default_rng(seed)
    chosen: dict[int, list[str]] = {}
    for stratum in _strata(scored, diagnostics, agreement):
        for row in stratum.drawn(rng):
            if row in chosen or len(chosen) < MAX_ROWS:
                chosen.setdefault(row, []).append(stratum.reason)
    return {row: list(dict.fromkeys(reasons)) for row, reasons in chosen.items()}


def _strata(scored: ScoredRows, diagnostics: Diagnostics, agreement: Agreement | None) -> Iterator[Stratum]:
    if agreement is not None:
        yield Stratum("paid wrongly", agreement.paid_wrongly, PAID_WRONGLY, ranked=True)
        yield Stratum("refused wrongly", agreement.refused_wrongly, REFUSED_WRONGLY, ranked=True)
    for alarm in diagnostics.alarms:
        yield Stratum(f"alarm {alarm.kind}", np.array(alarm.rows, dtype=np.intp), OF_AN_ALARM)
    yield from _outcomes(scored)
    yield Stratum("by chance", np.arange(len(scored), dtype=np.intp), BY_CHANCE)


def _outcomes(scored: ScoredRows) -> Iterator[Stratum]:
    for name, scores in scored.scores.items():
        for code in np.unique(scores.codes).tolist():
            yield Stratum(f"{name} {OUTCOMES[code]}", np.flatnonzero(scores.codes == code), OF_AN_OUTCOME)
