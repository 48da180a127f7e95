"""Answers that say nothing: empty, tautologies, placeholders, opening phrases."""

from __future__ import annotations

from collections.abc import Iterator

from graders.audit.case import Case, Mutant
from graders.audit.families.trick_forms import filled
from graders.audit.wrong import folded

_NO_VALUE = ("no", "undefined", "exist", "dne", "empty", "nothing", "infty", "infinit", "∞", "∅", "nan", "null", "n/a")
"""References with such a word in them may mean that there is no value."""

_COMMON = (
    "the of and to a in is it you that he was for on are with as I his they be at one have this from or had by "
    "not but some what there we can out other were all your when up use how said an each she"
)


def nothing(case: Case) -> Iterator[Mutant]:
    """Says nothing: tautologies, placeholders, opening phrases, common words."""
    known = [folded(reference) for reference in case.acceptable]
    names_none = any(word in reference.casefold() for reference in case.acceptable for word in _NO_VALUE)
    answers = [*filled("saying_nothing", case), *(() if names_none else filled("meaning_none", case))]
    for trick, body in answers:
        if folded(body) not in known:
            yield case.empty(trick, body)
    if case.kind == "text" and " " in case.reference:
        yield case.empty("common words", _COMMON)
