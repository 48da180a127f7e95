"""What a number counts or measures is the object of its verb or preposition: `the board rejected 9 plans`."""

from __future__ import annotations

import re

from graders.math.lexis.tokens import WORD_KINDS
from graders.math.lexis.units import is_unit
from graders.math.lexis.words import is_scale_word
from graders.math.prose.labelling import MARK, WORD
from graders.math.prose.lexicon.language import ENGLISH, english
from graders.math.prose.lexicon.spelling import ARABIC, CYRILLIC, folded, script_of
from graders.math.prose.operators import Operator
from graders.math.prose.parted import Sentence


def takes_a_count(sentence: Sentence, found: Operator, at: int) -> bool:
    """Whether an operator has for its object what a number counts: `after 28 days`, `the board rejected 9 plans`."""
    language = sentence.language
    closed = language.words("function words") | language.words("copulas") | language.words("answer nouns")
    word, before = sentence.low(found.first), sentence.low(found.first - 1)
    if language.code != ENGLISH and found.kind == "denial" and found.entry.scope == "beside":
        return _counts_what_is_out(sentence, found, at, closed)
    if found.last == at - 1 and word.startswith(("start", "begin")) and _is_time_of_day(sentence, at):
        return True
    if found.last != at - 1 or before in closed:
        return False
    if found.entry.scope == "order":
        return is_measured(sentence, at, closed)
    object_of = found.kind == "denial" and found.first == found.last and word.endswith("ed")
    return object_of and sentence.kind(found.first - 1) == WORD and _is_counting(sentence, at, closed)


def _counts_what_is_out(sentence: Sentence, found: Operator, at: int, closed: frozenset[str]) -> bool:
    """Whether a number counts what was ruled out, as in `sono stati eliminati 28 concorrenti`; a choice counts none."""
    noun = sentence.low(at + 1)
    own = found.first <= at + 1 <= found.last
    return sentence.kind(at + 1) == WORD and not own and noun not in closed and sentence.span(at)[0][0] == "num"


def _is_counting(sentence: Sentence, at: int, closed: frozenset[str]) -> bool:
    """Whether a number in figures stands right before a noun."""
    noun = sentence.low(at + 1)
    named = {noun, noun.removesuffix("s")} & (closed | sentence.language.words("candidates"))
    return sentence.kind(at + 1) == WORD and not named and not is_scale_word(noun) and _is_figure(sentence, at)


def is_measured(sentence: Sentence, at: int, closed: frozenset[str]) -> bool:
    """Whether a number in figures has its unit or a noun behind it."""
    span = sentence.span(at)
    figure_and_unit = len(span) == 2 and span[0][0] == "num" and span[1][0] in WORD_KINDS
    return figure_and_unit or _is_counting(sentence, at, closed)


def _is_time_of_day(sentence: Sentence, at: int) -> bool:
    """Whether a value is the time at which something starts: `11:30`, `11 a.m.`."""
    behind = "".join(token[1] for token in sentence.span(at)[1:]).replace(".", "").lower()
    return ":" in behind or behind in ("am", "pm")


def _is_figure(sentence: Sentence, at: int) -> bool:
    return [token[0] for token in sentence.span(at)] == ["num"] and not sentence.pieces[at].ordinal


def is_to_do(sentence: Sentence, at: int) -> bool:
    """`It remains to prove 64`, `64 times` and nothing else: the value is still to be worked on."""
    told = [place for place, piece in enumerate(sentence.pieces) if piece.kind != MARK]
    before = [one for one in sentence.operators if one.first == one.last == at - 1 and one.kind == "instruction"]
    if before and sentence.low(at - 2) == "to" and not is_measured(sentence, at, sentence.language.words("copulas")):
        return True
    behind = [one for one in sentence.operators if one.first == at + 1 and one.entry.scope == "before"]
    return told[:1] == [at] and any(one.kind == "arithmetic" and told[-1] == one.last for one in behind)


def is_done_to(sentence: Sentence, at: int) -> bool:
    """`28 flipped` and nothing else: a participle that says what became of the value, not of what it counts."""
    told = [place for place, piece in enumerate(sentence.pieces) if piece.kind != MARK]
    return told == [at, at + 1] and _PARTICIPLE.fullmatch(sentence.low(at + 1)) is not None


_PARTICIPLE = re.compile(r"[a-z]*[aeiouy][a-z]*(?<!e)ed")


# -- the shape of a noun that no file lists -------------------------------------------------------------------


_NO_PLURALS = ("ss", "us", "is")
"""How other languages end words on -s that are no plurals of English."""
_FEW = frozenset("234")
_ROUND = "000"
_TEENS = frozenset(("11", "12", "13", "14"))


def is_plural(word: str) -> bool:
    """Whether a word has the shape of an English plural, or of a unit."""
    word = word.rpartition("-")[2] or word
    if (
        word in english("irregular plurals")
        or is_unit(word)
        or word.endswith(("men", "children", "people", "fish", "feet"))
    ):
        return True
    return word.isascii() and word.endswith("s") and not word.endswith(_NO_PLURALS) and len(word) > 2


def is_counted_noun(word: str, figure: str) -> bool:
    """Whether a word has the case that a number asks for.

    Russian and Ukrainian: after 2, 3 and 4 a noun ends in a vowel of its genitive or plural, after 1 in any letter but
    -о, and after any other number in a consonant, -ь or -й. Arabic: the singular in the accusative from 11 on.
    """
    low, digits = folded(word), figure[-2:]
    script = script_of(low[0])
    if figure.endswith(_ROUND):  # of a scale in the language's own words
        return True
    if script == "CYRILLIC":
        if not CYRILLIC.issuperset(low) or low[-1] in "оеую":
            return False
        few = digits[-1:] in _FEW and digits not in _TEENS
        return few or (digits[-1:] == "1" and digits != "11") or low[-1] not in "аяиыії"
    if script == "ARABIC":
        return ARABIC.issuperset(low) and low[-1] in "ةا"
    return False
