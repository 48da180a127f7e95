"""Whether the words around a value are understood: what an unknown word says of it, nobody can tell.

A word of the closed list in `english` may stand anywhere. Any other word may be the name or the noun of an
English sentence (`Natalia is 42`, `There are 42 handshakes`); right before the value it may not stand, and
outside English not at all, for it may deny the value (`nicht 42`) or bound it (`mindestens 42`).
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from graders.math.extraction.english import ANCHORS, HARMLESS
from graders.math.lexis.names import role
from graders.math.lexis.tokens import Token, Unreadable
from graders.math.lexis.words import (
    ARITHMETIC,
    DENIALS,
    DENIALS_ABROAD,
    FILLERS,
    FOREIGN_UNITS,
    NEARBY,
    NEGATIONS,
    NUMBER_WORDS,
    OPENINGS,
    ORDINAL_ENDINGS,
    ORDINALS,
    PARTS_OF,
    SCALES,
    SHORT_WORDS,
    is_foreign,
)

_WORDS = frozenset(("letters", "word"))
_GAPS = frozenset(("$", "{", "}", r"\boxed", "-", r"\$", ":", "=", "(", '"'))
"""What may stand between a word and the value that it speaks of."""
_COPULAS = frozenset(("is", "was", "are", "were", "seems", "looks", "appears"))
_STOPS = frozenset((".", "?", "!", ",", ";", ")", r"\therefore", r"\ldots", "'"))
_WORDLESS = _WORDS | _GAPS | _STOPS
"""What prose without a value is made of."""
_TELLING = 4
"""Letters of a harmless word that tell its language."""
_KNOWN = HARMLESS | ANCHORS | FILLERS | OPENINGS | NEGATIONS | DENIALS | ORDINAL_ENDINGS | SHORT_WORDS
_KNOWN |= NEARBY | ARITHMETIC | PARTS_OF  # each has a rule of its own
_KNOWN |= NUMBER_WORDS.keys() | ORDINALS.keys() | SCALES.keys() | FOREIGN_UNITS


def check_words(tokens: list[Token]) -> None:
    """Refuse prose with a value and a word that nobody can vouch for."""
    unknown = [at for at, token in enumerate(tokens) if token[0] in _WORDS and _is_unknown(token[1])]
    if not unknown or all(token[0] in _WORDLESS and not _is_name(token) for token in tokens):
        return
    for at in unknown:
        if not _is_latin(tokens[at][1]):
            raise Unreadable("a word in another script than Latin")
        if _is_beside_a_value(tokens, at):
            raise Unreadable("an unknown word beside the value")
        if not _is_anchored(tokens, at):
            raise Unreadable("an unknown word in no English sentence")


@lru_cache(maxsize=4096)
def _is_unknown(word: str) -> bool:
    if not word.isascii():
        return is_foreign(word)
    return len(word) > 1 and role(word) == "word" and word.lower().removesuffix("'s") not in _KNOWN


def _is_latin(word: str) -> bool:
    return all(char.isascii() or unicodedata.name(char, "").startswith("LATIN") for char in word)


def _is_name(token: Token) -> bool:
    """Whether a word is a name in a formula, and so a value."""
    return role(token[1]) in ("letter", "product", "points", "constant", "greek", "number")


def _is_beside_a_value(tokens: list[Token], at: int) -> bool:
    """Whether a value follows, or the word is said of one: `43 is bogus`; a foreign word may not stand behind one."""
    word = tokens[at][1]
    if _is_said_of_a_value(tokens, at):
        return True
    foreign = not word.isascii() or word.lower() in DENIALS_ABROAD
    if foreign and at and tokens[at - 1][0] not in _WORDS | _STOPS:
        return True
    following = at + 1
    while following < len(tokens) and tokens[following][0] in _GAPS:
        following += 1
    if following == len(tokens) or tokens[following][0] in _STOPS:
        return False
    label = tokens[at + 1][0] == ":" and at and tokens[at - 1][1].lower() in ("of", "the")
    return not label and (tokens[following][0] not in _WORDS or _is_name_there(tokens, following))


def _is_name_there(tokens: list[Token], at: int) -> bool:
    """Whether a name stands there, and no article or pronoun: `2 yogurts a day`."""
    article = tokens[at][1] in ("a", "A", "I") and at + 1 < len(tokens) and tokens[at + 1][0] in _WORDS
    return _is_name(tokens[at]) and not (article and len(tokens[at + 1][1]) > 1)


def _is_said_of_a_value(tokens: list[Token], at: int) -> bool:
    verb = at - (2 if at > 1 and tokens[at - 1][1] in ("a", "an", "the") else 1)
    if verb < 1 or tokens[verb][1] not in _COPULAS:
        return False
    return tokens[verb - 1][0] not in _WORDS or _is_name(tokens[verb - 1])


def _is_english(word: str) -> bool:
    """Whether a word shows that its sentence is English; short words are often those of other languages too."""
    folded = word.lower()
    return (folded in ANCHORS and word != "i") or (folded in HARMLESS and len(word) >= _TELLING)  # i is a number


def _is_anchored(tokens: list[Token], at: int) -> bool:
    """Whether the word's sentence is English, or opens with the word as an adverb: `Accordingly, 42`."""
    word = tokens[at][1]
    start = max((place for place in range(at) if tokens[place][0] in (".", "?", "!")), default=-1) + 1
    end = next((place for place in range(at, len(tokens)) if tokens[place][0] in (".", "?", "!")), len(tokens))
    if any(token[0] in _WORDS and _is_english(token[1]) for token in tokens[start:end]):
        return True
    comma = next((token[0] == "," for token in tokens[at + 1 : end] if token[0] not in _WORDS), False)
    opening = tokens[start][1].lower()
    return comma and word.isascii() and (opening in OPENINGS or opening.endswith(("ly", "ing")))
