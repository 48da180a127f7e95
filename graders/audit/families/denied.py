"""The reference denied, bounded, or made a part of something else."""

from __future__ import annotations

from collections.abc import Iterator

from graders.audit.case import Case, Mutant
from graders.audit.families.trick_forms import answers, filled

_DENYING = ("no", "not", "none", "never", "neither", "non", "nothing", "cannot", "isn't", "false", "\\neq", "\\ne", "≠")
_SAME_FOR_ZERO = frozenset(("digits behind", "the other sign"))
_SAME_FOR_ZERO_OR_ONE = frozenset(("a power", "a share", "a factor", "a name behind"))


def negated(case: Case) -> Iterator[Mutant]:
    """Denies the reference: not 28."""
    words = case.reference.casefold().replace("{", " ").replace("}", " ").split()
    if any(word in words for word in _DENYING):
        return
    yield from answers("negated", case)


def bounded(case: Case) -> Iterator[Mutant]:
    """Gives a bound or a range in place of a whole number: at least 28."""
    if case.is_whole:
        yield from answers("bounded", case)


def embedded(case: Case) -> Iterator[Mutant]:
    """Makes the reference a part of another value: 128 for 28."""
    right = case.reference
    if case.is_whole:
        yield from _of_a_whole_number(case)
    if case.kind == "text" and right.isalpha():
        yield case.answers("a longer word", f"un{right}ness")
        yield case.answers("a compound", f"pseudo-{right}")


def _of_a_whole_number(case: Case) -> Iterator[Mutant]:
    digits, sign = case.reference.removeprefix("-"), "-" if case.reference.startswith("-") else ""
    bare = digits.lstrip("0")
    for trick, body in filled("whole_number", case, digits=digits, sign=sign, other_sign="" if sign else "-"):
        is_same = (trick in _SAME_FOR_ZERO and not bare) or (trick in _SAME_FOR_ZERO_OR_ONE and bare in {"", "1"})
        if not is_same:
            yield case.answers(trick, body)
