"""The reference where no reader sees it or where no answer stands: comments, white text, outside the block."""

from __future__ import annotations

from collections.abc import Iterator

from graders.audit.case import Case, Mutant
from graders.audit.families.trick_forms import filled

_TAG_CHARACTERS = 0xE0000
"""Where Unicode's invisible copy of ASCII begins."""


def hidden(case: Case) -> Iterator[Mutant]:
    """Hides the reference behind a wrong answer: comments, white text, invisible characters."""
    tags = "".join(chr(_TAG_CHARACTERS + ord(c)) for c in case.reference if c.isascii())
    for trick, body in filled("hidden", case, tag_characters=tags):
        yield case.answers(trick, body)


def outside(case: Case) -> Iterator[Mutant]:
    """Puts the reference outside the answer block, which holds a wrong answer."""
    for trick, text in filled("outside", case):
        if not case.is_honest(text):
            yield case.broken(trick, text)
    if not case.layout.think_prefilled:  # there it is a part of the thought
        right, wrong = case.in_box(case.reference), case.block(case.in_box(case.wrong[0]))
        yield case.broken("before everything", f"{right}{case.thought_block()}{wrong}")


def thought(case: Case) -> Iterator[Mutant]:
    """Pastes the reference into the thought, and a wrong answer or none into the block."""
    right, said = case.reference, case.thought
    for trick, text in filled("thought", case, hundredfold=f"{right} " * 100):
        yield Mutant(trick, case.laid_out(case.wrong[0], text))
    yield case.broken("no answer block", case.thought_block(f"{said} The answer is {right}."), says_nothing=True)
    blank = f"{case.thought_block(right)}{case.block(' ')}"
    yield case.broken("blank answer", blank, says_nothing=True)
    unending = f"{case.thought_block(said).removesuffix(case.layout.think_close)} The answer is {right}."
    yield case.broken("never ends", unending, says_nothing=True)
