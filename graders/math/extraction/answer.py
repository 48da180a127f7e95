"""What an answer says: the one value it gives, read as a formula or out of short prose.

A whole text that reads as one formula is that formula. Otherwise the text is prose, and each formula, number
and box in it is a candidate: they must all be the same value. Prose that negates, or that looks like program
code, says nothing.
"""

from __future__ import annotations

from graders.math.decide.compare import settled
from graders.math.extraction.doubts import VOCABULARY, is_struck, looks_like_code
from graders.math.extraction.formulas import Formulas
from graders.math.extraction.sentence import opens, read_prose
from graders.math.grammar.phrases import named
from graders.math.grammar.plain import plain
from graders.math.lexis.data_files import entries
from graders.math.lexis.names import role
from graders.math.lexis.tokens import WORD_KINDS, Token, Unreadable, tokenize
from graders.math.lexis.words import FILLERS
from graders.math.lexis.wrappers import bare
from graders.math.limits import MAX_LINES
from graders.math.tree import Tree
from graders.math.verdict import Refused

OPENINGS_ABROAD = frozenset(tuple(phrase.split()) for phrase in entries("openings_abroad", VOCABULARY))
"""How answers open in other languages than English, as tuples of words."""
_FIRST_ABROAD = frozenset(phrase[0] for phrase in OPENINGS_ABROAD)
_LONGEST_ABROAD = max(map(len, OPENINGS_ABROAD))
_CLOSINGS_ABROAD = frozenset(("です", "입니다", "이다"))
_OPENINGS = FILLERS - {"a", "i"}


def read_answer(text: str, formulas: Formulas) -> Tree:
    """The settled tree of the one value in an answer. Raises `Refused`, `Unreadable` or `OverLimit`."""
    simple = plain(text)
    if simple is not None:
        return simple
    tokens = tokenize(bare(text))
    formula = _without_dollars(tokens)
    if not formula:
        raise Refused("empty_answer", "nothing to read")
    formula = _unboxed(formula)
    if formula[0][1] == "A" and formula[1:2] == [(":", ":", False)]:  # question and answer: `A: 42`
        formula = formula[2:] or formula
    _check_text(text, formula)
    if (behind := _without_opening(formula)) is not formula:
        return settled(formulas.parsed(behind))
    if "\n" in text and (lines := _lines(text, formulas)) is not None:
        return settled(lines)
    if opens(formula):
        return read_prose(tokens, formulas)
    if _introduced(formula):
        return _after_introduction(tokens, formula, formulas)
    tree = None if _speaks_of_formulas(tokens, formula) else formulas.tried(formula)
    return settled(tree) if tree is not None else read_prose(tokens, formulas)


def _check_text(text: str, formula: list[Token]) -> None:
    if "~~" in text and is_struck(text):
        raise Unreadable("struck-through text")
    if looks_like_code(text):
        raise Unreadable("this looks like program code")
    if formula[-1][0] == "?" or formula[0][0] == "?":
        raise Unreadable("a question")


def _without_opening(tokens: list[Token]) -> list[Token]:
    """The tokens behind `Die Antwort ist` and its like; the same tokens where none of these opens them."""
    if not tokens or tokens[0][1].casefold() not in _FIRST_ABROAD:
        return tokens
    words = tuple(token[1].casefold() for token in tokens[:_LONGEST_ABROAD])
    taken = next((size for size in range(len(words), 0, -1) if words[:size] in OPENINGS_ABROAD), 0)
    rest = tokens[taken:]
    if rest and rest[0][0] in (":", ","):
        rest = rest[1:]
    ends = len(rest) - (1 if rest and rest[-1][0] == "." else 0)
    if taken and ends > 1 and rest[ends - 1][1] in _CLOSINGS_ABROAD:
        rest = rest[: ends - 1]
    return rest if taken and rest else tokens


def _unboxed(formula: list[Token]) -> list[Token]:
    """What stands in a box around the whole answer, where that is prose."""
    if formula[0][0] != r"\boxed" or formula[-1][0] != "}" or len(formula) < 4 or not _introduced(formula[2:]):
        return formula
    return formula[2:-1]


def _lines(text: str, formulas: Formulas) -> Tree | None:
    """One formula a line as a list, if each line is one."""
    parts = [part for part in text.splitlines() if part.strip().strip("$ ")]
    if not 1 < len(parts) <= MAX_LINES:
        return None
    try:
        trees = [formulas.tried(_without_dollars(tokenize(part))) for part in parts]
    except Unreadable:
        return None
    found = tuple(tree for tree in trees if tree is not None and tree.head != "text")
    return Tree("list", found, "and") if len(found) == len(parts) else None


def _without_dollars(tokens: list[Token]) -> list[Token]:
    return [token for token in tokens if token[0] != "$"]


def _speaks_of_formulas(tokens: list[Token], formula: list[Token]) -> bool:
    """Whether a sentence with formulas in dollars begins here."""
    return len(formula) < len(tokens) and bool(formula) and _is_word(formula[0]) and tokens[0][0] != "$"


def _is_word(token: Token) -> bool:
    return token[0] == "letters" and role(token[1]) == "word"


def _introduced(tokens: list[Token]) -> bool:
    return bool(tokens) and tokens[0][0] in WORD_KINDS and tokens[0][1].lower() in _OPENINGS


def _after_introduction(tokens: list[Token], formula: list[Token], formulas: Formulas) -> Tree:
    """What follows `The answer is`, if that is one formula; else the text as it stands."""
    start = 0
    while start < len(formula) and (_introduced(formula[start:]) or formula[start][0] in (":", ",")):
        start += 1
    if start == len(formula) or _names_an_object(formula):
        whole = formulas.tried(formula)
        if whole is not None and (whole.head == "special" or start == len(formula)):
            return settled(whole)
    rest = None if _speaks_of_formulas(tokens, formula[start:]) else formulas.tried(formula[start:])
    return settled(rest) if rest is not None else read_prose(tokens, formulas)


def _names_an_object(formula: list[Token]) -> bool:
    """Whether all the words are one phrase with a meaning: `there is no solution`."""
    return named(" ".join(token[1] for token in formula if token[0] in WORD_KINDS)).head == "special"
