"""The reference's words in another order."""

from __future__ import annotations

from collections.abc import Iterator

from graders.audit.case import Case, Mutant

_FEWEST_WORDS = 4
"""Shorter texts have too few orders to be put into another one."""


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
