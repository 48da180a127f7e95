"""Which rows a report shows: mistaken ones first, then those behind alarms and outcomes, then some by chance."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike

from graders.figures.diagnostics import Diagnostics
from graders.offline.scored import ScoredRows
from graders.report.facts import Agreement
from graders.vocabulary.outcome import OUTCOMES

MAX_ROWS = 60
"""So many rows are shown at most, whatever there is to show."""

PAID_WRONGLY, REFUSED_WRONGLY, OF_AN_ALARM, OF_AN_OUTCOME, BY_CHANCE = 24, 12, 2, 2, 16
"""So many of each kind: for each alarm, and for each outcome of each component."""

SEED = 0
"""Draws the rows: the same file gives the same report."""


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
    chosen: dict[int, list[str]] = {}
    for reason, rows in _strata(scored, diagnostics, agreement, np.random.default_rng(seed)):
        for row in rows:
            if row in chosen or len(chosen) < MAX_ROWS:
                chosen.setdefault(row, []).append(reason)
    return {row: list(dict.fromkeys(reasons)) for row, reasons in chosen.items()}


def _strata(
    scored: ScoredRows, diagnostics: Diagnostics, agreement: Agreement | None, rng: np.random.Generator
) -> Iterator[tuple[str, list[int]]]:
    """Rows to show of each kind, behind the reason why; mistaken ones are ranked, of the others some are drawn."""
    if agreement is not None:
        yield "paid wrongly", agreement.paid_wrongly[:PAID_WRONGLY].tolist()
        yield "refused wrongly", agreement.refused_wrongly[:REFUSED_WRONGLY].tolist()
    for alarm in diagnostics.alarms:
        yield f"alarm {alarm.kind}", _drawn(alarm.rows, OF_AN_ALARM, rng)
    for name, scores in scored.scores.items():
        for code in np.unique(scores.codes).tolist():
            yield f"{name} {OUTCOMES[code]}", _drawn(np.flatnonzero(scores.codes == code), OF_AN_OUTCOME, rng)
    yield "by chance", _drawn(np.arange(len(scored)), BY_CHANCE, rng)


def _drawn(rows: ArrayLike, wanted: int, rng: np.random.Generator) -> list[int]:
    """So many of some rows, or all where there are no more."""
    there = np.array(rows, dtype=np.intp)
    drawn: list[int] = (there if len(there) <= wanted else rng.choice(there, wanted, replace=False)).tolist()
    return drawn
