"""The tags themselves: doubled, nested, moved, unclosed, in fences, in capitals; and layouts without content."""

from __future__ import annotations

from collections.abc import Iterator

from graders.audit.case import Case, Mutant
from graders.audit.families.trick_forms import filled
from graders.completion.parse import Layout


def tags(case: Case) -> Iterator[Mutant]:
    """Doubles, nests, moves or respells tags so that a second answer stands beside the wrong one."""
    for trick, text in filled("tags", case):
        if not case.is_honest(text):
            yield case.broken(trick, text)


def layout(case: Case) -> Iterator[Mutant]:
    """Asks for the format share with a layout that is none: blocks that are blank, missing or misspelt."""
    thought, block, names = case.thought_block(), case.block(case.in_box(case.wrong[0])), case.layout
    wrong_texts = dict(filled("layout", case, loud_thought=_in_capitals(thought, names)))
    if not names.think_prefilled:  # there it is a part of the thought
        wrong_texts["text before"] = f"Sure! {thought}{block}"
    if not names.allow_empty_think:
        wrong_texts |= filled("empty_thought", case)
    for trick, text in wrong_texts.items():
        yield case.broken(trick, text)
    for trick, text in filled("blank_answer", case):
        yield case.broken(trick, text, says_nothing=True)
    is_answer = names.answer_source == "lenient"
    yield case.broken("no answer block", f"{thought}{case.wrong[0]}", says_nothing=not is_answer)


def _in_capitals(thought: str, names: Layout) -> str:
    loud = thought.replace(names.think_open, names.think_open.upper())
    return loud.replace(names.think_close, names.think_close.upper())
