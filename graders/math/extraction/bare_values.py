"""Whether an answer is its value and nothing else, for those who want no sentence read at all."""

from __future__ import annotations

from functools import lru_cache

from graders.math.grammar.phrases import named
from graders.math.lexis.cleaned import Unreadable
from graders.math.lexis.names import role
from graders.math.lexis.tokens import WORD_KINDS, tokenize
from graders.math.lexis.wrappers import bare
from graders.math.prose.statement import length_of_opening

_OF_VALUES = frozenset(("connective", "letter", "function", "constant", "greek", "number", "unit"))
"""What words of a value are; any other is one where the reference has all its letters, as a product of names has."""


@lru_cache(maxsize=1 << 12)
def stray_word(answer: str, reference: str) -> str:
    """The first word of an answer that is no part of a value, nor a word of the reference; empty where there is none.

    An opening such as `The answer is` may stand in front. A text that has no tokens has no words either.

    >>> stray_word("The answer is 12 cm.", "12"), stray_word("About 12", "12"), stray_word("red", "red")
    ('', 'About', '')
    """
    try:
        tokens = tokenize(bare(answer))
        known = {text.casefold() for kind, text, _ in tokenize(bare(reference)) if kind in WORD_KINDS}
    except Unreadable:
        return ""
    words = [token for token in tokens[length_of_opening(tokens) :] if token[0] in WORD_KINDS]
    if words and named(" ".join(text for _, text, _ in words)).head == "special":
        return ""
    return next((text for _, text, _ in words if not _is_of_value(text, known)), "")


def _is_of_value(word: str, known: set[str]) -> bool:
    folded = word.casefold()
    return folded in known or folded == "the" or role(word) in _OF_VALUES or set(folded) <= set("".join(known))
