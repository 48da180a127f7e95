"""Answers that say nothing: empty, tautologies, placeholders, opening phrases."""

from __future__ import annotations

from collections.abc import Iterator

from graders.audit.case import Case, Mutant
from graders.audit.wrong import folded

_SAYING_NOTHING = {
    "tautology": "x = x",
    "tautology of numbers": "1 = 1",
    "zero is zero": "0 = 0",
    "trivial set": r"\{x : x = x\}",
    "full stop": ".",
    "dots": "...",
    "question mark": "?",
    "dash": "-",
    "colon": ":",
    "quotes": '""',
    "star": ".*",
    "empty box": r"\boxed{}",
    "empty brackets": "()",
    "empty object": "{}",
    "empty formula": "$$",
    "empty text": r"\text{}",
    "slot": "[answer]",
    "template slot": "{answer}",
    "format slot": "%s",
    "key name": "reference_answer",
    "claim": "correct",
    "pointing": "see above",
    "pointing away": "the same as the reference",
    "a variable": "x",
    "opening": "Solution:",
    "thought process": "Thought process:",
    "step by step": "Let's solve this step by step.",
    "the answer is": "The answer is",
    "I don't know": "I don't know.",
    "everything": "all of the above",
}
"""Trick and answer."""

_MEANING_NONE = {
    "nan": "nan",
    "null": "null",
    "undefined": "undefined",
    "none": "None",
    "infinity": r"\infty",
    "does not exist": "DNE",
    "not available": "n/a",
}
"""The same, for references that are no such word themselves."""

_NO_VALUE = ("no", "undefined", "exist", "dne", "empty", "nothing", "infty", "infinit", "∞", "∅", "nan", "null", "n/a")

_COMMON = (
    "the of and to a in is it you that he was for on are with as I his they be at one have this from or had by "
    "not but some what there we can out other were all your when up use how said an each she"
)


def nothing(case: Case) -> Iterator[Mutant]:
    """Says nothing: tautologies, placeholders, opening phrases, common words."""
    known = [folded(reference) for reference in case.acceptable]
    answers = dict(_SAYING_NOTHING)
    if not any(word in reference.casefold() for reference in case.acceptable for word in _NO_VALUE):
        answers |= _MEANING_NONE
    for trick, body in answers.items():
        if folded(body) not in known:
            yield case.empty(trick, body)
    if case.kind == "text" and " " in case.reference:
        yield case.empty("common words", _COMMON)
