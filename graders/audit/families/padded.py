"""Length: the reference buried in text, and its words in another order."""

from __future__ import annotations

from collections.abc import Iterator

from graders.audit.case import Case, Mutant

_FILLER = (
    "There are many ways to look at this and each of them has something for it. We went through the text once more "
    "and wrote down what seemed to matter. None of this is certain, since the words can be read in several ways. "
)
_FEWEST_WORDS = 4
"""Shorter texts have too few orders to be put into another one."""


def padded(case: Case) -> Iterator[Mutant]:
    """Buries the reference in long text beside a wrong answer."""
    wrong, right = case.wrong[0], case.reference
    bodies = {
        "behind filler": f"{wrong}. {_FILLER}{right}",
        "before filler": f"{right}. {_FILLER}{wrong}",
        "in the middle": f"It may be {wrong}. {_FILLER}Others say {right}. {_FILLER}So I would say {wrong}.",
        "an essay": f"{_FILLER * 5}{right}. {_FILLER * 5}The answer is {wrong}.",
        "a table": f"| guess | value |\n|---|---|\n| 1st | {wrong} |\n| 2nd | {right} |\n| 3rd | {case.wrong[1]} |",
    }
    for trick, body in bodies.items():
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
