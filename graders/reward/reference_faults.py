"""The references that a reward can't use, and the sentence that says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from graders.completion.message_text import kind_of
from graders.contract.batch import Batch, as_list, check_is_column
from graders.contract.scorer import Scorer


class ReferenceFault(NamedTuple):
    """A reference that no answer can be compared with, or that only an identical text is paid with.

    Attributes:
        row: Its position.
        reference: The reference itself.
        component: Which component can't use it.
        reason: Why.
        usable: True where an identical text is paid, and nothing else; False where nothing is.
    """

    row: int
    reference: str
    component: str
    reason: str
    usable: bool = False


def reference_faults(scorers: Mapping[str, Scorer[Any]], references: Iterable[Any]) -> list[ReferenceFault]:
    """One entry for each bad reference and component that compares with it, in row order.

    Args:
        scorers: The scorers of a reward by component.
        references: Strings, numbers or lists of acceptable references.
    """
    check_is_column("references", references)
    rows = as_list(references)
    batch = Batch.of([""] * len(rows), rows)
    reasons = {
        (name, reference): found
        for name, scorer in scorers.items()
        if scorer.needs_reference
        for reference in {*batch.distinct_references, ""}
        if (found := _fault(scorer, reference))
    }
    unreadable = {row: _unreadable(scorers, rows[row], why, row) for row, why in batch.unreadable.items()}
    return [
        fault
        for row, several in enumerate(batch.references or ())
        for fault in unreadable.get(row) or _of_row(row, several, scorers, reasons)
    ]


def _of_row(
    row: int,
    several: str | tuple[str, ...],
    scorers: Iterable[str],
    reasons: Mapping[tuple[str, str], tuple[str, bool]],
) -> list[ReferenceFault]:
    return [
        ReferenceFault(row, reference, name, *reasons[name, reference])
        for reference in ((several,) if isinstance(several, str) else several or ("",))
        for name in scorers
        if (name, reference) in reasons
    ]


def _unreadable(scorers: Mapping[str, Scorer[Any]], value: Any, why: str, row: int) -> list[ReferenceFault]:
    """The faults of a value that is of no type that holds a reference."""
    reason = f"of a kind that holds no reference: {why.partition(': ')[2]}"
    return [
        ReferenceFault(row, kind_of(value), name, reason) for name, scorer in scorers.items() if scorer.needs_reference
    ]


def _fault(scorer: Scorer[Any], reference: str) -> tuple[str, bool] | None:
    """Why a scorer can't use a reference, or can pay an identical text alone, and whether it is the latter."""
    if reason := scorer.reference_fault(reference):
        return reason, False
    weakness = scorer.reference_weakness(reference)
    return (f"without a reading, so that only an identical text is paid: {weakness}", True) if weakness else None


def bad_reference_sentence(scorers: Mapping[str, Scorer[Any]], batch: Batch, rows: Sequence[int]) -> str:
    """How many rows of a batch have a bad reference, where the first is, and why it can't be used.

    Args:
        scorers: The scorers of the reward by component.
        batch: The batch.
        rows: The rows with a bad reference, at least one.
    """
    if why := batch.unreadable.get(rows[0]):
        return (
            f"{len(rows)} of {len(batch)} rows have a reference that can't be used, the first is row {rows[0]}: {why}"
        )
    first = batch.row(rows[0])
    for name, scorer in scorers.items():
        if why := scorer.row_fault(first):
            return f"{len(rows)} of {len(batch)} rows can't be scored, the first is row {rows[0]}: {name} finds {why}"
    found = reference_faults(scorers, [batch.references[rows[0]]]) if batch.references else []
    faults = [fault for fault in found if not fault.usable]
    why = f": {faults[0].component} finds {faults[0].reference!r:.80} {faults[0].reason}" if faults else ""
    return f"{len(rows)} of {len(batch)} rows have a reference that can't be used, the first is row {rows[0]}{why}"
