"""What stands behind a value: a noun that it counts, a harmless note, or something that makes it another value."""

from __future__ import annotations

from itertools import takewhile

from graders.math.lexis.names import CHOICES, DIFFERENTIALS, may_be_product, role
from graders.math.lexis.tokens import WORD_KINDS
from graders.math.lexis.units import is_unit, unit_name
from graders.math.lexis.words import NEGATIONS_ABROAD, ORDINAL_ENDINGS, UNITS_AND_TEENS, words_of
from graders.math.prose.counted import is_counted_noun, is_plural
from graders.math.prose.labelling import MARK, NUMBER, VALUE, WORD
from graders.math.prose.lexicon.language import ENGLISH, LATIN, Language, english
from graders.math.prose.lexicon.recognition import scored
from graders.math.prose.lexicon.spelling import folded, is_told_by_script, script_of
from graders.math.prose.lexicon.spoken_numbers import is_english
from graders.math.prose.parted import Sentence

_PLACING = frozenset(("of", "for", "in", "on", "at", "per", "with", "to"))
"""Prepositions that say where what is counted stands: `28 students in class A`, `28 ways to choose x`."""
_MULTIPLES = frozenset(("times", "copies", "multiples", "lots", "powers"))
"""Plurals of which a value has as many: `28 copies of x` is 28x."""
_RELATIONS = frozenset(("<", ">", "<=", ">=", r"\ne", r"\in"))
_AFTER_ON = frozenset(("the", "each", "every", "both", "average", "either", "a", "all"))
_SHORT = 2
"""Words behind a value within which each has to be known."""
_LITTLE = 3
"""Letters of a word that may be one of many languages."""


def after(sentence: Sentence, at: int) -> list[int]:
    """The places behind a value up to the next mark."""
    return list(takewhile(lambda place: sentence.kind(place) != MARK, range(at + 1, len(sentence.pieces))))


def opens(sentence: Sentence, at: int) -> bool:
    """Whether nothing but marks stands before a value."""
    return all(sentence.kind(place) == MARK for place in range(at))


def _ends(sentence: Sentence, places: list[int]) -> bool:
    """Whether a text ends with what stands at these places, marks left out."""
    last = places[-1] if places else -1
    return all(sentence.kind(place) == MARK for place in range(last + 1, len(sentence.pieces)))


def is_with_a_letter(sentence: Sentence, at: int) -> str:
    """`28 times x`, `x^2-9 for odd x`: words behind the value, and a letter behind them, make another value."""
    places = after(sentence, at)
    letter = next((place for place in places if _may_vary(sentence, place)), -1)
    words = [sentence.low(place) for place in places if place < letter]
    if not words or not _is_of_letters(sentence, letter) or _is_said(words, sentence.language):
        return ""
    if words[0] == "for" and english("over all").issuperset(words[1:]) and len(words) > 1:
        return ""
    if words[0] == "by" and not sentence.span(letter)[0][1].islower():  # by AM-GM
        return ""
    counted = len(words) > 1 and is_plural(words[0]) and not _PLACING.isdisjoint(words[1:])
    if counted and words[0] not in _MULTIPLES:
        return ""
    return f"arithmetic: {' '.join(words)!r} and a letter behind the value"


def _may_vary(sentence: Sentence, at: int) -> bool:
    """Whether a value stands at a place, or letters side by side behind `times`: `28 times xy`."""
    if sentence.kind(at) == WORD and sentence.low(at - 1) == "times":
        return role(sentence.pieces[at].text) == "product" and len(sentence.low(at)) == _SHORT
    return sentence.kind(at) == VALUE


def _is_of_letters(sentence: Sentence, at: int) -> bool:
    """Whether a value is letters and signs between them, no figure and no statement."""
    kinds = {token[0] for token in sentence.span(at)}
    return not kinds & ({"num", "="} | _RELATIONS)


def _is_said(words: list[str], language: Language) -> bool:
    """Whether the words say something of the value, or join it to another: `28 is the value of`, `28 because`."""
    saying = language.words("copulas") | language.words("answer nouns") | language.words("result verbs")
    return not (saying | english("joining words")).isdisjoint(words)


def _has_unit(sentence: Sentence, at: int) -> bool:
    """Whether a value ends in the unit that it has."""
    last = sentence.span(at)[-1]
    return last[0] in WORD_KINDS and len(sentence.span(at)) > 1


