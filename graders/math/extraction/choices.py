"""Answers that are the letter of a choice: `(b) 12`, `Option C`, `I choose B`."""

from __future__ import annotations

from graders.math.lexis.tokens import WORD_KINDS, Token, Unreadable, tokenize
from graders.math.lexis.words import FILLERS, HEDGES, NEGATIONS, is_foreign, words_of
from graders.math.limits import OverLimit
from graders.math.prose.statement import is_governed
from graders.math.prose.spoken import is_refuted, names_another
from graders.math.tree import Tree

_OPERATORS = frozenset(("+", "-", "*", "/", "^", "=", "<", ">", "<=", ">=", ",", "_", "!"))
_CHOICES = "ABCDEFGHIJ"
_CHOOSING = frozenset(words_of("is be choose chose pick picked select selected answer option choice letter say with"))
"""Words right before the letter of a choice, whatever stands before them."""
_SWITCHING = frozenset(words_of("actually rather instead no wait sorry correction then now"))


def choice_of(reference: Tree) -> str:
    """The letter of a reference that is one capital letter A to J, else nothing."""
    return str(reference.leaf) if reference.head == "sym" and str(reference.leaf) in tuple(_CHOICES) else ""


def names_choice(text: str, tree: Tree | None, letter: str) -> bool:
    """Whether an answer, read as this tree or not at all, chooses the letter."""
    try:
        return read_choice(text) == letter
    except (Unreadable, OverLimit):
        return tree is not None and choice_of(tree) == letter


def read_choice(text: str) -> str:
    """The one letter that an answer to a multiple-choice question names, in upper case; else nothing.

    >>> read_choice("(b) 12"), read_choice("Option C"), read_choice("A or B")
    ('B', 'C', '')
    """
    tokens = [token for token in tokenize(text) if token[0] not in ("$", r"\boxed", "{", "}")]
    while tokens and (tokens[0][1].lower() in FILLERS - {"a", "i"} or tokens[0][0] == ":"):
        tokens.pop(0)
    if letter := _chosen_at_the_end(tokens):
        return letter
    letters = [at for at, token in enumerate(tokens) if _is_choice(tokens, at)]
    if not letters or letters[0] > 1 or len({tokens[at][1].upper() for at in letters}) != 1:
        return ""
    at = letters[0]
    if is_refuted(tokens[at + 1 :]) or names_another(tokens, tokens[at][1]):
        return ""
    if at == 1 and tokens[0][0] != "(":
        return ""
    if not _ends_choice(tokens[at + 1 :]) or _takes_back(tokens, at):
        return ""
    negated = any(token[0] in WORD_KINDS and token[1].lower() in NEGATIONS for token in tokens)
    return "" if negated else tokens[at][1].upper()


def _chosen_at_the_end(tokens: list[Token]) -> str:
    """The letter that ends a sentence which chooses it: `I choose B`."""
    while tokens and tokens[-1][0] in (".", ")"):
        tokens = tokens[:-1]
    if tokens and tokens[-1][0] == "(":
        return ""
    bracketed = len(tokens) > 1 and tokens[-2][0] == "("
    words = [token[1] for token in (tokens[:-2] if bracketed else tokens[:-1])]
    last = tokens[-1][1] if tokens else ""
    if not words or last not in tuple(_CHOICES) or words[-1].lower() not in _CHOOSING or is_governed(tokens):
        return ""
    alone = all(token[0] in WORD_KINDS for token in tokens[: len(words)]) and not any(
        len(word) == 1 and word not in ("I", "a") for word in words
    )
    return last if alone and not NEGATIONS & {word.lower() for word in words} else ""


def _ends_choice(rest: list[Token]) -> bool:
    """Whether a letter followed by these tokens stands alone: `)`, a full stop, or those and an explanation."""
    marks = 0
    while marks < len(rest) and rest[marks][0] in (")", ".", ":"):
        marks += 1
    return marks == len(rest) or (marks > 0 and rest[marks][2] and rest[marks][0] not in _OPERATORS)


def _takes_back(tokens: list[Token], at: int) -> bool:
    """Whether what stands behind a chosen letter offers another one, or is in no language that is known here."""
    behind = next((place for place in range(at + 1, len(tokens)) if tokens[place][0] not in (")", ".", ":")), at)
    if tokens[behind][1].lower() in HEDGES or (tokens[behind - 1][0] == ")" and is_foreign(tokens[behind][1])):
        return True
    return any(
        token[0] in WORD_KINDS
        and token[1] in tuple(_CHOICES)
        and token[1] != tokens[at][1].upper()
        and _is_offered(tokens, place)
        for place, token in enumerate(tokens)
    )


def _is_offered(tokens: list[Token], at: int) -> bool:
    """Whether a letter is named as a choice: `the answer is A`, `or A`, `(A)`, or alone in its sentence."""
    before = tokens[at - 1] if at else (".", "", False)
    after = tokens[at + 1][0] if at + 1 < len(tokens) else "."
    chosen = before[1].lower() in _CHOOSING | HEDGES | _SWITCHING and after not in WORD_KINDS
    alone = before[0] in (".", ",", ";", "(") and after in (".", ",", ";", ")")
    return chosen or alone


def _is_choice(tokens: list[Token], at: int) -> bool:
    kind, text, _ = tokens[at]
    if kind not in WORD_KINDS or len(text) != 1 or text.upper() not in _CHOICES:
        return False
    bracketed = 0 < at < len(tokens) - 1 and tokens[at - 1][0] == "(" and tokens[at + 1][0] == ")"
    return at == 0 or bracketed or (text.isupper() and tokens[at - 1][0] not in WORD_KINDS | {"num"})
