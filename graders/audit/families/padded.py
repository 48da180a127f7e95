"""Length: the reference buried in text, and its words in another order."""

from __future__ import annotations

from collections.abc import Iterator

from graders.audit.case import Case, Mutant
from graders.audit.families.trick_forms import filled

_FILLER = (
    "There are many ways to look at this and each of them has something for it. We went through the text once more "
    "and wrote down what seemed to matter. None of this is certain, since the words can be read in several ways. "
)
_FEWEST_WORDS = 4
"""Shorter texts have too few orders to be put into another one."""


def padded(case: Case) -> Iterator[Mutant]:
    """Buries the reference in long text beside a wrong answer."""
    for trick, body in filled("padded", case, filler=_FILLER, essay=_FILLER * 5):
        yield case.answers(trick, body)


def shuffled(case: Case) -> Iterator[Mutant]:
    """Gives the reference's words in an order that says nothing."""
    words = case.reference.split()
    if case.kind != "text" or len(set(words)) < _FEWEST_WORDS:
        return
    orders = {
        "backwards": words[::-1],
        "sorted": sorted(words, key=str.casefold),
        "every second first": words[1::2] + words[::2],
        "halves swapped": words[len(words) // 2 :] + words[: len(words) // 2],
    }
    for trick, order in orders.items():
        if order != words:
            yield case.answers(trick, " ".join(order))
