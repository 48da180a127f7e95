"""Which completion of one side is which of the other, and whether they are the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graders.comparison.side import Side
from graders.errors import DataError
from graders.offline.scored import read_documents
from graders.validation import shown

Rows = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class RowPairs:
    """Completions that stand on both sides; n pairs, in A's order.

    Attributes:
        a, b: The number of each pair's completion on either side, (n,).
        only_a, only_b: How many completions have no partner, since the other side has an error row there.
        other_references: How many pairs have different references.
    """

    a: Rows
    b: Rows
    only_a: int
    only_b: int
    other_references: int


def pair(a: Side, b: Side, id_column: str | None) -> RowPairs:
    """Match two sides.

    Raises:
        DataError: they differ in their number of rows, in a row's completion or prompt, or in a label; the message
            names the first row that does, what was found and what to do.
    """
    if id_column is None and a.rows != b.rows:
        raise DataError(
            f"{a.scored.path} has {a.rows} rows and {b.scored.path} has {b.rows}: rows are matched by "
            "their place; score the same file with both rewards, or name a column of ids with "
            "--id-column"
        )
    for side in (a, b):
        _refuse_repeats(side, id_column)
    at_a, at_b = _matched(a, b)
    _refuse_strangers(a, b, at_a, at_b, id_column)
    _check_equal(a, b, at_a, at_b)
    _check_labels(a, b, at_a, at_b)
    references = a.references[at_a] != b.references[at_b]
    return RowPairs(at_a, at_b, len(a) - len(at_a), len(b) - len(at_b), int(references.sum()))


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


def _refuse_repeats(side: Side, id_column: str | None) -> None:
    """An id must name one row."""
    if id_column is None:
        return
    lines = side.scored.lines[side.scored.positions == 0]
    _, first, counts = np.unique(side.keys[side.scored.positions == 0], return_index=True, return_counts=True)
    if (counts > 1).any():
        line = int(lines[first[counts > 1].min()])
        value = _document(side, line).get(id_column)
        raise DataError(
            f"{side.scored.path}: the id {shown(value)} stands in several rows, the first is output row "
            f"{line}; --id-column needs a column that names each row once"
        )


def _refuse_strangers(a: Side, b: Side, at_a: Rows, at_b: Rows, id_column: str | None) -> None:
    """What has no partner must be explained by the other side's error rows."""
    for one, other, matched in ((a, b, at_a), (b, a, at_b)):
        alone = np.setdiff1d(np.arange(len(one)), matched)
        rows = np.unique(one.scored.lines[alone])
        if len(rows) > other.scored.error_count or np.isin(one.keys[alone], other.keys).any():
            line = int(rows[0])
            name = f"output row {line}" if id_column is None else f"the id {_document(one, line).get(id_column)!r}"
            raise DataError(
                f"{name} of {one.scored.path} has {_size(one, line)} completions that {other.scored.path} "
                f"doesn't have: compare files of the same rows{_use_ids(id_column)}"
            )


def _size(side: Side, line: int) -> int:
    return int((side.scored.lines == line).sum())


def _use_ids(id_column: str | None) -> str:
    return "" if id_column else ", or match them with --id-column"


def _check_equal(a: Side, b: Side, at_a: Rows, at_b: Rows) -> None:
    for what in ("completions", "prompts"):
        one, other = getattr(a, what)[at_a], getattr(b, what)[at_b]
        differing = np.flatnonzero((one != other) & ((one != 0) & (other != 0) | (what == "completions")))
        if len(differing):
            row = int(differing[0])
            lines = [int(side.scored.lines[at[row]]) for side, at in ((a, at_a), (b, at_b))]
            found = [
                _quoted(side, line, what, int(side.scored.positions[at[row]]))
                for side, line, at in zip((a, b), lines, (at_a, at_b), strict=True)
            ]
            raise DataError(
                f"output row {lines[0]} of {a.scored.path} and {lines[1]} of {b.scored.path} differ in "
                f"their {what[:-1]}: {found[0]} and {found[1]}; score the same file with both rewards, or "
                "where the order differs name a column of ids with --id-column"
            )


def _quoted(side: Side, line: int, what: str, position: int) -> str:
    example = side.columns.example(_document(side, line), needs_reference=False)
    return shown(example.completions[position] if what == "completions" else example.prompt, 60)


def _check_labels(a: Side, b: Side, at_a: Rows, at_b: Rows) -> None:
    one, other = a.scored.labels[at_a], b.scored.labels[at_b]
    differing = np.flatnonzero((one != other) & ~np.isnan(one) & ~np.isnan(other))
    if len(differing):
        row = int(differing[0])
        raise DataError(
            f"output row {int(a.scored.lines[at_a[row]])} is labelled {one[row]:g} in {a.scored.path} and "
            f"{other[row]:g} in {b.scored.path}: accuracies against different labels can't be compared; "
            "score one file with both rewards"
        )


def _document(side: Side, line: int) -> dict[str, Any]:
    return read_documents(side.scored.path, [line])[line]
