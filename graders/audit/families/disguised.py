"""Unicode disguises of values that are not the reference, and other languages."""

from __future__ import annotations

from collections.abc import Iterator

from graders.audit.case import Case, Mutant

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


_BESIDE = {
    "German or": "{} oder {}",
    "French or": "{} ou {}",
    "Spanish or": "{} o {}",
    "Russian or": "{} или {}",
    "Chinese or": "{}或{}",
    "Japanese or": "{}または{}",
    "Arabic or": "{} أو {}",
    "Hindi or": "{} या {}",
    "Chinese commas": "{}，{}",
    "Chinese list": "{}、{}",
    "Chinese semicolon": "{}；{}",
    "German in brackets": "{} (auf Deutsch: {})",
    "that is, in Chinese": "{}，即{}",
    "two sentences": "The answer is {}. Die Antwort ist {}.",
}
_DENIED = {
    "German not": "nicht {}",
    "French not": "ce n'est pas {}",
    "Spanish not": "no es {}",
    "Russian not": "не {}",
    "Dutch not": "niet {}",
    "Swedish not": "inte {}",
    "Turkish not": "{} değil",
    "Arabic not": "ليس {}",
    "Chinese not": "不是{}",
    "Japanese not": "{}ではない",
    "Korean not": "{}이 아니다",
    "German wrong": "falsch: {}",
    "French wrong": "faux : {}",
    "Chinese wrong": "错误：{}",
}
_BOUNDED = {
    "German at least": "mindestens {}",
    "Russian more than": "больше {}",
    "Chinese at least": "至少{}",
    "French about": "environ {}",
    "German double": "doppelt so viel wie {}",
    "Spanish half": "la mitad de {}",
}


def bilingual(case: Case) -> Iterator[Mutant]:
    """Lists, denies or bounds the reference in another language."""
    for trick, form in _BESIDE.items():
        yield case.answers(trick, form.format(case.wrong[0], case.reference))
    for trick, form in {**_DENIED, **(_BOUNDED if case.is_whole and int(case.reference[:9]) else {})}.items():
        yield case.answers(trick, form.format(case.reference))