def is_conditioned_by_sign(sentence: Sentence, at: int) -> str:
    """`147 : n > 5`, `165 (n odd)`, `x^2-9 [x even]`: a condition set off by a colon or a bracket."""
    sign = sentence.pieces[at + 1].text if at + 1 < len(sentence.pieces) else ""
    if [sentence.low(place) for place in range(at + 1, at + 4)] == [".", "t", "."]:
        return "condition: 's.t.' behind the value"
    letter = sentence.kind(at + 2) == VALUE or (len(sentence.low(at + 2)) == 1 and sentence.low(at + 2).isascii())
    if sentence.kind(at + 1) != MARK or not letter:
        return ""
    if sign == ":" and opens(sentence, at):
        related = _RELATIONS & {token[0] for token in sentence.span(at + 2)}
        return "condition: a relation behind a colon" if related else ""
    inside = [sentence.low(place) for place in after(sentence, at + 2)]
    if sign not in ("(", "[") or not inside or not _is_of_letters(sentence, at + 2):
        return ""
    plain = sentence.language.words("copulas") & set(inside) and inside[-1] not in english("properties of numbers")
    return "" if plain else f"condition: {inside[-1]!r} in a bracket"


def is_qualified(sentence: Sentence, at: int) -> str:
    """`28 locally`, `28 with high probability`, `127 and one more`: words right behind a value qualify it."""
    places = after(sentence, at)
    words = [sentence.low(place) for place in places]
    if not words or not (is_english(sentence.language) or ENGLISH in sentence.language.code.split("+")):
        return ""
    if (
        words[0][-2:] == "ly"
        and words[0] not in english("sure adverbs")
        and len(words) == 1
        and not _has_unit(sentence, at)
    ):
        return f"condition: {words[0]!r} behind the value"
    if words[0] in ("and", "plus") and sentence.kind(places[1] if places[1:] else at) == NUMBER and words[2:]:
        return "arithmetic: more behind the value"
    if "probability" in words and words[0] in ("with", "in", "at"):
        return "condition: a probability behind the value"
    is_all = opens(sentence, at) and _ends(sentence, places)
    return f"condition: {' '.join(words)!r} behind the value" if is_all and _qualifies(sentence, places) else ""


def _qualifies(sentence: Sentence, places: list[int]) -> bool:
    """Whether a phrase with a preposition makes a bare value another one: `28 in the red`, `28 to first order`."""
    first, *rest = (sentence.low(place) for place in places)
    last, capital = sentence.low(places[-1]), sentence.pieces[places[-1]].text[:1].isupper()
    if last in ("below", "above", "past") or [first, *rest] == ["below", "par"]:
        return True
    if first in ("in", "into"):
        return last in english("states of numbers") and set(rest[:-1]) <= {"the", "a"}
    if first in ("with", "without"):
        return rest[:1] in (["its"], ["the"], ["a"], ["one"], ["no"])
    if first == "on":
        return not _AFTER_ON & set(rest[:1]) and not capital
    return first == "to" and (last == "order" or sentence.kind(places[-1]) == NUMBER)


def is_no_noun(sentence: Sentence, at: int) -> str:
    """`28 rossz`, `486 nan`, `93 грешно`: a word behind the value that is no noun which a number counts.

    Asked where nothing tells the language of a text that opens with its value: then any word may be an operator.
    """
    places = after(sentence, at)
    words = [sentence.pieces[place].text for place in places if sentence.kind(place) == WORD]
    if not words or len(words) < len(places) or not opens(sentence, at):
        return ""
    if _is_factor(sentence, at, words[0]):
        return ""
    if words[0].casefold() in english("no nouns") and len(words) == 1:
        return f"scale: {words[0]!r} behind the value"
    if _is_one(sentence, at) and words[0].isascii() and len(words) == 1 and sentence.language.code == LATIN:
        return ""
    return "" if _are_known(sentence, words, at) else f"an unknown word behind the value: {words[-1]!r}"


