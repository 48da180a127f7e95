"""How a language spells: letters that are one to a reader, elided words, decimal commas, runs without spaces."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from graders.math.lexis.tokens import WORD_KINDS, Token

_ALIKE = {"i\u0307": "i", "\u0131": "i"}
"""Turkish i with and without its dot, which the lexis spells alike."""
_UNWRITTEN = frozenset(chr(code) for code in (*range(0x64B, 0x660), 0x670, 0x640))
"""Arabic vowel signs and the stroke that draws a word out."""
_OTHER_SCRIPTS = ("CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA", "HANGUL", "ARABIC", "DEVANAGARI")
"""Scripts that Latin letters are parted from: `正解はC`."""


CYRILLIC = frozenset("абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґ'’-")
ARABIC = frozenset("ابتثجحخدذرزسشصضطظعغفقكلمنهويءآأؤإئةى")
"""The letters of the languages that are known in a script of several: Russian and Ukrainian, Arabic."""
_ELSEWHERE = frozenset("ðþøőűșțėųįūēīļņķģŗāōĉĝŝŭħġċŵŷəǝɛ")
"""Letters of no language in Latin letters that is known here."""


@lru_cache(maxsize=4096)
def folded(word: str) -> str:
    """A word as the closed classes list it: small letters, each accent in one way, vowel signs left out."""
    if word.isascii():
        return word.lower()
    word = "".join(letter for letter in word.casefold() if letter not in _UNWRITTEN)
    for spelling, plain in _ALIKE.items():
        word = word.replace(spelling, plain)
    return unicodedata.normalize("NFC", word)


def script_of(letter: str) -> str:
    """The first word of a letter's Unicode name: LATIN, CYRILLIC, CJK, ..."""
    return unicodedata.name(letter, "").partition(" ")[0].partition("-")[0]


def is_of_its_script(word: str) -> bool:
    """Whether all letters of a word belong to a language that is known in its script: no Kazakh, no Persian."""
    if word.isascii():
        return True
    low = folded(word)
    if script_of(low[0]) == "LATIN":
        return word[:1].isupper() or _ELSEWHERE.isdisjoint(low)
    known = {"CYRILLIC": CYRILLIC, "ARABIC": ARABIC}.get(script_of(low[0]))
    return known is None or all(letter in known or not letter.isalpha() for letter in low)


def is_told_by_script(words: Sequence[str]) -> bool:
    """Whether the first word is in a script that several languages share: its letters alone tell none of them."""
    return script_of(words[0][0]) in ("CYRILLIC", "ARABIC", "DEVANAGARI")


def scripts_apart(tokens: list[Token]) -> list[Token]:
    """The tokens, Latin letters parted from those of scripts that may follow them without space."""
    out: list[Token] = []
    for token in tokens:
        if token[0] not in WORD_KINDS or token[1].isascii():
            out.append(token)
            continue
        start = 0
        for at in range(1, len(token[1])):
            if _is_other(token[1][at - 1]) != _is_other(token[1][at]):
                out.append((token[0], token[1][start:at], token[2] and not start))
                start = at
        out.append((token[0], token[1][start:], token[2] and not start))
    return out


def _is_other(letter: str) -> bool:
    return not letter.isascii() and (unicodedata.combining(letter) > 0 or script_of(letter) in _OTHER_SCRIPTS)


def elided(word: str, elisions: frozenset[str]) -> tuple[str, ...]:
    """A word parted behind the apostrophe of an elided one: `l'acqua` as `l'` and `acqua`."""
    before, sign, behind = word.partition("'")
    if not sign or not behind or folded(before) + sign not in elisions:
        return (word,)
    return before + sign, behind


def elisions_apart(tokens: list[Token], elisions: frozenset[str]) -> list[Token]:
    """The tokens, elided words parted from those that follow."""
    out: list[Token] = []
    for kind, text, spaced in tokens:
        parts = elided(text, elisions) if kind in WORD_KINDS else (text,)
        out.extend((kind, part, spaced and not place) for place, part in enumerate(parts))
    return out


def suffixes_apart(tokens: list[Token]) -> list[Token]:
    """The tokens, each capital parted from the Turkish suffix behind its apostrophe: `D'dir`."""
    out: list[Token] = []
    for kind, text, spaced in tokens:
        name, sign, suffix = text.partition("'")
        if kind in WORD_KINDS and sign and suffix.islower() and len(name) == 1 and name.isupper():
            out.extend((("letters", name, spaced), ("word", suffix, False)))
        else:
            out.append((kind, text, spaced))
    return out


def points_for_commas(tokens: list[Token]) -> list[Token]:
    """The tokens, each lone comma between two figures without space read as a decimal point: `7,5`."""
    out: list[Token] = []
    at = 0
    while at < len(tokens):
        if _is_decimal(tokens, at):
            out.append(("num", f"{tokens[at][1]}.{tokens[at + 2][1].rstrip('.')}", tokens[at][2]))
            if tokens[at + 2][1].endswith("."):
                out.append((".", ".", False))
            at += 3
        else:
            out.append(tokens[at])
            at += 1
    return out


def _is_decimal(tokens: list[Token], at: int) -> bool:
    kinds = [token[0] for token in tokens[at : at + 3]]
    if kinds != ["num", ",", "num"] or tokens[at + 1][2] or tokens[at + 2][2]:
        return False
    if not (tokens[at][1].isdecimal() and tokens[at + 2][1].rstrip(".").isdecimal()):
        return False
    beside = [tokens[at - 1][0] if at else "", tokens[at + 3][0] if at + 3 < len(tokens) else ""]
    listed = beside[1] == "," and at + 4 < len(tokens) and tokens[at + 4][0] == "num" and not tokens[at + 4][2]
    return not listed and beside[0] not in (",", "(", "[", "{", r"\{") and beside[1] not in (")", "]", "}", r"\}")
