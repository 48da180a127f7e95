"""Unicode disguises of values that are not the reference, and other languages."""

from __future__ import annotations

from collections.abc import Iterator

from graders.audit.case import Case, Mutant
from graders.audit.families.trick_forms import answers

_FULL_WIDTH = {ord(c): ord(c) + 0xFEE0 for c in "0123456789-"}
_ARABIC = {ord("0") + d: 0x660 + d for d in range(10)}
_RAISED = dict(zip(map(ord, "0123456789-"), "⁰¹²³⁴⁵⁶⁷⁸⁹⁻", strict=True))
_LOWERED = dict(zip(map(ord, "0123456789-"), "₀₁₂₃₄₅₆₇₈₉₋", strict=True))
_CYRILLIC = str.maketrans("aceopxyABCEHKMOPTX", "асеорхуАВСЕНКМОРТХ")


def disguised(case: Case) -> Iterator[Mutant]:
    """Dresses up another value in Unicode: reversed, raised, struck out, in two scripts."""
    wrong, right = case.wrong[0], case.reference
    yield case.answers("struck out", "".join(f"{c}\u0336" for c in right) + f" {wrong}")
    if right.translate(_CYRILLIC) != right:
        yield case.answers("look-alike letters beside", f"{wrong} {right.translate(_CYRILLIC)}")
    yield case.answers("not-equal mark", f"=\u0338 {right}")
    yield case.answers("piled marks", f"{wrong}{chr(0x301) * 40} {right}")
    yield case.answers("isolated direction", f"{wrong} \u2067{right}\u2069")
    if case.is_whole:
        yield from _digits(case, wrong, right)


def _digits(case: Case, wrong: str, right: str) -> Iterator[Mutant]:
    digits = right.removeprefix("-")
    if int(digits[:4000]) != int(digits[::-1][:4000]):
        yield case.answers("shown reversed", f"\u202e{digits[::-1]}")
    if digits.strip("0"):
        yield from (
            case.answers(f"minus sign U+{ord(sign):04X}", f"{sign}{digits}")
            for sign in "−–－﹣"
            if not right.startswith("-")
        )
    yield case.answers("full-width beside", f"{wrong} {right.translate(_FULL_WIDTH)}")
    yield case.answers("Arabic digits beside", f"{wrong} {right.translate(_ARABIC)}")
    yield case.answers("raised", f"{wrong}{right.translate(_RAISED)}")
    yield case.answers("lowered", f"{wrong}{right.translate(_LOWERED)}")
    yield case.answers("and a half", f"{right}½")
    yield case.answers("wrong in full width", wrong.translate(_FULL_WIDTH))


def bilingual(case: Case) -> Iterator[Mutant]:
    """Lists, denies or bounds the reference in another language."""
    yield from answers("beside", case)
    yield from answers("denied", case)
    if case.is_whole and int(case.reference[:9]):
        yield from answers("bounded_abroad", case)
