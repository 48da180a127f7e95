"""Several values in one answer, the reference among them."""

from __future__ import annotations

from collections.abc import Iterator

from graders.audit.case import Case, Mutant
from graders.audit.families.trick_forms import answers
from graders.audit.wrong import CHOICES

_RELATIONS = ("=", "<", ">", "\\le", "\\ge", "\\ne", "\\in", "≤", "≥", "≠")


def listed(case: Case) -> Iterator[Mutant]:
    """Lists the reference among wrong answers."""
    yield from answers("listed", case)
    yield from _everything(case)


def _everything(case: Case) -> Iterator[Mutant]:
    """Every value that the answer could have."""
    if case.kind == "choice":
        yield case.answers("all choices", ", ".join(CHOICES[:6]))
        yield case.answers("all choices, slashes", "/".join(CHOICES[:6]))
    if case.is_whole and 0 <= int(case.reference[:9]) <= 200:
        yield case.answers("every number", ", ".join(map(str, range(201))))
        yield case.answers("every number, spaced", " ".join(map(str, range(201))))
    if case.is_whole:
        yield case.answers("plus or minus one", rf"{case.reference} \pm 1")
    if case.reference.casefold() in {"yes", "no"}:
        yield case.answers("yes and no", "yes and no")
    if case.reference.casefold() in {"true", "false"}:
        yield case.answers("true and false", "true and false")


def chained(case: Case) -> Iterator[Mutant]:
    """Chains the reference to another value: 27 = 28."""
    if any(sign in case.reference for sign in _RELATIONS):
        return
    yield from answers("chained", case)


def repeated(case: Case) -> Iterator[Mutant]:
    """Repeats values until the reference is among them."""
    yield from answers("repeated", case)
