"""A number said again beside its figures: in Roman numerals, in the words of any language, as a time of day."""

from __future__ import annotations

from functools import lru_cache

from graders.math.lexis.roman import roman_value
from graders.math.lexis.words import NUMBER_WORDS, words_of
from graders.math.prose.behind import after, opens
from graders.math.prose.counted import is_plural
from graders.math.prose.labelling import MARK, NUMBER, VALUE, WORD
from graders.math.prose.lexicon.language import ENGLISH, LATIN, codes, english, language
from graders.math.prose.lexicon.recognition import scored
from graders.math.prose.lexicon.spelling import folded
from graders.math.prose.lexicon.spoken_numbers import is_english, spoken
from graders.math.prose.parted import Sentence

_KANA = words_of(
    "いち に さん し よん ご ろく なな しち はち く きゅう じゅう ひゃく びゃく ぴゃく せん ぜん まん ぜろ れい"
)
_FINANCIAL = frozenset("壹壱贰貳弐叁叄参肆伍陆陸柒捌玖拾佰仟萬零")
_SAID_AGAIN = frozenset(("(", "[", ",", ":", "-"))


def is_another_number(sentence: Sentence, at: int) -> str:
    """`28 (XXIX)`, `28 (neunundzwanzig)`, `28 (two dozen)`: an aside right behind a number says another one."""
    figure = _figure(sentence, at)
    if not figure:
        return ""
    for place in _said_again(sentence, at):
        text = sentence.pieces[place].text
        if why := _differs(text, figure):
            return f"{why}: {text!r} beside the value"
    return _is_no_note(sentence, at)


def _figure(sentence: Sentence, at: int) -> str:
    """The figure that a value is, nothing else with it; empty for any other value."""
    span = sentence.span(at)
    return span[0][1].rstrip(".") if [token[0] for token in span] == ["num"] else ""


def _said_again(sentence: Sentence, at: int) -> list[int]:
    """The places of the words that stand alone beside a value, with a mark between: `28, i.e. XXX`, `XXX, 28`."""
    behind = [place for place in range(at + 1, len(sentence.pieces)) if _is_spelt(sentence, place)]
    marked = sentence.kind(at + 1) == MARK and sentence.pieces[at + 1].text in _SAID_AGAIN if behind else False
    before = [place for place in range(at) if sentence.kind(place) == WORD]
    ahead = before if len(before) == 1 and sentence.kind(at - 1) == MARK and sentence.low(at - 1) == "," else []
    return ahead + (behind if marked and len(behind) <= _FEW_WORDS else [])


def _is_spelt(sentence: Sentence, at: int) -> bool:
    """Whether a word stands at a place, or a number in words that something works on: `five squared`."""
    if sentence.kind(at) == NUMBER:
        return not english("other counts").isdisjoint(token[1] for token in sentence.span(at))
    return sentence.kind(at) == WORD


_FEW_WORDS = 3


def _differs(text: str, figure: str) -> str:
    """Why a word says another number than a figure; empty where it says the same, or none."""
    if len(text) > 1 and (roman := roman_value(text)):
        return "" if str(roman) == figure else "a Roman numeral"
    low = folded(text)
    if (
        any(low.endswith(count) for count in ("squared", "cubed"))
        or low in english("other counts")
        or (len(low) > 1 and _FINANCIAL.issuperset(low))
    ):
        return "another count"
    said = numbers_said(low)
    return "" if not said or figure in map(str, said) else "a number in words"


@lru_cache(maxsize=2048)
def numbers_said(word: str) -> frozenset[int]:
    """What a word means as a number in the languages that are known; in kana, which are not read, a number below 0."""
    if word.isascii() and word in NUMBER_WORDS:
        return frozenset((NUMBER_WORDS[word],))
    tens = next((ten for ten in NUMBER_WORDS if ten.endswith("ty") and word.startswith(ten) and word != ten), "")
    if tens and word.removeprefix(tens) in NUMBER_WORDS:  # twentynine
        return frozenset((NUMBER_WORDS[tens] + NUMBER_WORDS[word.removeprefix(tens)],))
    if len(word) > 2 and _is_kana(word):
        return frozenset((-1,))
    found = (spoken((word,), language(code)) for code in codes() if code != ENGLISH)
    return frozenset(value for value in found if value is not None)


def _is_kana(word: str) -> bool:
    """Whether a word is made of the kana of numbers alone."""
    reached = {0}
    for start in range(len(word)):
        if start in reached:
            reached.update(start + len(part) for part in _KANA if word.startswith(part, start))
    return len(word) in reached


def _is_no_note(sentence: Sentence, at: int) -> str:
    """`28 (huszonkilenc)`: a word in brackets that is no noun and no note, in a text that shows no language."""
    inside = sentence.pieces[at + 2 : at + 3]
    closed = sentence.low(at + 1) == "(" and sentence.low(at + 3) == ")"
    if not closed or sentence.language.code != LATIN or inside[0].kind != WORD or not opens(sentence, at):
        return ""
    low = inside[0].low
    plain = is_plural(low) or low in english("notes") or inside[0].text[:1].isupper() or low.endswith(("ed", "ly"))
    return "" if plain or scored([low]) else f"an aside: {inside[0].text!r} in no language that is known"


# -- times of day --------------------------------------------------------------------------------------------


def is_another_time(sentence: Sentence, at: int) -> str:
    """`quarter to 8:34 p.m.`, `8:34 p.m. onwards`, `late for 8:34 p.m.`: before, behind or about a time of day."""
    tokens = {token[0] for token in sentence.span(at)}
    if ":" not in tokens or "num" not in tokens:
        return ""
    spoken_here = is_english(sentence.language)
    word, before = (sentence.low(at - 1), sentence.low(at - 2)) if spoken_here else ("", "")
    if (
        word in english("towards a time")
        or (word == "to" and before not in english("setting a time"))
        or (word == "on" and before.endswith("ing"))
    ):
        return f"bound: {word!r} before a time"
    if word == "for" and not before.endswith("ed") and before not in ("is", "set"):
        return f"bound: {word!r} before a time"
    if not opens(sentence, at) or not (spoken_here or sentence.low(at + 2) == "plus"):
        return ""
    words = [sentence.low(place) for place in range(at + 1, len(sentence.pieces)) if sentence.kind(place) != VALUE]
    found = next((word for word in words if word in english("other times")), "")
    return f"bound: {found!r} behind a time" if found and after(sentence, at)[:1] + words[:1] else ""


ALL = (is_another_number, is_another_time)
"""The rules on what says the value again; each says why that is another value, or nothing."""
