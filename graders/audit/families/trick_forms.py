"""Families whose tricks are no more than forms to be filled in: they stand in `trick_forms.json`, a function each here.

A family is what its tricks do and its parts. A part has its forms by trick, and says on which cases they are tried
(``when``: names of `WHEN`, all of which must hold), what they are forms of (``form_of``: the ``answer``, the
``thought``, or the whole ``text``, which then is in no good layout), and whether they say nothing.

What stands in braces is filled in from a case: one of `_slots`, and behind a colon one of the `WAYS` to write it.
Doubled braces are braces.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from graders.audit.case import Case, Mutant
from graders.audit.wrong import folded

_NUMBERS = ", ".join(map(str, range(201)))

_TAG_CHARACTERS = 0xE0000
"""Where Unicode's invisible copy of ASCII begins."""


@cache
def _table() -> dict[str, Any]:
    """The families, the words that some conditions look for, and the filler of long answers."""
    text = files("graders.audit.families").joinpath("trick_forms.json").read_text(encoding="utf-8")
    table: dict[str, Any] = json.loads(text)
    return table


def _respelt(plain: str, other: str) -> Callable[[str], str]:
    """Writes some characters as others."""
    table = str.maketrans(plain, other)
    return lambda text: text.translate(table)


WAYS: dict[str, Callable[[str], str]] = {
    "arabic": _respelt("0123456789", "٠١٢٣٤٥٦٧٨٩"),
    "capitals": str.upper,
    "cyrillic": _respelt("aceopxyABCEHKMOPTX", "асеорхуАВСЕНКМОРТХ"),
    "full_width": _respelt("0123456789-", "".join(chr(ord(c) + 0xFEE0) for c in "0123456789-")),
    "hundredfold": lambda text: f"{text} " * 100,
    "lowered": _respelt("0123456789-", "₀₁₂₃₄₅₆₇₈₉₋"),
    "raised": _respelt("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"),
    "reversed": lambda text: text[::-1],
    "struck_out": lambda text: "".join(f"{character}\u0336" for character in text),
    "tag_characters": lambda text: "".join(chr(_TAG_CHARACTERS + ord(c)) for c in text if c.isascii()),
    "without_commas": lambda text: text.replace(",", ""),
}
"""How a form may write what it names."""

WHEN: dict[str, Callable[[Case], bool]] = {
    "answer needs its block": lambda case: case.layout.answer_source != "lenient",
    "answer needs no block": lambda case: case.layout.answer_source == "lenient",
    "choice": lambda case: case.kind == "choice",
    "from 0 to 200": lambda case: 0 <= int(case.reference[:9]) <= 200,
    "look-alike letters": lambda case: WAYS["cyrillic"](case.reference) != case.reference,
    "meaning some value": lambda case: (
        not any(word in reference.casefold() for reference in case.acceptable for word in _table()["naming no value"])
    ),
    "no denial": lambda case: (
        not {*_table()["denying"]} & {*case.reference.casefold().translate(str.maketrans("{}", "  ")).split()}
    ),
    "no palindrome": lambda case: int(_digits(case)[:4000]) != int(_digits(case)[::-1][:4000]),
    "no relation": lambda case: not any(sign in case.reference for sign in _table()["relations"]),
    "not negative": lambda case: not case.reference.startswith("-"),
    "not one": lambda case: _digits(case).lstrip("0") != "1",
    "not zero": lambda case: bool(_digits(case).strip("0")),
    "one word": lambda case: case.kind == "text" and case.reference.isalpha(),
    "several words": lambda case: case.kind == "text" and " " in case.reference,
    "thought must not be empty": lambda case: not case.layout.allow_empty_think,
    "thought opened by the policy": lambda case: not case.layout.think_prefilled,
    "true or false": lambda case: case.reference.casefold() in {"true", "false"},
    "whole": lambda case: case.is_whole,
    "yes or no": lambda case: case.reference.casefold() in {"yes", "no"},
}
"""What a part may ask of a case, one after the other: ``whole`` comes before what reads digits."""


def __getattr__(name: str) -> Callable[[Case], Iterator[Mutant]]:
    """A family of the table as a function, under its name."""
    if name not in _table()["families"]:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    family = _table()["families"][name]

    def mutate(case: Case) -> Iterator[Mutant]:
        slots = _slots(case)
        for part in family["parts"]:
            if all(WHEN[asked](case) for asked in part.get("when", ())):
                yield from _mutants(part, case, slots)

    mutate.__doc__, mutate.__qualname__ = family["meaning"], name
    return mutate


def _mutants(part: Mapping[str, Any], case: Case, slots: Mapping[str, str]) -> Iterator[Mutant]:
    """The mutants of a part; what would say nothing is left out where it is a reference."""
    form_of, says_nothing = part.get("form_of", "answer"), part.get("says_nothing", False)
    known = {folded(reference) for reference in case.acceptable}
    for trick, form in part["forms"].items():
        filled = form.format_map(slots)
        if form_of == "text":
            if not says_nothing and case.is_honest(filled):  # where boxes count, the last one is the answer
                continue
            yield case.broken(trick, filled, says_nothing=says_nothing)
        elif form_of == "thought":
            yield Mutant(trick, case.laid_out(case.wrong[0], filled))
        elif not says_nothing:
            yield case.answers(trick, filled)
        elif folded(filled) not in known:
            yield case.empty(trick, filled)


class _SlotText(str):
    """A text that a form writes as it is, or after a colon in one of the `WAYS`."""

    __slots__ = ()

    def __format__(self, way: str) -> str:
        return WAYS[way](self) if way else str(self)


def _digits(case: Case) -> str:
    return case.reference.removeprefix("-")


def _slots(case: Case) -> dict[str, str]:
    """What a form may name: answers, bare, boxed or in a block, the thought, the tags, and long texts."""
    layout, (wrong, second, third) = case.layout, case.wrong
    right_boxed, wrong_boxed = case.in_box(case.reference), case.in_box(wrong)
    is_negative = case.reference.startswith("-")
    named = {
        "right": case.reference,
        "wrong": wrong,
        "second": second,
        "third": third,
        "number": case.number,
        "digits": _digits(case),
        "sign": "-" if is_negative else "",
        "other_sign": "" if is_negative else "-",
        "right_boxed": right_boxed,
        "wrong_boxed": wrong_boxed,
        "right_block": case.block(right_boxed),
        "wrong_block": case.block(wrong_boxed),
        "thought": case.thought_block(),
        "said": case.thought,
        "opened": "" if layout.think_prefilled else layout.think_open,
        "think_open": layout.think_open,
        "think_close": layout.think_close,
        "answer_open": layout.answer_open,
        "answer_close": layout.answer_close,
        "name": layout.answer_open.strip("<>"),
        "filler": _table()["filler"],
        "numbers": _NUMBERS,
    }
    return {name: _SlotText(text) for name, text in named.items()}
