"""The references that a reward can't use, and the sentence that says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from graders.completion.message_text import kind_of
from graders.completion.references import answer_inside
from graders.contract.batch import Batch, as_list, check_is_column
from graders.contract.scorer import Scorer
from graders.pages.formatting import counted


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
        return _with_remedy(reason, reference), False
    weakness = scorer.reference_weakness(reference)
    if weakness is None:
        return None
    return f"such that only an identical text is paid: {_with_remedy(weakness, reference)}", True


def _with_remedy(reason: str, reference: str) -> str:
    """A reason, and where the answer stands in a reference that is a whole solution."""
    inside = answer_inside(reference)
    return reason if inside is None or inside in reason else f"{reason}; it is {inside}"


def bad_reference_sentence(scorers: Mapping[str, Scorer[Any]], batch: Batch, rows: Sequence[int]) -> str:
    """How many rows of a batch have a bad reference, where the first is, and why it can't be used.

    Args:
        scorers: The scorers of the reward by component.
        batch: The batch.
        rows: The rows with a bad reference, at least one.
    """
    share, have = f"{len(rows):,} of {counted(len(batch), 'row')}", "has" if len(rows) == 1 else "have"
    many = f"{share} {have} a reference that can't be used, the first is row {rows[0] + 1}"
    if why := batch.unreadable.get(rows[0]):
        return f"{many}: {why}"
    first = batch.row(rows[0])
    for name, scorer in scorers.items():
        if why := scorer.row_fault(first):
            return f"{share} can't be scored, the first is row {rows[0] + 1}: {name} finds {why}"
    found = reference_faults(scorers, [batch.references[rows[0]]]) if batch.references else []
    faults = [fault for fault in found if not fault.usable]
    return f"{many}: {faults[0].component} finds {_told(faults[0])}" if faults else many


def _told(fault: ReferenceFault) -> str:
    """A bad reference with what is wrong with it; one that isn't there has no text to show."""
    return f"{fault.reference!r:.80} {fault.reason}" if fault.reference.strip() else "none: it is empty or null"


LOOKED_AT = range(4, 9)
"""Of a first batch so many references are looked at; fewer may all be odd by chance."""


def weak_references_sentence(scorers: Mapping[str, Scorer[Any]], batch: Batch) -> str | None:
    """What to say where the references of a batch pay an identical text alone, all that are looked at; else None.

    Args:
        scorers: The scorers of the reward by component.
        batch: The batch.
    """
    rows = ((one,) if isinstance(one, str) else one for one in (batch.references or ())[:64])
    some = [*dict.fromkeys(one for several in rows for one in several if one)][: LOOKED_AT.stop - 1]
    if len(some) not in LOOKED_AT:
        return None
    for name, scorer in scorers.items():
        faults = [_fault(scorer, one) for one in some] if scorer.needs_reference else [None]
        if all(fault is not None and fault[1] for fault in faults) and faults[0] is not None:
            return f"{name} finds all of the first {len(some)} references {faults[0][0]}, as in {some[0]!r:.80}"
    return None
