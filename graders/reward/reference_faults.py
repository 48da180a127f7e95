"""The references that a reward can't use, and the sentence that says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from graders.contract.batch import Batch, check_is_column
from graders.contract.scorer import Scorer


class ReferenceFault(NamedTuple):
    """A reference that no answer can be compared with.

    Attributes:
        row: Its position.
        reference: The reference itself.
        component: Which component can't use it.
        reason: Why.
    """

    row: int
    reference: str
    component: str
    reason: str


def reference_faults(scorers: Mapping[str, Scorer[Any]], references: Iterable[Any]) -> list[ReferenceFault]:
    """One entry for each bad reference and component that compares with it, in row order.

    Args:
        scorers: The scorers of a reward by component.
        references: Strings, numbers or lists of acceptable references.
    """
    check_is_column("references", references)
    rows = list(references)
    batch = Batch.of([""] * len(rows), rows)
    reasons = {
        (name, reference): reason
        for name, scorer in scorers.items()
        if scorer.needs_reference
        for reference in {*batch.distinct_references, ""}
        if (reason := scorer.reference_fault(reference))
    }
    return [
        ReferenceFault(row, reference, name, reasons[name, reference])
        for row, several in enumerate(batch.references or ())
        for reference in ((several,) if isinstance(several, str) else several or ("",))
        for name in scorers
        if (name, reference) in reasons
    ]


def bad_reference_sentence(scorers: Mapping[str, Scorer[Any]], batch: Batch, rows: Sequence[int]) -> str:
    """How many rows of a batch have a bad reference, where the first is, and why it can't be used.

    Args:
        scorers: The scorers of the reward by component.
        batch: The batch.
        rows: The rows with a bad reference, at least one.
    """
    faults = reference_faults(scorers, [batch.references[rows[0]]]) if batch.references else []
    why = f": {faults[0].component} finds {faults[0].reference!r:.80} {faults[0].reason}" if faults else ""
    return f"{len(rows)} of {len(batch)} rows have a reference that can't be used, the first is row {rows[0]}{why}"
