"""Answers that are a choice letter or words."""

from __future__ import annotations

from itertools import pairwise

from graders.math.extraction.doubts import is_doubtful
from graders.math.extraction.english import ANCHORS
from graders.math.lexis.names import role
from graders.math.lexis.tokens import Token, Unreadable, tokenize
from graders.math.lexis.words import FILLERS, HEDGES, NEGATIONS, ORDINAL_ENDINGS, is_foreign
from graders.math.limits import OverLimit
from graders.math.tree import Tree

_WORDS = frozenset(("letters", "word"))
_OPERATORS = frozenset(("+", "-", "*", "/", "^", "=", "<", ">", "<=", ">=", ",", "_", "!"))
_MARKS = frozenset((".", ",", ";", ":", "'", '"', "$", "{", "}", "(", ")", "[", "]", "-", "/", "&", r"\boxed"))
"""Signs around and between words that say nothing; any other sign does."""
_CHOICES = "ABCDEFGHIJ"
_CHOOSING = frozenset(
    (
        "is",
        "be",
        "choose",
        "chose",
        "pick",
        "picked",
        "select",
        "selected",
        "answer",
        "option",
        "choice",
        "letter",
        "say",
        "with",
    )
)
"""Words right before the letter of a choice, whatever stands before them."""
_SWITCHING = frozenset(("actually", "rather", "instead", "no", "wait", "sorry", "correction", "then", "now"))
_COPULAS = frozenset(("is", "was", "are", "were", "be"))
_NAMES = ("letter", "product", "constant", "greek", "function", "points")
_INTRODUCING = FILLERS | ANCHORS | {"expression", "simplifies", "product", "and"}
_ARTICLES = frozenset(("a", "an", "the"))


def choice_of(reference: Tree) -> str:
    """The letter of a reference that is one capital letter A to J, else nothing."""
    return str(reference.leaf) if reference.head == "sym" and str(reference.leaf) in tuple(_CHOICES) else ""


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
    if at == 1 and tokens[0][0] != "(":
        return ""
    if not _ends_choice(tokens[at + 1 :]) or _takes_back(tokens, at):
        return ""
    negated = any(token[0] in _WORDS and token[1].lower() in NEGATIONS for token in tokens)
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
    if not words or last not in tuple(_CHOICES) or words[-1].lower() not in _CHOOSING or is_doubtful(tokens):
        return ""
    alone = all(token[0] in _WORDS for token in tokens[: len(words)]) and not any(
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
        token[0] in _WORDS
        and token[1] in tuple(_CHOICES)
        and token[1] != tokens[at][1].upper()
        and _is_offered(tokens, place)
        for place, token in enumerate(tokens)
    )


def _is_offered(tokens: list[Token], at: int) -> bool:
    """Whether a letter is named as a choice: `the answer is A`, `or A`, `(A)`, or alone in its sentence."""
    before = tokens[at - 1] if at else (".", "", False)
    after = tokens[at + 1][0] if at + 1 < len(tokens) else "."
    chosen = before[1].lower() in _CHOOSING | HEDGES | _SWITCHING and after not in _WORDS
    alone = before[0] in (".", ",", ";", "(") and after in (".", ",", ";", ")")
    return chosen or alone


def _is_choice(tokens: list[Token], at: int) -> bool:
    kind, text, _ = tokens[at]
    if kind not in _WORDS or len(text) != 1 or text.upper() not in _CHOICES:
        return False
    bracketed = 0 < at < len(tokens) - 1 and tokens[at - 1][0] == "(" and tokens[at + 1][0] == ")"
    return at == 0 or bracketed or (text.isupper() and tokens[at - 1][0] not in _WORDS | {"num"})


def plain_words(text: str) -> str:
    """A text answer without the words that introduce it: `The answer is Monday.` -> `monday`."""
    tokens = tokenize(text)
    tokens = [token for at, token in enumerate(tokens) if not _is_ending(tokens, at)]
    words = [token[1].casefold() for token in tokens if token[0] in (*_WORDS, "num")]
    if not _only_words(tokens):
        return ""
    if len(words) == 2 and any(token[0] == "," for token in tokens):  # `all, i` is a list
        return " , ".join(words)
    if all(len(word) == 1 for word in words) and any(token[0] == "," for token in tokens):  # D, N, E
        return " , ".join(words)
    while len(words) > 1 and words[0] in FILLERS and words[1] not in ("or", "and"):
        if words[0] == "i" and words[1] not in FILLERS:
            break
        words.pop(0)
    return " ".join(words)


def _only_words(tokens: list[Token]) -> bool:
    """Whether no sign in the text says anything: `-cow` is no cow, and neither is `cow` with a root over it."""
    signs = [token[0] for token in tokens if token[0] not in ("$", "{", "}", "(", ")", r"\boxed")]
    opens_with_sign = signs[:1] in (["-"], ["/"])
    return not opens_with_sign and all(kind in _MARKS or kind in _WORDS or kind == "num" for kind in signs)


def _is_ending(tokens: list[Token], at: int) -> bool:
    """Whether the token is the ending of an ordinal: `March 14th` is March 14."""
    return tokens[at][1] in ORDINAL_ENDINGS and at > 0 and tokens[at - 1][0] == "num"


def without_article(text: str) -> str:
    """The words without the article before them."""
    article, _, rest = text.partition(" ")
    return rest if article in _ARTICLES and rest and not rest.startswith(("or ", "and ")) else text  # the choice A


def lone_word(text: str) -> str:
    """The word that a text consists of, if its letters could be variables but hardly are: `cow`; else nothing."""
    tokens = [token for token in tokenize(text) if token[0] not in ("$", ".")]
    if len(tokens) > 1 and tokens[0][1] in _ARTICLES:
        del tokens[0]
    word = tokens[0][1] if len(tokens) == 1 and tokens[0][0] in _WORDS else ""
    spelt = len(word) > 2 and word.isascii() and role(word) in ("product", "word", "points")
    in_order = all(ord(after) - ord(before) == 1 for before, after in pairwise(word))
    return word.casefold() if spelt and set(word.casefold()) & set("aeiouy") and not in_order else ""


def speaks_beside(text: str) -> bool:
    """Whether a text has words other than those that only introduce an answer."""
    try:
        tokens = tokenize(text)
    except (Unreadable, OverLimit):
        return True
    words = [token[1] for token in tokens if token[0] in _WORDS and (len(token[1]) > 1 or not token[1].isascii())]
    return any(role(word) not in _NAMES and word.lower() not in _INTRODUCING for word in words)


def last_words(text: str) -> str:
    """What a sentence says of its subject: `The function is odd.` -> `odd`; empty for any other text."""
    tokens = tokenize(text)
    words = [token[1].casefold() for token in tokens if token[0] in (*_WORDS, "num")]
    known = all(token[0] in (*_WORDS, "num", "-", ",", ".", "'", "$") for token in tokens)
    if not set(words) & _COPULAS and (not _only_words(tokens) or any(token[0] == "," for token in tokens)):
        return ""
    if not set(words) & _COPULAS:
        return without_article(" ".join(words))
    places = [at for at, word in enumerate(words) if word in _COPULAS]
    if not known or len(places) != 1 or is_doubtful(tokens):
        return ""
    if (HEDGES | NEGATIONS) & set(words[: places[0]]):
        return ""
    said = words[places[0] + 1 :]
    while said and said[0] in _ARTICLES:
        said.pop(0)
    return " ".join(said)
