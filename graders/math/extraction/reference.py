"""What a reference says: a formula, or else its words."""

from __future__ import annotations

import re
from itertools import pairwise

from graders.math.decide.compare import settled
from graders.math.extraction.doubts import PROSE_ROLES
from graders.math.extraction.formulas import Formulas
from graders.math.lexis.cleaned import Unreadable
from graders.math.lexis.names import role
from graders.math.lexis.tokens import PUNCTUATION, WORD_KINDS, Token, tokenize
from graders.math.lexis.words import PLACEHOLDERS
from graders.math.lexis.wrappers import bare
from graders.math.tree import Tree
from graders.math.verdict import Refused

_FIGURE = re.compile(r"\d")
_TEXT_COMMANDS = re.compile(r"\\(?:text|textbf|textit|mathrm|mbox|boxed)\s*+\{|\\ ")
_NOUNS = PROSE_ROLES - {"connective"}


def read_reference(text: str, formulas: Formulas) -> Tree:
    """The settled tree of a reference: a formula, or else its words. Raises like `read_answer`."""
    if not text.strip():
        raise Refused("bad_reference", "empty")
    if not _FIGURE.search(text) and _is_placeholder(text):
        raise Refused("bad_reference", "a placeholder")
    tokens = [token for token in tokenize(bare(text)) if token[0] != "$"]
    try:
        tree = formulas.parsed(tokens)
    except Unreadable as refusal:
        return _words_alone(tokens, str(refusal))
    return settled(tree)


def _is_placeholder(text: str) -> bool:
    """Whether a text stands for a value nobody entered, whatever wraps it."""
    inside = _TEXT_COMMANDS.sub("", text).strip("{}[]()$ \n.")
    return text.strip().casefold() in PLACEHOLDERS or inside.casefold() in PLACEHOLDERS


def _words_alone(tokens: list[Token], reason: str) -> Tree:
    """Words, and numbers that stand apart from them (`October 30`), as one text; refused for the reason otherwise."""
    known = all(token[0] in WORD_KINDS or token[0] in ("num", *PUNCTUATION) for token in tokens)
    glued = any({token[0], after[0]} == {"num", "letters"} and not after[2] for token, after in pairwise(tokens))
    if not known or glued or not any(token[0] in WORD_KINDS and role(token[1]) in _NOUNS for token in tokens):
        raise Unreadable(reason)
    return Tree("text", (), " ".join(words_with_numbers(tokens)))


def words_with_numbers(tokens: list[Token]) -> list[str]:
    """The words of a text, and its numbers with the sign that stands right before each: `the determinant is -1`."""
    return [_signed(tokens, at) for at, token in enumerate(tokens) if token[0] in (*WORD_KINDS, "num")]


def _signed(tokens: list[Token], at: int) -> str:
    signed = tokens[at][0] == "num" and at > 0 and tokens[at - 1][0] == "-" and tokens[at - 1][2] and not tokens[at][2]
    word = tokens[at][1].rstrip(".").casefold()
    return f"-{word}" if signed else word
