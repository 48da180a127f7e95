"""What an answer says: the one value it gives, read as a formula or out of short prose.

A whole text that reads as one formula is that formula. Otherwise the text is prose, and each formula, number
and box in it is a candidate: they must all be the same value. Prose that negates, or that looks like program
code, says nothing.
"""

from __future__ import annotations

from itertools import pairwise

from graders.math.decide.compare import settled
from graders.math.extraction.doubts import PROSE_ROLES, is_struck, looks_like_code
from graders.math.extraction.openings import without_opening
from graders.math.extraction.sentence import opens, read_prose
from graders.math.grammar.parser import parse_tokens
from graders.math.grammar.plain import plain
from graders.math.lexis.names import role
from graders.math.lexis.tokens import Token, Unreadable, tokenize
from graders.math.lexis.words import FILLERS, PLACEHOLDERS
from graders.math.lexis.wrappers import bare
from graders.math.limits import MAX_LINES
from graders.math.tree import Tree
from graders.math.verdict import Refused

_PUNCTUATION = frozenset((".", ",", ";", ":", "!", "?", "-", '"', r"\ldots", r"\therefore", r"\\"))
_WORDS = frozenset(("letters", "word"))
_OPENINGS = FILLERS - {"a", "i"}
_NOUNS = PROSE_ROLES - {"connective"}


def read_answer(text: str) -> Tree:
    """The settled tree of the one value in an answer. Raises `Refused`, `Unreadable` or `OverLimit`."""
    simple = plain(text)
    if simple is not None:
        return simple
    tokens = tokenize(bare(text))
    formula = [token for token in tokens if token[0] != "$"]
    if not formula:
        raise Refused("empty_answer", "nothing to read")
    formula = _unboxed(formula)
    if formula[0][1] == "A" and formula[1:2] == [(":", ":", False)]:  # question and answer: `A: 42`
        formula = formula[2:] or formula
    _check_text(text, formula)
    if (behind := without_opening(formula)) is not formula:
        return settled(parse_tokens(behind))
    if "\n" in text and (lines := _lines(text)) is not None:
        return settled(lines)
    if opens(formula):
        return read_prose(tokens)
    if _introduced(formula):
        return _after_introduction(tokens, formula)
    tree = None if _speaks_of_formulas(tokens, formula) else _parsed(formula)
    return settled(tree) if tree is not None else read_prose(tokens)


def _check_text(text: str, formula: list[Token]) -> None:
    if "~~" in text and is_struck(text):
        raise Unreadable("struck-through text")
    if looks_like_code(text):
        raise Unreadable("this looks like program code")
    if formula[-1][0] == "?" or formula[0][0] == "?":
        raise Unreadable("a question")


def _unboxed(formula: list[Token]) -> list[Token]:
    """What stands in a box around the whole answer, where that is prose."""
    if formula[0][0] != r"\boxed" or formula[-1][0] != "}" or len(formula) < 4 or not _introduced(formula[2:]):
        return formula
    return formula[2:-1]


def _lines(text: str) -> Tree | None:
    """One formula a line as a list, if each line is one."""
    parts = [part for part in text.splitlines() if part.strip().strip("$ ")]
    if not 1 < len(parts) <= MAX_LINES:
        return None
    try:
        trees = [_parsed([token for token in tokenize(part) if token[0] != "$"]) for part in parts]
    except Unreadable:
        return None
    formulas = tuple(tree for tree in trees if tree is not None and tree.head != "text")
    return Tree("list", formulas, "and") if len(formulas) == len(parts) else None


def _speaks_of_formulas(tokens: list[Token], formula: list[Token]) -> bool:
    """Whether a sentence with formulas in dollars begins here."""
    return len(formula) < len(tokens) and bool(formula) and _is_word(formula[0]) and tokens[0][0] != "$"


def _is_word(token: Token) -> bool:
    return token[0] == "letters" and role(token[1]) == "word"


def _introduced(tokens: list[Token]) -> bool:
    return bool(tokens) and tokens[0][0] in _WORDS and tokens[0][1].lower() in _OPENINGS


def _after_introduction(tokens: list[Token], formula: list[Token]) -> Tree:
    """What follows `The answer is`, if that is one formula; else the text as it stands."""
    start = 0
    while start < len(formula) and (_introduced(formula[start:]) or formula[start][0] in (":", ",")):
        start += 1
    whole = _parsed(formula)
    if whole is not None and (whole.head == "special" or start == len(formula)):
        return settled(whole)
    rest = None if _speaks_of_formulas(tokens, formula[start:]) else _parsed(formula[start:])
    return settled(rest) if rest is not None else read_prose(tokens)


def _parsed(tokens: list[Token]) -> Tree | None:
    try:
        return parse_tokens(list(tokens))
    except Unreadable:
        return None


def read_reference(text: str) -> Tree:
    """The settled tree of a reference: a formula, or else its words. Raises like `read_answer`."""
    if text.strip().casefold() in PLACEHOLDERS or not text.strip():
        raise Refused("bad_reference", "empty" if not text.strip() else "a placeholder")
    simple = plain(text)
    if simple is not None:
        return simple
    tokens = [token for token in tokenize(bare(text)) if token[0] != "$"]
    tree = _parsed(tokens)
    return settled(tree) if tree is not None else _words_alone(tokens)


def _words_alone(tokens: list[Token]) -> Tree:
    """Words, and numbers that stand apart from them (`October 30`), as one text."""
    known = all(token[0] in _WORDS or token[0] in ("num", *_PUNCTUATION) for token in tokens)
    glued = any({token[0], after[0]} == {"num", "letters"} and not after[2] for token, after in pairwise(tokens))
    if not known or glued or not any(token[0] in _WORDS and role(token[1]) in _NOUNS for token in tokens):
        raise Unreadable("neither a formula nor words")
    return Tree("text", (), " ".join(token[1] for token in tokens if token[0] in (*_WORDS, "num")).casefold())
