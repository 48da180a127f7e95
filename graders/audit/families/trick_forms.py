"""Families whose tricks are no more than forms to be filled in: they stand in JSON files beside, a function each here.

A family is what its mutants do (``meaning``) and its parts. A part has its forms by trick, and says on which cases they
are tried (``when``: names of `WHEN`, all of which must hold), what they are forms of (``form_of``: the ``answer``, the
``thought``, or the whole ``text``, which then is in no good layout), and whether they say nothing. With a ``pattern``
its forms replace what this finds in the reference, wherever it finds it. With ``is_right`` they are other forms of the
reference, to be paid like it. ``why`` says what makes them certainly wrong, or right.

What stands in braces is filled in from a case: one of `_slots` or a group of the pattern, and behind a colon one of the
`WAYS` to write it. Doubled braces are braces.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from graders.audit.case import Case, Mutant
from graders.audit.families.conditions import WHEN
from graders.audit.families.ways import WAYS
from graders.audit.wrong import bare_choice, folded, number_of

_NUMBERS = ", ".join(map(str, range(201)))

_FILES = ("trick_forms", "sentences", "abroad", "values", "notation", "right")


@cache
def _families() -> dict[str, Any]:
    """The families by name."""
    return {name: family for file in _FILES for name, family in _read(file)["families"].items()}


@cache
def _read(file: str) -> dict[str, Any]:
    """One of the files beside this one."""
    text = files("graders.audit.families").joinpath(f"{file}.json").read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


def __getattr__(name: str) -> Callable[[Case], Iterator[Mutant]]:
    """A family of the files as a function, under its name."""
    if name not in _families():
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    family = _families()[name]

    def mutate(case: Case) -> Iterator[Mutant]:
        slots = _slots(case)
        for part in family["parts"]:
            if all(WHEN[asked](case) for asked in part.get("when", ())):
                yield from _mutants(part, case, slots)

    mutate.__doc__, mutate.__qualname__ = family["meaning"], name
    return mutate


def _mutants(part: Mapping[str, Any], case: Case, slots: Mapping[str, str]) -> Iterator[Mutant]:
    """The mutants of a part: those that are what they are meant to be for this case."""
    for trick, form in part["forms"].items():
        filled = _filled(form, part.get("pattern"), case, slots)
        if filled is not None:
            mutant = _mutant(part, case, trick, filled)
            if mutant is not None:
                yield mutant


def _filled(form: str, pattern: str | None, case: Case, slots: Mapping[str, str]) -> str | None:
    """A form with its slots filled, in the place of what a pattern finds; None where it finds nothing."""
    if pattern is None:
        return form.format_map(slots)

    def replacement(found: re.Match[str]) -> str:
        groups = {name: _SlotText(text or "") for name, text in found.groupdict().items()}
        return form.format_map({**slots, **groups})

    filled, places = re.subn(pattern, replacement, case.reference)
    return filled if places else None


def _mutant(part: Mapping[str, Any], case: Case, trick: str, filled: str) -> Mutant | None:
    """None for a trick that would be honest here, and for a right form that is the reference itself."""
    form_of, says_nothing = part.get("form_of", "answer"), part.get("says_nothing", False)
    if part.get("is_right"):
        return None if filled.strip() == case.reference else case.right(trick, filled)
    if form_of == "text":
        if not says_nothing and case.is_honest(filled):  # where boxes count, the last one is the answer
            return None
        return case.broken(trick, filled, says_nothing=says_nothing)
    if form_of == "thought":
        return Mutant(trick, case.laid_out(case.wrong[0], filled))
    if _is_acceptable(filled, case, folding=folded if says_nothing else str.strip):
        return None
    return case.empty(trick, filled) if says_nothing else case.answers(trick, filled)


def _is_acceptable(answer: str, case: Case, folding: Callable[[str], str]) -> bool:
    """Whether an answer is one of the references, or the same number."""
    value, text = number_of(answer), folding(answer)
    return any(
        text == folding(reference) or (value is not None and value == number_of(reference))
        for reference in case.acceptable
    )


class _SlotText(str):
    """A text that a form writes as it is, or after a colon in one of the `WAYS`."""

    __slots__ = ()

    def __format__(self, way: str) -> str:
        return WAYS[way](self) if way else str(self)


@lru_cache(512)
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
        "digits": case.reference.removeprefix("-"),
        "letter": bare_choice(case.reference),
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
        "filler": _read("trick_forms")["filler"],
        "numbers": _NUMBERS,
    }
    return {name: _SlotText(text) for name, text in named.items()}