def _are_known(sentence: Sentence, words: list[str], at: int) -> bool:
    language = sentence.language
    if language.code == LATIN:
        ends = [word for word in words if word.casefold() not in english("closing words") | english("sure adverbs")]
        return not ends or any(map(_is_noun_here, ends)) or _is_written_by_name(ends)
    if is_told_by_script(words):
        told = bool(scored(words)) or len(words) > _SHORT
        return told or is_counted_noun(words[0], _figure(sentence, at))
    if language.code == ENGLISH or "unspaced" in language.words("spelling") or script_of(words[0][0]) != "LATIN":
        return True
    if len(words) != _SHORT or is_plural(words[0].casefold()) or folded(words[0]) in _OF:
        return True
    return any(len(word) > _LITTLE and scored([word]) for word in words) or all(scored([word]) for word in words)


_OF = frozenset(words_of("de d' di da do du des del della dos das von van av z ze od w na en em in im a à au al"))
"""How languages join a noun to another, or to a place."""


def _is_factor(sentence: Sentence, at: int, word: str) -> bool:
    """Whether letters behind a formula are its factors rather than a word: `f(x)xdx`; `y-axis` is a word by itself."""
    if role(word) == "glued" or (word[:2] in DIFFERENTIALS and word[2:] in DIFFERENTIALS):
        return True
    formula = any(token[0] in WORD_KINDS or token[0][:1] == "\\" for token in sentence.span(at))
    glued = sentence.tokens[sentence.pieces[at].end : sentence.pieces[at + 1].start]
    compound = bool(glued) and sentence.pieces[at].text.islower()
    return formula and (compound or role(word) in ("product", "points") or may_be_product(word))


def _is_noun_here(word: str) -> bool:
    return is_plural(word.casefold()) or word.casefold().endswith(("square", "sq"))


def _is_written_by_name(words: list[str]) -> bool:
    """Whether the words are in capitals: a code of a currency, a name."""
    return all(word.isupper() for word in words)


def _is_one(sentence: Sentence, at: int) -> bool:
    return [token[1].rstrip(".").casefold() for token in sentence.span(at)] in (["1"], ["one"])


def _figure(sentence: Sentence, at: int) -> str:
    figures = [token[1] for token in sentence.span(at) if token[0] == "num"]
    return figures[-1].rstrip(".") if figures else ""


def is_no_subject(sentence: Sentence, at: int) -> str:
    """`vastaus ei ole 28`: words of a language that nobody knows before the value.

    A sentence of names and nouns (`Kylar pays 43`, `Clownfish lay 640 eggs`) opens with a capital, and ends in a verb
    or goes on behind its value.
    """
    known = sentence.language.words("function words")
    denied = (piece.low for piece in sentence.pieces if piece.kind == WORD and piece.low in NEGATIONS_ABROAD - known)
    if (denying := next(denied, "")) and at:
        return f"negation: {denying!r}"
    if sentence.language.code != LATIN or any(token[0] == ":" for token in sentence.span(at)):
        return ""
    words = [sentence.pieces[place].text for place in range(at) if sentence.kind(place) == WORD]
    first = next(place for place, piece in enumerate(sentence.pieces) if piece.kind != MARK)
    if not words or sentence.kind(at - 1) != WORD or sentence.kind(first) != WORD:
        return ""
    if not words[0][:1].isupper() and len(words) > 1:
        return f"a language that is not known: {words[0]!r} before the value"
    if len(words) > 1 and not after(sentence, at) and words[-1].islower() and not _is_verb(words[-1]):
        return f"a language that is not known: {words[-1]!r} before the value"
    return ""


def _is_verb(word: str) -> bool:
    return word.endswith(("s", "ed", "ing")) or word in english("irregular pasts")


def is_a_rate(sentence: Sentence, at: int) -> str:
    """`every 2 pieces`, `per 10 inches`: a share of something else."""
    each = sentence.low(at - 1) in ("per", "every") and opens(sentence, at - 1)
    ends = each and all(sentence.kind(place) != WORD or sentence.low(place) == "of" for place in after(sentence, at))
    measured = ends and any(token[0] in WORD_KINDS for token in sentence.span(at))
    if measured or (each and len(after(sentence, at)) == 1 and _ends(sentence, after(sentence, at))):
        return f"scale: {sentence.low(at - 1)!r} before the value"
    return ""


