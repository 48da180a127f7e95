"""What a number counts or measures is the object of its verb or preposition: `the board rejected 9 plans`."""

from __future__ import annotations

import re

from graders.math.lexis.tokens import WORD_KINDS
from graders.math.lexis.words import is_scale_word
from graders.math.prose.labelling import MARK, WORD
from graders.math.prose.language import ENGLISH
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
        return _is_measured(sentence, at, closed)
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


def _is_measured(sentence: Sentence, at: int, closed: frozenset[str]) -> bool:
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
    if before and sentence.low(at - 2) == "to" and not _is_measured(sentence, at, sentence.language.words("copulas")):
        return True
    behind = [one for one in sentence.operators if one.first == at + 1 and one.entry.scope == "before"]
    return told[:1] == [at] and any(one.kind == "arithmetic" and told[-1] == one.last for one in behind)


def is_done_to(sentence: Sentence, at: int) -> bool:
    """`28 flipped` and nothing else: a participle that says what became of the value, not of what it counts."""
    told = [place for place, piece in enumerate(sentence.pieces) if piece.kind != MARK]
    return told == [at, at + 1] and _PARTICIPLE.fullmatch(sentence.low(at + 1)) is not None


_PARTICIPLE = re.compile(r"[a-z]*[aeiouy][a-z]*(?<!e)ed")
