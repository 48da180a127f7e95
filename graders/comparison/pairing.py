"""Which completion of one side is which of the other, and whether they are the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graders.comparison.side import Side
from graders.vocabulary.errors import DataError
from graders.vocabulary.validation import shown

Rows = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class RowPairs:
    """Completions that stand on both sides; n pairs, in A's order.

    Attributes:
        a, b: Either side of each pair, n completions each.
        only_a, only_b: How many completions have no partner, since the other side has an error row there.
        other_references: How many pairs have different references.
    """

    a: Side
    b: Side
    only_a: int
    only_b: int
    other_references: int

    def __len__(self) -> int:
        return len(self.a)


def pair(a: Side, b: Side, id_column: str | None) -> RowPairs:
    """Match two sides.

    Raises:
        DataError: they differ in their number of rows, in a row's completion or prompt, or in a label; the message
            names the first row that does, what was found and what to do.
    """
    if id_column is None and a.rows != b.rows:
        raise DataError(
            f"{a.scored.path} has {a.rows:,} rows and {b.scored.path} has {b.rows:,}: rows are matched by "
            "their place; score the same file with both rewards, or name a column of ids with "
            "--id-column"
        )
    if id_column is not None:
        for side in (a, b):
            _refuse_repeats(side, id_column)
    at_a, at_b = _matched(a, b)
    for one, other, matched in ((a, b, at_a), (b, a, at_b)):
        _refuse_strangers(one, other, matched, id_column)
    both = a.at(at_a), b.at(at_b)
    _check_equal(*both)
    _check_labels(*both)
    other_references = int((both[0].references != both[1].references).sum())
    return RowPairs(*both, len(a) - len(at_a), len(b) - len(at_b), other_references)


def _places(side: Side) -> NDArray[Any]:
    """What a completion is matched by: its row and its place in it."""
    places = np.empty(len(side), dtype=[("key", np.uint64), ("position", np.int64)])
    places["key"], places["position"] = side.keys, side.scored.positions
    return places


def _matched(a: Side, b: Side) -> tuple[Rows, Rows]:
    """The positions of what stands on both sides, in A's order."""
    if len(a) == len(b) and (a.keys == b.keys).all() and (a.scored.positions == b.scored.positions).all():
        return np.arange(len(a)), np.arange(len(b))
    _, at_a, at_b = np.intersect1d(_places(a), _places(b), assume_unique=True, return_indices=True)
    order = np.argsort(at_a, kind="stable")
    return at_a[order], at_b[order]


def _refuse_repeats(side: Side, id_column: str) -> None:
    """An id must name one row."""
    firsts = np.flatnonzero(side.scored.positions == 0)
    _, first, counts = np.unique(side.keys[firsts], return_index=True, return_counts=True)
    if (counts > 1).any():
        row = int(firsts[first[counts > 1].min()])
        value = side.documents([row])[row].get(id_column)
        raise DataError(
            f"{side.scored.path}: the id {shown(value)} stands in several rows, the first is output row "
            f"{side.scored.lines[row] + 1}; --id-column needs a column that names each row once"
        )


def _refuse_strangers(one: Side, other: Side, matched: Rows, id_column: str | None) -> None:
    """What has no partner must be explained by the other side's error rows."""
    alone = np.setdiff1d(np.arange(len(one)), matched)
    lines, first = np.unique(one.scored.lines[alone], return_index=True)
    if len(lines) > other.scored.error_count or np.isin(one.keys[alone], other.keys).any():
        row = int(alone[first[0]])
        name = f"output row {lines[0] + 1}"
        hint = ", or match them with --id-column"
        if id_column is not None:
            name, hint = f"the id {one.documents([row])[row].get(id_column)!r}", ""
        raise DataError(
            f"{name} of {one.scored.path} has {(one.scored.lines == lines[0]).sum()} completions that "
            f"{other.scored.path} doesn't have: compare files of the same rows{hint}"
        )


def _check_equal(a: Side, b: Side) -> None:
    for what in ("completions", "prompts"):
        one, other = getattr(a, what), getattr(b, what)
        differing = np.flatnonzero((one != other) & ((one != 0) & (other != 0) | (what == "completions")))
        if len(differing):
            row = int(differing[0])
            raise DataError(
                f"output row {a.scored.lines[row] + 1} of {a.scored.path} and {b.scored.lines[row] + 1} of "
                f"{b.scored.path} differ in their {what[:-1]}: {_quoted(a, row, what)} and {_quoted(b, row, what)}; "
                "score the same file with both rewards, or where the order differs name a column of ids with "
                "--id-column"
            )


def _quoted(side: Side, row: int, what: str) -> str:
    inputs = side.inputs(side.documents([row])[row])
    return shown(inputs.completions[side.scored.positions[row]] if what == "completions" else inputs.prompt, 60)


def _check_labels(a: Side, b: Side) -> None:
    one, other = a.scored.labels, b.scored.labels
    differing = np.flatnonzero((one != other) & ~np.isnan(one) & ~np.isnan(other))
    if len(differing):
        row = int(differing[0])
        raise DataError(
            f"output row {a.scored.lines[row] + 1} is labelled {one[row]:g} in {a.scored.path} and "
            f"{other[row]:g} in {b.scored.path}: accuracies against different labels can't be compared; "
            "score one file with both rewards"
        )
