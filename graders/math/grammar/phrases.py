"""Words that are a value of their own: texts, and the named objects that a phrase stands for."""

from __future__ import annotations

from graders.math.grammar.parser import Parser
from graders.math.lexis.names import role
from graders.math.lexis.tokens import WORD_KINDS
from graders.math.lexis.words import SPECIAL_TEXTS
from graders.math.tree import Tree, num


def text(p: Parser, word: str) -> Tree:
    """The words in hand as one text, or the named object that they stand for."""
    words = [word]
    while p.kind in ("letters", "word", ".", "'", "-") and not _ends_text(p):
        if p.kind in WORD_KINDS:
            words.append(p.peek()[1])
        p.at += 1
    return named(" ".join(words))


def counts_off(p: Parser) -> bool:
    """Whether an ordinal was taken that says which of several things is meant, no number of them: `the 7th day`."""
    kind, word, spaced = p.peek()
    return kind in WORD_KINDS and spaced and len(word) > 1 and role(word) in ("word", "unit")


def _ends_text(p: Parser) -> bool:
    if p.kind in WORD_KINDS:
        return role(p.peek()[1]) == "connective" or (role(p.peek()[1]) == "letter" and p.peek(1)[0] in ("=", "^", "("))
    return p.peek(1)[0] not in WORD_KINDS


def named(phrase: str) -> Tree:
    """The tree of a phrase: a special object where it names one, else the words folded."""
    folded = " ".join(phrase.casefold().split())
    meaning = SPECIAL_TEXTS.get(folded)
    if folded == "half":
        return Tree("div", (num(1), num(2)))
    if meaning == "oo":
        return Tree("const", (), "oo")
    return Tree("special", (), meaning) if meaning else Tree("text", (), folded)
