"""Signs, shares, places and ratios in the words of a language, set in figures: `minus neun`, `5 zu 3`."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from graders.math.lexis.tokens import WORD_KINDS, Token
from graders.math.prose.lexicon.language import Language, fits, spaced_out
from graders.math.prose.lexicon.spelling import folded
from graders.math.prose.lexicon.spoken_numbers import Rules, length_of_number, may_open_a_number, rules, spoken

_MAX_TOKENS = 12
_NEAR = 2
"""Tokens between a ratio and the noun that names it."""
_MOST = 1000


class Figure(NamedTuple):
    """A number in figures or words: how it is written in figures, and the place behind it."""

    text: str
    end: int


def figure_at(tokens: list[Token], at: int, language: Language) -> Figure | None:
    """The number that begins at a place, if one does."""
    if at >= len(tokens):
        return None
    if tokens[at][0] == "num":
        return Figure(tokens[at][1], at + 1)
    if tokens[at][0] not in WORD_KINDS or not may_open_a_number(folded(tokens[at][1]), language):
        return None
    places = []
    for place in range(at, min(len(tokens), at + _MAX_TOKENS)):
        if tokens[place][0] in WORD_KINDS:
            places.append(place)
        elif tokens[place][0] != "-":
            break
    words = [folded(tokens[place][1]) for place in places]
    length = length_of_number(words, language) if places[:1] == [at] else 0
    value = spoken(words[:length], language) if length else None
    return None if value is None else Figure(str(value), places[length - 1] + 1)


def compounded(tokens: list[Token], language: Language) -> list[Token]:
    """The tokens, each compound that holds a number as one word: Vietnamese `ba lô` is a backpack, no three."""
    own = _listed(language, "compounds")
    out: list[Token] = []
    at = 0
    while at < len(tokens):
        length = _length_of(own, tokens, at) or 1
        joined = " ".join(token[1] for token in tokens[at : at + length])
        out.append(tokens[at] if length == 1 else ("word", joined, tokens[at][2]))
        at += length
    return out


# -- signs ---------------------------------------------------------------------------------------------------


def signed(tokens: list[Token], language: Language) -> list[Token]:
    """The tokens, each sign in words with the number beside it as one number: `moins neuf`, `neun Grad unter Null`.

    A sign behind another number takes one from the other, one behind a name of the answer or at the end of a longer
    operator (`al menos`) is none.
    """
    own = _listed(language, "signs")
    out: list[Token] = []
    at = 0
    while at < len(tokens):
        length = _length_of(own, tokens, at)
        figure = figure_at(tokens, at + length, language) if length else None
        if figure and _is_free(out, language) and not _is_of_a_phrase(tokens, at, language):
            out.extend((("-", "-", True), ("num", figure.text, False)))
            at = figure.end
        else:
            out.append(tokens[at])
            at += 1
    return _below_zero(out, language)


def _is_free(before: list[Token], language: Language) -> bool:
    if not before:
        return True
    kind, text, _ = before[-1]
    if kind not in WORD_KINDS:
        return kind not in ("num", ")", "}", "%", r"\%", "$")
    low = folded(text)
    is_number = length_of_number([low], language) > 0
    return not is_number and low not in language.words("answer nouns")


def _is_of_a_phrase(tokens: list[Token], at: int, language: Language) -> bool:
    """Whether a sign is the end of a longer operator: `al menos`, `ni plus ni moins`."""
    words = [folded(token[1]) if token[0] in WORD_KINDS else "" for token in tokens[: at + 1]]
    return any(
        len(entry.words) > at - start
        for start in range(max(0, at - 4), at)
        if words[start]
        for entry in language.at(words, start)
        if entry.scope != "behind"  # `3 de moins`
    )


def _below_zero(tokens: list[Token], language: Language) -> list[Token]:
    """The tokens with a sign for `degrees below zero` behind a number."""
    own = _listed(language, "signs behind")
    for at in range(1, len(tokens) if own else 0):
        length = _length_of(own, tokens, at)
        number = next(
            (place for place in (at - 1, at - 2) if place >= 0 and _ends_a_number(tokens, place, language)), -1
        )
        if not length or number < 0:
            continue
        first = next(
            start
            for start in range(max(0, number - _MAX_TOKENS), number + 1)
            if (found := figure_at(tokens, start, language)) and found.end == number + 1
        )
        figure = figure_at(tokens, first, language)
        if figure and tokens[first - 1 if first else -1][0] != "-":
            sign: list[Token] = [("-", "-", True), ("num", figure.text, False)]
            return [*tokens[:first], *sign, *tokens[number + 1 : at], *tokens[at + length :]]
    return tokens


def _ends_a_number(tokens: list[Token], at: int, language: Language) -> bool:
    found = figure_at(tokens, at, language)
    return found is not None and found.end == at + 1


# -- shares --------------------------------------------------------------------------------------------------


def shared(tokens: list[Token], language: Language) -> list[Token]:
    """The tokens with a share in words as a fraction: `drei Viertel`, `4分の3`."""
    found = _share_in_the_middle(tokens, language) or _share_with_a_noun(tokens, language)
    found = found or _share_alone(tokens, language)
    if found is None:
        return tokens
    first, end, fraction = found
    others = any(figure_at(tokens, at, language) for at in (*range(first), *range(end, len(tokens))))
    if others and _has_an_operator(tokens[first:end], language):  # ein Drittel von 62
        return tokens
    return [*tokens[:first], *fraction, *tokens[end:]]


def _has_an_operator(tokens: list[Token], language: Language) -> bool:
    parts = spaced_out(tokens, language) if "unspaced" in language.words("spelling") else tokens
    words = [folded(token[1]) for token in parts]
    return any(entry.kind == "arithmetic" for at in range(len(words)) for entry in language.at(words, at))


Share = tuple[int, int, list[Token]]
"""The places where a share begins and ends, and what stands for it."""


def _fraction(above: str, below: int) -> list[Token]:
    return [("num", above, True), ("/", "/", False), ("num", str(below), False)]


def _is_proper(above: str, below: int) -> bool:
    return above.isdecimal() and 0 < int(above) < below <= _MOST


def _share_with_a_noun(tokens: list[Token], language: Language) -> Share | None:
    """A number with the noun of a share behind it, or with one before it where a language says it so: `dörtte üç`."""
    behind, before = _valued(language, "shares"), _valued(language, "shares before")
    ones = language.words("one of a share")
    for at in range(len(tokens) if behind or before else 0):
        if length := _length_of(before, tokens, at):
            figure = _inflected(tokens, at + length, language)
            if figure and _is_proper(figure.text, value := _value_of(before, tokens, at)):
                return at, figure.end, _fraction(figure.text, value)
        figure = figure_at(tokens, at, language)
        if figure is None and tokens[at][0] in WORD_KINDS and folded(tokens[at][1]) in ones:
            figure = Figure("1", at + 1)
        length = _length_of(behind, tokens, figure.end) if figure else 0
        if figure and length and _is_proper(figure.text, value := _value_of(behind, tokens, figure.end)):
            end = figure.end + length
            if not (end < len(tokens) and tokens[end][0] == "-"):  # quarta-feira
                return at, end, _fraction(figure.text, value)
    return None


def _share_alone(tokens: list[Token], language: Language) -> Share | None:
    """A word that is a share of one by itself: `sepertiga`, `ثلث`."""
    own = _valued(language, "shares alone")
    at = next((at for at in range(len(tokens) if own else 0) if _length_of(own, tokens, at)), -1)
    return None if at < 0 else (at, at + _length_of(own, tokens, at), _fraction("1", _value_of(own, tokens, at)))


def _inflected(tokens: list[Token], at: int, language: Language) -> Figure | None:
    """A number with the ending that a share gives it: `üçü`, `3'ü`."""
    if figure := figure_at(tokens, at, language):
        end = figure.end + 2 if [token[0] for token in tokens[figure.end : figure.end + 1]] == ["'"] else figure.end
        return Figure(figure.text, end)
    listed = _valued(language, "shared")
    return Figure(str(_value_of(listed, tokens, at)), at + 1) if _length_of(listed, tokens, at) else None


def _share_in_the_middle(tokens: list[Token], language: Language) -> Share | None:
    """`四分之三`, `4分の3`, `ba phần tư`: a word between two numbers, of which either may divide."""
    own = rules(language)
    for sign in language.words("shares between"):
        upside = sign.endswith("*")
        mark = sign.rstrip("*")
        for at, token in enumerate(tokens):
            if token[0] not in WORD_KINDS or mark not in (text := folded(token[1])):
                continue
            left, _, right = text.partition(mark)
            one = _ending(left, own, language) if left else _before(tokens, at, language)
            two = _opening(right, own, language) if right else _behind(tokens, at + 1, language)
            if one is None or two is None:
                continue
            below, above = (two[0], one[0]) if upside else (one[0], two[0])
            if not below.isdecimal() or not _is_proper(above, int(below)):
                continue
            rests: tuple[list[Token], list[Token]] = (
                [("word", one[1], token[2])] if one[1] else [],
                [("word", two[1], False)] if two[1] else [],
            )
            first, end = (at if left else at - one[2]), (at + 1 if right else at + 1 + two[2])
            return first, end, [*rests[0], *_fraction(above, int(below)), *rests[1]]
    return None


_Beside = tuple[str, str, int]
"""A number in figures, the letters left over beside it, and its tokens."""


def _ending(text: str, own: Rules, language: Language) -> _Beside | None:
    for start in range(len(text)):
        if (value := _spoken(text[start:], own, language)) is not None:
            return str(value), text[:start], 1
    return None


def _opening(text: str, own: Rules, language: Language) -> _Beside | None:
    for end in range(len(text), 0, -1):
        if (value := _spoken(text[:end], own, language)) is not None:
            return str(value), text[end:], 1
    return None


def _spoken(text: str, own: Rules, language: Language) -> int | None:
    """A number of a script without spaces, one that stands only beside others among them: `사` in `사분의 삼`."""
    if own.is_by_sign and any(letter not in own.numbers and letter not in own.scales for letter in text):
        return None
    return own.bound.get(text, spoken([text], language)) if not own.is_by_sign else spoken(list(text), language)


def _before(tokens: list[Token], at: int, language: Language) -> _Beside | None:
    for size in range(1, 4):
        found = figure_at(tokens, at - size, language) if at >= size else None
        if found and found.end == at:
            return found.text, "", size
    return _ending(folded(tokens[at - 1][1]), rules(language), language) if at else None


def _behind(tokens: list[Token], at: int, language: Language) -> _Beside | None:
    if at < len(tokens) and (value := _valued(language, "shared").get((folded(tokens[at][1]),))):
        return str(value), "", 1
    if found := figure_at(tokens, at, language):
        return found.text, "", found.end - at
    return _opening(folded(tokens[at][1]), rules(language), language) if at < len(tokens) else None


# -- places ----


def placed(tokens: list[Token], language: Language) -> list[Token]:
    """The tokens, what makes a figure an ordinal in the spelling of English: `am 7. Tag`, `7-й день`, `7वें दिन`."""
    endings, has_point = language.words("ordinal endings"), "ordinal-point" in language.words("spelling")
    out: list[Token] = []
    at = 0
    while at < len(tokens):
        out.append(tokens[at])
        if tokens[at][0] == "num":
            behind = at + 1 + (at + 1 < len(tokens) and tokens[at + 1][0] in ("-", ":", "'"))
            text = folded(tokens[behind][1]) if behind < len(tokens) and not tokens[behind][2] else ""
            if has_point and tokens[at][1].endswith(".") and _is_place(tokens, at, language):
                out[-1:] = [("num", tokens[at][1][:-1], tokens[at][2]), ("word", "th", False)]
            elif text and any(fits(ending, text) for ending in endings):
                out.append(("word", "th", False))
                at = behind
        at += 1
    return out


def _is_place(tokens: list[Token], at: int, language: Language) -> bool:
    """Whether the point behind a figure makes it a place: no sentence begins behind it."""
    if at + 1 >= len(tokens) or tokens[at + 1][0] not in WORD_KINDS:
        return False
    if "capital-nouns" in language.words("spelling"):
        return at > 0 and folded(tokens[at - 1][1]) in language.words("before a place")
    return tokens[at + 1][1][:1].islower()


# -- ratios --------------------------------------------------------------------------------------------------


def related(tokens: list[Token], language: Language) -> list[Token]:
    """The tokens with a ratio in its sign, where a noun beside it says that it is one: `im Verhältnis 5 zu 3`."""
    nouns, between = _listed(language, "ratio nouns"), _listed(language, "ratio words")
    for at in range(len(tokens) if nouns else 0):
        one = figure_at(tokens, at, language)
        length = (
            _length_of(between, tokens, one.end) or tokens[one.end : one.end + 1] == [(":", ":", True)] if one else 0
        )
        two = figure_at(tokens, one.end + length, language) if one and length else None
        if one is None or two is None:
            continue
        end = two.end
        before = next((place for place in range(max(0, at - _NEAR), at) if _length_of(nouns, tokens, place)), -1)
        behind = next(
            (place for place in range(end, min(end + _NEAR + 1, len(tokens))) if _length_of(nouns, tokens, place)), -1
        )
        if before < 0 and behind < 0:
            continue
        ratio: list[Token] = [("num", one.text, True), (":", ":", False), ("num", two.text, False)]
        rest = tokens[behind + _length_of(nouns, tokens, behind) :] if behind >= 0 else tokens[end:]
        named: list[Token] = [*tokens[:before], ("word", "ratio", True)] if before >= 0 else tokens[:at]
        return [*named, *ratio, *rest]
    return tokens


# -- lists ---------------------------------------------------------------------------------------------------

_Phrases = dict[tuple[str, ...], int]


@lru_cache(maxsize=256)
def _valued(language: Language, section: str) -> _Phrases:
    """The phrases of a section, long ones first, with their values."""
    pairs = [line.partition("=") for line in language.sections.get(section, ())]
    found = {tuple(phrase.split()): int(value or 0) for phrase, _, value in pairs}
    return dict(sorted(found.items(), key=lambda pair: -len(pair[0])))


_listed = _valued


def _length_of(phrases: _Phrases, tokens: list[Token], at: int) -> int:
    """How many tokens the phrase at a place is; 0 where none stands."""
    phrase = _phrase_at(phrases, tokens, at)
    return len(phrase) if phrase else 0


def _value_of(phrases: _Phrases, tokens: list[Token], at: int) -> int:
    return phrases[_phrase_at(phrases, tokens, at) or ()]


def _phrase_at(phrases: _Phrases, tokens: list[Token], at: int) -> tuple[str, ...] | None:
    if not phrases or at >= len(tokens):
        return None
    longest = len(next(iter(phrases)))
    words = [folded(token[1]) for token in tokens[at : at + longest]]
    return next((one for one in phrases if len(one) <= len(words) and all(map(fits, one, words))), None)