def is_in_parts(sentence: Sentence, at: int) -> str:
    """`750 half-dollars`, `0.24 basis points`, `1/2 of a third`: parts of what the noun behind names."""
    words = [sentence.low(place) for place in after(sentence, at)[:3]]
    last = sentence.span(at)[-1][1]
    if sentence.kind(at) == NUMBER and last[-1] == "s" and last[:-1] in UNITS_AND_TEENS[1:10]:
        return "scale: a digit in the plural"
    scaled = words[:2] in (["basis", "points"], ["parts", "per"])
    if not words or not (scaled or is_english(sentence.language)):
        return ""
    off = words[1:2] == ["off"] and is_unit(words[0]) and unit_name([words[0]]) == "percent"
    return f"scale: {' '.join(words)!r} behind the value" if scaled or off or _divides(words) else ""


def _divides(words: list[str]) -> bool:
    """Whether the words name a part of a unit, or a part of which the value is taken."""
    first, hyphen, unit = words[0].partition("-")
    if first in english("fractions of units") and hyphen:
        return unit not in ("hour", "hours")
    if first in english("fractions of units"):
        return words[1:2] != [] and (is_plural(words[1]) or words[1] in ("sq", "square"))
    return first == "of" and words[1:] != [] and not english("shares of a value").isdisjoint((words[1], words[-1]))


def is_odds(sentence: Sentence, at: int) -> str:
    """`3:4 odds`, `3 to 4 on`, `3/4 to one`: odds are no ratio and no probability."""
    words = [sentence.low(place) for place in after(sentence, at)]
    span = {token[0] for token in sentence.span(at)} | {token[1] for token in sentence.span(at)}
    shared = span & {":", "/", "to", r"\frac"}
    if shared and (words[:1] in (["odds"], ["against"]) or words == ["on"] or words[:2] == ["to", "one"]):
        return f"other quantity: {words[0]!r} behind the value"
    return ""


def is_marked_down(sentence: Sentence, at: int) -> str:
    """`the 28 bus`, `the 8 of spades`, `question number 225`: the number names a thing."""
    places = after(sentence, at)
    words = [sentence.low(place) for place in places]
    if not is_english(sentence.language):
        return ""
    if sentence.low(at + 1) in ORDINAL_ENDINGS and words[1:] and sentence.low(at - 1) == "the":
        return f"ordinal: {words[0]!r} behind the value"
    if sentence.low(at - 1) == "number" and sentence.kind(at - 2) == WORD and opens(sentence, at - 2):
        named = sentence.low(at - 2) in sentence.language.words("function words") | {"natural", "answer", "whole"}
        return "" if named else f"label: '{sentence.low(at - 2)} number' before the value"
    if sentence.low(at - 1) != "the" or not opens(sentence, at - 1) or not words or not _ends(sentence, places):
        return ""
    if words[0] == "of" and len(words) == _SHORT and words[1] not in ("them", "these", "those", "which"):
        return f"label: {' '.join(words)!r} behind the value"
    single = len(words) == 1 and not is_plural(words[0]) and words[0].isascii() and not _is_one(sentence, at)
    return f"label: {words[0]!r} behind the value" if single else ""


def is_a_letter_that_acts(sentence: Sentence, at: int) -> str:
    """`B flunks`, `B breaks the rule`: a letter counts nothing, so a word behind it that nobody knows is its verb."""
    letter = [token[1] for token in sentence.span(at)]
    if len(letter) != 1 or letter[0] not in CHOICES or not opens(sentence, at):
        return ""
    word = sentence.low(at + 1)
    if sentence.kind(at + 1) != WORD or not word.isascii() or scored([word]) or sentence.pieces[at + 1].text != word:
        return ""
    if word in english("fitting verbs"):
        return ""
    return f"predicate: {word!r} behind a letter"


def is_negative_abroad(sentence: Sentence, at: int) -> str:
    """`28 in negativo`, `28 в минусе`: a word on negative behind the value, in any language."""
    words = [sentence.low(place) for place in after(sentence, at)[:3]]
    found = next((word for word in words if word.startswith(_NEGATIVE)), "")
    return f"arithmetic: {found!r} behind the value" if found and opens(sentence, at) else ""


_NEGATIVE = ("negati", "négati", "минус", "мінус", "ujemn", "negatyw", "negatív", "отрицател", "від'ємн")


ALL = (
    is_a_letter_that_acts,
    is_negative_abroad,
    is_with_a_letter,
    is_conditioned_by_sign,
    is_qualified,
    is_no_noun,
    is_no_subject,
    is_a_rate,
    is_in_parts,
    is_odds,
    is_marked_down,
)
"""The rules on what stands beside a value; each says why the value is not what the text states, or nothing."""
