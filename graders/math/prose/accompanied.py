"""Operators that govern a value in company alone: somebody else with a verb of answering, `half` beside `the answer`.

By themselves the words of these classes are nouns and adverbs like others: `Half of the students, 20, ...`,
`My friend has 20 stamps`, `Initially she had 20 apples`.
"""

from __future__ import annotations

from functools import lru_cache

from graders.math.prose.counted import is_measured
from graders.math.prose.elsewhere import part_of
from graders.math.prose.labelling import MARK, NUMBER, VALUE, WORD
from graders.math.prose.lexicon.language import Language, fits
from graders.math.prose.operators import Operator
from graders.math.prose.parted import Sentence

_MOST_BETWEEN = 3
"""Words between a function and the name of the answer: `la mitad de la respuesta`."""


def is_accompanied(sentence: Sentence, found: Operator, at: int) -> bool:
    """Whether an operator that would govern a value has the company that it needs; most need none."""
    rule = _COMPANY.get(found.kind)
    return rule is None or rule(sentence, found, at)


def _is_former(sentence: Sentence, found: Operator, at: int) -> bool:
    """`At first I got 42`, `42 initially`: not what somebody had once, nor what was done first in another part."""
    own, beside = part_of(sentence, found.first), part_of(sentence, at)
    told = any(sentence.low(place) not in _closed(sentence.language) for place in _words(sentence, found, own))
    if found.entry.scope == "clause" and at not in own and told:
        return False
    speaks = not sentence.language.words("speakers").isdisjoint(sentence.low(place) for place in beside)
    return speaks or len(_words(sentence, found, beside)) < _FEW or not _counts(sentence, found, at)


_FEW = 2
"""Words beside a value from which on they may tell what it counts: `she`, `had` and `apples`."""


def _words(sentence: Sentence, found: Operator, part: range) -> list[int]:
    """The places of a part's words that are no part of an operator."""
    return [place for place in part if sentence.kind(place) == WORD and not _is_in(found, place)]


def _counts(sentence: Sentence, found: Operator, at: int) -> bool:
    """Whether a value has its unit or its noun behind it."""
    own_noun = len(sentence.span(at)) == 1 and _is_in(found, at + 1)
    return not own_noun and is_measured(sentence, at, _closed(sentence.language))


@lru_cache(maxsize=128)
def _closed(language: Language) -> frozenset[str]:
    """The words that count nothing and are counted by nothing."""
    return frozenset().union(*map(language.words, _CLOSED))


_CLOSED = ("function words", "copulas", "answer nouns", "reporting verbs", "result verbs")


def _is_in(found: Operator, place: int) -> bool:
    return found.first <= place <= found.last


def _is_told_by_another(sentence: Sentence, found: Operator, at: int) -> bool:
    """`My classmate wrote 2/3`, `18 is what a careless reader would get`: with a verb, and nothing that is counted."""
    verbs = sentence.language.words("reporting verbs")
    told = any(sentence.low(place) in verbs for place in part_of(sentence, found.first))
    return told and not _counts(sentence, found, at)


def _is_of_the_answer(sentence: Sentence, found: Operator, _at: int) -> bool:
    """`Half of the answer is 10`: the answer's name behind the function; before it where a genitive stands first."""
    first = "genitive-first" in sentence.language.words("spelling")
    place, step = (found.first - 1, -1) if first else (found.last + 1, 1)
    joining = sentence.language.words("genitive")
    little = (sentence.language.words("function words") | joining) - sentence.language.words("copulas")
    between: set[str] = set()
    while len(between) <= _MOST_BETWEEN and sentence.kind(place) != MARK:
        if _names_the_answer(sentence, place, step):
            return not joining or not between or not joining.isdisjoint(between)
        if sentence.low(place) not in little:
            return False
        between.add(sentence.low(place))
        place += step
    return False


def is_share_of_the_answer(sentence: Sentence, _at: int) -> str:
    """`Two thirds of the answer is 42`, `2/3 of the answer`: a number that the name of the answer follows."""
    language = sentence.language
    little = language.words("genitive") | language.words("articles") | {"the"}
    for place, piece in enumerate(sentence.pieces):
        if piece.kind not in (VALUE, NUMBER):
            continue
        first = place + 1
        while sentence.low(first) in little:
            first += 1
        joined = first > place + 1 and sentence.low(place + 1) in language.words("genitive")
        if joined and _names_the_answer(sentence, first, 1):
            return "other quantity: a share of the answer"
    return ""


def _names_the_answer(sentence: Sentence, at: int, step: int) -> bool:
    """Whether a name of the answer begins at a place, or ends there where it is looked for backwards."""
    for name in _names(sentence.language):
        first = at if step > 0 else at - len(name) + 1
        if all(fits(pattern, sentence.low(first + place)) for place, pattern in enumerate(name)):
            return True
    return False


@lru_cache(maxsize=128)
def _names(language: Language) -> tuple[tuple[str, ...], ...]:
    """The names of the answer itself, each as its words."""
    return tuple(tuple(line.split()) for line in language.sections.get("the answer", ()))


_COMPANY = {"former": _is_former, "witnesses": _is_told_by_another, "functions": _is_of_the_answer}
