"""Tricks that are no more than a form to be filled in: a table of each family, in `trick_forms.json`.

What stands in braces is filled in from a case, see `_slots`; doubled braces are braces.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from graders.audit.case import Case, Mutant


def answers(table: str, case: Case) -> Iterator[Mutant]:
    """Mutants in good layout, a trick each, whose answers are the filled forms."""
    for trick, body in filled(table, case):
        yield case.answers(trick, body)


def filled(table: str, case: Case, **more: str) -> Iterator[tuple[str, str]]:
    """The tricks of a table with their forms filled in.

    Args:
        table: Its name.
        case: What they are filled with.
        more: What else.
    """
    slots = _slots(case) | more
    for trick, form in _tables()[table].items():
        yield trick, form.format_map(slots)


@cache
def _tables() -> dict[str, dict[str, str]]:
    """Forms by trick by table."""
    text = files("graders.audit.families").joinpath("trick_forms.json").read_text(encoding="utf-8")
    tables: dict[str, dict[str, str]] = json.loads(text)
    return tables


def _slots(case: Case) -> dict[str, str]:
    """What a form may name: answers, bare, boxed or in a block, the thought, and the tags."""
    layout, (wrong, second, third) = case.layout, case.wrong
    boxed = {"right_boxed": case.in_box(case.reference), "wrong_boxed": case.in_box(wrong)}
    return boxed | {
        "right": case.reference,
        "wrong": wrong,
        "second": second,
        "third": third,
        "number": case.number,
        "right_block": case.block(boxed["right_boxed"]),
        "wrong_block": case.block(boxed["wrong_boxed"]),
        "thought": case.thought_block(),
        "said": case.thought,
        "opened": "" if layout.think_prefilled else layout.think_open,
        "think_open": layout.think_open,
        "think_close": layout.think_close,
        "answer_open": layout.answer_open,
        "answer_close": layout.answer_close,
        "ANSWER_OPEN": layout.answer_open.upper(),
        "ANSWER_CLOSE": layout.answer_close.upper(),
        "name": layout.answer_open.strip("<>"),
    }
