"""Which outcomes became which: the table that says what a change of reward did."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from graders.comparison.changes import OutcomeChange
from graders.comparison.largest_changes import read_rows
from graders.comparison.pairing import RowPairs
from graders.offline.scored import ScoredRows
from graders.vocabulary.outcome import OUTCOMES

EXAMPLES = 20
"""So many of the most frequent changes have an example."""


def outcome_changes(pairs: RowPairs, shown: int) -> tuple[OutcomeChange, ...]:
    """Every change of outcome with its count, the most frequent first; of equal ones the first in the file.

    Args:
        pairs: What is compared.
        shown: How many rows a reader wants to see of a kind; 0 for no examples.
    """
    found = [one for names in _partners(pairs.a.scored, pairs.b.scored) for one in _changes(pairs, *names)]
    found.sort(key=lambda one: (-one[0].count, one[1]))
    rows = read_rows(pairs, [row for _, row in found[:EXAMPLES]] if shown else [])
    return tuple(replace(one, example=rows.get(row)) for one, row in found)


def _partners(a: ScoredRows, b: ScoredRows) -> Iterator[tuple[str, str]]:
    """Components to hold against each other: those of one name, and the one on either side that took its place."""
    yield from ((name, name) for name in a.scores if name in b.scores)
    alone = [name for name in a.scores if name not in b.scores], [name for name in b.scores if name not in a.scores]
    if len(alone[0]) == len(alone[1]) == 1:
        yield alone[0][0], alone[1][0]


def _changes(pairs: RowPairs, name_a: str, name_b: str) -> Iterator[tuple[OutcomeChange, int]]:
    """The changes of one component, each with the first row that has it."""
    codes = np.array([pairs.a.scored.scores[name_a].codes, pairs.b.scored.scores[name_b].codes])
    rows = np.flatnonzero(codes[0] != codes[1])
    both, first, counts = np.unique(codes[:, rows], axis=1, return_index=True, return_counts=True)
    for (a, b), row, count in zip(both.T.tolist(), rows[first].tolist(), counts.tolist(), strict=True):
        yield OutcomeChange(name_a, name_b, str(OUTCOMES[a]), str(OUTCOMES[b]), count), row
