"""Numbers in the words of a language: which words count, and what a run of them comes to."""

from __future__ import annotations

from functools import lru_cache

from graders.math.lexis.tokens import Token
from graders.math.lexis.words import NUMBER_WORDS, ORDINALS, SCALES
from graders.math.prose.language import ENGLISH, Language

_HUNDRED = 100
_MAX_WORDS = 12


@lru_cache(maxsize=64)
def number_words(language: Language | None) -> dict[str, int]:
    """The words that are a number by themselves, with their numbers."""
    own = {} if language is None or language.code == ENGLISH else _table(language, "numbers")
    return own or {**NUMBER_WORDS}


@lru_cache(maxsize=64)
def scales(language: Language | None) -> dict[str, int]:
    """The words that multiply what stands before them: hundred, thousand."""
    own = {} if language is None or language.code == ENGLISH else _table(language, "scales")
    return own or {**SCALES}


@lru_cache(maxsize=64)
def ordinals(language: Language | None) -> dict[str, int]:
    """The words that name a place: first, second."""
    own = {} if language is None or language.code == ENGLISH else _table(language, "ordinals")
    return own or {**ORDINALS}


def _table(language: Language, section: str) -> dict[str, int]:
    pairs = (line.partition("=") for line in language.sections.get(section, ()))
    return {word.strip(): int(value) for word, _, value in pairs if value.strip().isdecimal()}


def counts(word: str, language: Language | None) -> bool:
    """Whether a word is a number, a scale or an ordinal."""
    return word in number_words(language) or word in scales(language) or word in ordinals(language)


def joiners(language: Language | None) -> frozenset[str]:
    """Little words within a number: `and`, `y`, `et`."""
    if language is None or language.code == ENGLISH:
        return frozenset(("and", "point"))
    return language.words("number joiners")


def is_english(language: Language | None) -> bool:
    """Whether the grammar reads the numbers of a text itself."""
    return language is None or language.code == ENGLISH or not language.sections.get("numbers")


def as_figure(tokens: list[Token], language: Language) -> list[Token]:
    """A number in another language's words as one token of digits; the tokens themselves where they are none."""
    words = [token[1].casefold() for token in tokens if token[0] != "-"]
    total, group = 0, 0
    if len(words) > _MAX_WORDS:
        return tokens
    for word in words:
        scale = scales(language).get(word, 0)
        if scale >= _HUNDRED * 10:
            total, group = total + (group or 1) * scale, 0
        elif scale:
            ones = group % scale
            group = group - ones + (ones or 1) * scale
        elif word in number_words(language):
            group += number_words(language)[word]
        elif word not in joiners(language):
            return tokens
    return [("num", str(total + group), tokens[0][2])]
