"""The completions and the groups whose reward changes most, with their texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graders.comparison.changes import ChangedGroup, ChangedRow
from graders.comparison.pairing import RowPairs
from graders.offline.reading.row_texts import row_texts
from graders.vocabulary.outcome import OUTCOMES


def changed_rows(pairs: RowPairs, shown: int) -> tuple[tuple[ChangedRow, ...], tuple[ChangedRow, ...]]:
    """The largest falls and the largest rises; of equal ones the first in the file.

    Args:
        pairs: What is compared.
        shown: How many of either.
    """
    delta = pairs.b.scored.rewards - pairs.a.scored.rewards
    falls, rises = _largest(-delta, shown), _largest(delta, shown)
    rows = read_rows(pairs, [*falls, *rises])
    return tuple(rows[row] for row in falls), tuple(rows[row] for row in rises)


def read_rows(pairs: RowPairs, rows: Sequence[int]) -> dict[int, ChangedRow]:
    """Some completions of both sides with their texts, by their number."""
    documents = pairs.a.documents(rows), pairs.b.documents(rows)
    return {row: _row(pairs, row, documents[0][row], documents[1][row]) for row in documents[0]}


def changed_groups(pairs: RowPairs, means: NDArray[np.float64], shown: int) -> tuple[ChangedGroup, ...]:
    """The groups that change most, either way; of equal ones the first in the file.

    Args:
        pairs: What is compared.
        means: The mean reward of each group on both sides, by ascending group number, (g, 2).
        shown: How many.
    """
    _, first, sizes = np.unique(pairs.a.scored.groups, return_index=True, return_counts=True)
    chosen = _largest(np.abs(means[:, 1] - means[:, 0]).round(12), shown)
    moved = [_most_moved(pairs, int(first[group])) for group in chosen]
    rows = read_rows(pairs, moved)
    return tuple(
        ChangedGroup(
            int(pairs.a.scored.lines[first[group]]),
            int(sizes[group]),
            float(means[group, 0]),
            float(means[group, 1]),
            rows[row].prompt,
            rows[row],
        )
        for group, row in zip(chosen, moved, strict=True)
    )


def _most_moved(pairs: RowPairs, first: int) -> int:
    """The completion of a row's group whose reward changes most."""
    members = np.flatnonzero(pairs.a.scored.groups == pairs.a.scored.groups[first])
    return int(members[np.nanargmax(np.abs(pairs.b.scored.rewards - pairs.a.scored.rewards)[members])])


def _largest(values: NDArray[np.float64], shown: int) -> list[int]:
    """The positions of the largest positive values, largest first."""
    positive = np.flatnonzero(values > 0)
    order = np.argsort(-values[positive], kind="stable")[:shown]
    return [int(row) for row in positive[order]]


def _row(pairs: RowPairs, row: int, in_a: dict[str, Any], in_b: dict[str, Any]) -> ChangedRow:
    a, b = pairs.a.scored, pairs.b.scored
    position = int(a.positions[row])
    texts = row_texts(in_a, pairs.a.inputs(in_a), position, " | ")
    return ChangedRow(
        int(a.lines[row]),
        int(b.lines[row]),
        position,
        _number(a.rewards[row]),
        _number(b.rewards[row]),
        texts.prompt,
        texts.reference or "",
        texts.completion,
        texts.answer,
        row_texts(in_b, pairs.b.inputs(in_b), position).answer,
        _components(pairs, row),
        _label(pairs, row),
    )


def _label(pairs: RowPairs, row: int) -> int | None:
    known = [_number(side.scored.labels[row]) for side in (pairs.a, pairs.b)]
    return next((int(label) for label in known if label is not None), None)


def _components(pairs: RowPairs, row: int) -> Mapping[str, Mapping[str, Any]]:
    """Score and outcome on both sides of each component that either has."""
    found: dict[str, dict[str, Any]] = {}
    for letter, side in (("a", pairs.a), ("b", pairs.b)):
        for name, scores in side.scored.scores.items():
            outcome = str(OUTCOMES[scores.codes[row]])
            found.setdefault(name, {})
            found[name] |= {f"score_{letter}": _number(scores.values[row]), f"outcome_{letter}": outcome}
    return found


def _number(value: np.float64) -> float | None:
    return None if np.isnan(value) else float(value)
