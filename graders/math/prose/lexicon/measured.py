"""Units in the words of a language, behind a number, in the names that the grammar knows: `250 Kilogramm`."""

from __future__ import annotations

from functools import lru_cache

from graders.math.lexis.tokens import WORD_KINDS, Token
from graders.math.lexis.units import PERIODS, is_unit
from graders.math.lexis.units_abroad import UnitsOf, languages, spelt, unit_anywhere, unit_in, units_of
from graders.math.lexis.words import is_scale_word
from graders.math.prose.lexicon.language import Language
from graders.math.prose.lexicon.spelling import folded
from graders.math.prose.lexicon.spoken_numbers import spoken

_NEAR = 5
"""Tokens between what says that a rate follows and its number."""


def in_known_units(tokens: list[Token], language: Language) -> list[Token]:
    """The tokens, each unit behind a number in English, with what raises it and what it is a rate of."""
    for code in language.code.split("+"):
        tokens = _in_units_of(tokens, language, code) if code in languages() else tokens
    return tokens


def in_any_units(tokens: list[Token], shortest: int = 1) -> list[Token]:
    """The tokens of a text in no known language, each unit behind a figure that only one unit is spelt like.

    A figure with a point before a small letter is a place: `Paket 7. günde`.
    """
    out: list[Token] = []
    before: Token = ("", "", False)
    for token in percents_behind(tokens):
        beside = before[0] == "num" and token[0] in WORD_KINDS
        if beside and before[1].endswith(".") and token[1].islower() and len(token[1]) > 2:
            out[-1:] = [("num", before[1][:-1], before[2]), ("word", "th", False)]
        named = beside and len(token[1]) >= shortest and not is_unit(token[1]) and not is_scale_word(token[1])
        unit = unit_anywhere(token[1]) if named else ""
        out.extend(map(_as_token, unit.split()) if unit else [token])
        before = token
    return out


def percents_behind(tokens: list[Token]) -> list[Token]:
    """The tokens, each sign of a percentage behind the figure that it touches: Turkish writes `%18`."""
    out = list(tokens)
    for at in range(len(out) - 1):
        sign, figure = out[at : at + 2]
        apart = at == 0 or out[at - 1][0] not in ("num", ")", "}", "$")
        if sign[0] in ("%", r"\%") and figure[0] == "num" and not figure[2] and apart:
            out[at : at + 2] = [("num", figure[1], sign[2]), (sign[0], sign[1], False)]
    return out


def _in_units_of(tokens: list[Token], language: Language, code: str) -> list[Token]:
    own = units_of(code)
    out: list[Token] = []
    at = 0
    while at < len(tokens):
        measured = out and _is_number(out[-1], language) and [token[0] for token in out[-2:-1]] != [":"]  # 14:45 uur
        found = _measure(tokens, at, own, code) if measured else None
        if found is None or _has_rate_before(tokens, at, own):
            out.append(tokens[at])
            at += 1
        else:
            words, at = found
            out.extend(_as_token(word) for word in words)
    return out


def _as_token(word: str) -> Token:
    return ("%", "%", False) if word == "percent" else ("word", word, True)


def _is_number(token: Token, language: Language) -> bool:
    if token[0] in ("num", "vulgar", "}"):
        return True
    return token[0] in WORD_KINDS and spoken([folded(token[1])], language) is not None


def _has_rate_before(tokens: list[Token], at: int, own: UnitsOf) -> bool:
    before = "".join(spelt(token[1]) for token in tokens[max(0, at - _NEAR) : at])
    return any(rate in before for rate in own.rates)


def _measure(tokens: list[Token], at: int, own: UnitsOf, code: str) -> tuple[list[str], int] | None:
    """The English words of the measure that begins at a place, and the place behind it."""
    power = own.powers.get(_word(tokens, at), "")
    start = at + bool(power)
    unit = list(unit_in(_word(tokens, start), code)) if _word(tokens, start) else []
    if not unit or (len(unit) > 1 and power):
        return None
    end = start + 1
    if not power and len(unit) == 1 and (power := own.powers.get(_word(tokens, end), "")):
        end += 1
    words = [power, *unit] if power else unit
    if unit == ["degree"] and unit_in(_word(tokens, end), code) == ("celsius",):
        return [*words, "celsius"], end + 1
    rate, behind = _rate(tokens, end, own, code)
    return [*words, *rate], behind


def _rate(tokens: list[Token], at: int, own: UnitsOf, code: str) -> tuple[list[str], int]:
    """What a measure is a rate of: `pro Stunde`, `à l'heure`; nothing and the place itself where nothing is said."""
    with_article = _word(tokens, at) in own.per_the
    if _word(tokens, at) not in own.per and not with_article:
        return [], at
    for step in (2, 1) if with_article else (1,):
        unit = unit_in(_word(tokens, at + step).removeprefix("ال"), code)
        if len(unit) == 1 and unit[0] in PERIODS:
            return ["per", *unit], at + step + 1
    return [], at


def _word(tokens: list[Token], at: int) -> str:
    return spelt(tokens[at][1]) if at < len(tokens) and tokens[at][0] in WORD_KINDS else ""


# -- scripts without spaces ----------------------------------------------------------------------------------


def units_apart(tokens: list[Token], language: Language) -> list[Token]:
    """The tokens, each unit behind a figure parted from what follows it without space: `250千克黄油`."""
    known = _spellings(language.code.partition("+")[0])
    out: list[Token] = []
    for token in tokens:
        behind = bool(out) and out[-1][0] == "num" and token[0] in WORD_KINDS
        size = next((size for size in range(8, 0, -1) if spelt(token[1][:size]) in known), 0) if behind else 0
        if 0 < size < len(token[1]):
            out.extend(((token[0], token[1][:size], token[2]), (token[0], token[1][size:], False)))
        else:
            out.append(token)
    return out


@lru_cache(maxsize=4)
def _spellings(code: str) -> frozenset[str]:
    """The units of a language in one word, with their prefixes and powers."""
    if code not in languages():
        return frozenset()
    own = units_of(code)
    starts = ("", *own.prefixes)
    prefixed = {start + name for start in starts for name in own.names if unit_in(start + name, code)}
    return frozenset(prefixed | {power + name for power in own.glued for name in prefixed})
