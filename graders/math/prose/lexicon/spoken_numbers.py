"""Numbers in the words of a language, by the rules that its file gives: `einundzwanzig`, `quatre-vingt-dix`, `二十八`.

Words come in, a whole number or nothing goes out. Each word is cut into the parts that the file lists; the parts are
put together from left to right, each smaller than the place that the one before it left open.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from graders.math.lexis.tokens import WORD_KINDS, Token
from graders.math.lexis.words import NUMBER_WORDS, ORDINALS, SCALES
from graders.math.prose.lexicon.language import ENGLISH, Language
from graders.math.prose.lexicon.spelling import folded

_HUNDRED, _THOUSAND, _MYRIAD = 100, 1000, 10_000
_MAX_WORDS = 12
_MAX_LETTERS = 60
"""Of one word."""
SHARES = frozenset(("half", "halves", "quarter", "quarters"))
"""What English numbers in words divide by, beside ordinals."""
_LITTLE = frozenset(("and", "point"))
"""Words within an English number."""
_JOINER = -1
"""What stands for a joiner among the parts."""


class Rules(NamedTuple):
    """How a language puts its numbers together."""

    numbers: dict[str, int]
    """Numbers by themselves, phrases of words among them: `dua belas`."""
    bound: dict[str, int]
    """Numbers only beside another part: `ein`, `um`."""
    scales: dict[str, int]
    joiners: frozenset[str]
    """Little words and hyphens between parts: `y`, `et`, `und`."""
    is_glued: bool
    """Whether the parts stand in one word."""
    is_unit_first: bool
    """Whether units stand before tens: `einundzwanzig`."""
    is_by_sign: bool
    """Whether digits in a row are a numeral by place: `二〇二四`."""
    teens_after: frozenset[int]
    """Tens that ten to nineteen may follow: `soixante-dix`."""


@lru_cache(maxsize=256)
def rules(language: Language) -> Rules:
    """The rules in the file of a language."""
    listed = _table(language, "numbers")
    own = [line.partition("=") for line in language.sections.get("number rules", ())]
    given = {name.strip(): value.strip() for name, _, value in own}
    return Rules(
        {word: value for word, value in listed.items() if "-" not in (word[0], word[-1])},
        {word.strip("-"): value for word, value in listed.items() if "-" in (word[0], word[-1])},
        _table(language, "scales"),
        frozenset(value.strip() for name, _, value in own if name.strip() == "joiner"),
        "glued" in given,
        "units first" in given,
        "characters" in given,
        frozenset(map(int, given.get("teens after", "").split())),
    )


def _table(language: Language, section: str) -> dict[str, int]:
    pairs = (line.partition("=") for line in language.sections.get(section, ()))
    return {word.strip(): int(value) for word, _, value in pairs}


def is_english(language: Language | None) -> bool:
    """Whether the grammar reads the numbers of a text itself."""
    return language is None or language.code == ENGLISH or not language.sections.get("numbers")


@lru_cache(maxsize=256)
def ordinals(language: Language | None) -> dict[str, int]:
    """The words that name a place: first, second."""
    if language is None or is_english(language):
        return ORDINALS
    return {word: value for word, value in _table(language, "ordinals").items() if "*" not in word}


def counts(word: str, language: Language | None) -> bool:
    """Whether a word is a number, a scale or an ordinal."""
    if language is None or is_english(language):
        return word in NUMBER_WORDS or word in SCALES or word in ORDINALS
    return spoken((word,), language) is not None or word in ordinals(language)


def as_figure(tokens: list[Token], language: Language) -> list[Token]:
    """A number in another language's words as one token of digits; the tokens themselves where they are none."""
    value = spoken([folded(token[1]) for token in tokens if token[0] != "-"], language)
    return tokens if value is None else [("num", str(value), tokens[0][2])]


def scaled(tokens: list[Token], language: Language) -> list[Token]:
    """The tokens, each figure with a scale behind it as one number: `2.5 millones`, `28万`."""
    own = rules(language)
    out: list[Token] = []
    for token in tokens:
        scale = own.scales.get(folded(token[1]), 0) if token[0] in WORD_KINDS else 0
        least = _MYRIAD if own.is_by_sign or own.is_glued else _HUNDRED  # `28千瓦` are kilowatts
        before = out[-1] if out else token
        if scale >= least and before[0] == "num" and (shifted := _shifted(before[1], scale)):
            out[-1] = ("num", shifted, before[2])
        else:
            out.append(token)
    return out


def _shifted(figure: str, scale: int) -> str:
    """A decimal times a power of ten; nothing where the figure ends a sentence or places are left over."""
    whole, point, places = figure.partition(".")
    missing = len(str(scale)) - 1 - len(places)
    if not whole.isdecimal() or missing < 0 or (point and not places):
        return ""
    return whole + places + "0" * missing


def length_of_number(words: Sequence[str], language: Language | None) -> int:
    """How many words from the first on are one number, the longest run that is; 0 where none is."""
    if language is None or is_english(language):
        return _length_in_english(words)
    own = rules(language)
    most = min(len(words), _MAX_WORDS)
    count = next((at for at in range(most) if not _parts(words[at], own) and not _in_phrase(words, at, own)), most)
    return next((size for size in range(count, 0, -1) if spoken(words[:size], language) is not None), 0)


def _length_in_english(words: Sequence[str]) -> int:
    """How many words from the first on are numerals, with little words between them and a share at their end."""
    length = int(is_numeral(words[0]))
    while 0 < length < len(words) and words[length - 1] not in SHARES:
        word, following = words[length], words[length + 1] if length + 1 < len(words) else ""
        if not (word in SHARES or is_numeral(word) or (word in _LITTLE and counts(following, None))):
            break
        length += 1
    return length


def is_numeral(word: str) -> bool:
    """Whether an English word is a number, a scale or an ordinal, in the plural too: `hundreds`, `fifths`."""
    return counts(word, None) or (counts(word.removesuffix("s"), None) and word != "seconds")


@lru_cache(maxsize=4096)
def may_open_a_number(word: str, language: Language) -> bool:
    """Whether a word has a part in a number, or begins a phrase that is one."""
    own = rules(language)
    return bool(_parts(word, own)) or any(phrase.startswith(word + " ") for phrase in own.numbers)


def _in_phrase(words: Sequence[str], at: int, own: Rules) -> bool:
    return any(" ".join(words[start : start + 2]) in own.numbers for start in (at - 1, at) if start >= 0)


def spoken(words: Sequence[str], language: Language) -> int | None:
    """The whole number that the words are, None where they are none."""
    own = rules(language)
    if len(words) == 1 and words[0] in own.numbers:
        return own.numbers[words[0]]
    parts = _cut(words, own)
    if not parts or _JOINER in (parts[0][0], parts[-1][0]):
        return None
    if len(parts) == 1 and (word := parts[0][1]) not in own.numbers and (word not in own.scales or len(word) == 1):
        return None  # bound to others, or a scale of one letter: `만` is also "only"
    if own.is_by_sign and len(parts) > 1 and all(0 <= value < 10 for value, _ in parts):
        return int("".join(str(value) for value, _ in parts))
    return _composed(parts, own)


Part = tuple[int, str]
"""A value, or `_JOINER`, and the word it is spelt with."""


def _cut(words: Sequence[str], own: Rules) -> list[Part]:
    """All parts of the words; empty where one of them has none."""
    parts: list[Part] = []
    at = 0
    while at < len(words):
        phrase = " ".join(words[at : at + 2])
        if at + 1 < len(words) and phrase in own.numbers:
            parts.append((own.numbers[phrase], phrase))
            at += 2
            continue
        found = _parts(words[at], own)
        if not found:
            return []
        parts.extend(found)
        at += 1
    return parts


def _parts(word: str, own: Rules) -> tuple[Part, ...]:
    if word in own.joiners:
        return ((_JOINER, word),)
    for table in (own.scales, own.numbers, own.bound):
        if word in table:
            return ((table[word], word),)
    return _pieces_of(word, own) if own.is_glued and len(word) <= _MAX_LETTERS else ()


def _pieces_of(word: str, own: Rules) -> tuple[Part, ...]:
    """The parts that a word is glued of, the fewest; empty where it has other letters too."""
    known = {**own.bound, **own.numbers, **own.scales} | dict.fromkeys(own.joiners, _JOINER)
    best: list[tuple[Part, ...] | None] = [(), *[None] * len(word)]
    longest = max(map(len, known))
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - longest), end):
            before, part = best[start], word[start:end]
            shorter = best[end] is None or (before is not None and len(before) + 1 < len(best[end] or ()))
            if before is not None and part in known and shorter:
                best[end] = (*before, (known[part], part))
    return best[-1] or ()


def _composed(parts: list[Part], own: Rules) -> int | None:
    """The parts put together; None where one doesn't fit behind the others."""
    total, group, pending = 0, 0, 0
    room = over = 10**15  # what an addend has to stay below, within its thousand and altogether
    joined = False
    big = _MYRIAD if _MYRIAD in own.scales.values() else _THOUSAND
    for value, word in parts:
        if value == _JOINER:
            joined = True
            continue
        if word in own.scales and value < big:
            pending = (pending or 1) * value
            group, pending, room = group + pending, 0, value
        elif word in own.scales:
            if value >= over or (own.is_glued and len(word) == 1 and not group + pending):
                return None
            total += (group + pending or 1) * value
            group, pending, room, over = 0, 0, value, value
        elif own.is_unit_first and joined and 0 < pending < 10 <= value < 100:
            pending, room = pending + value, 1
        elif value < room or (pending and value == 0):
            group, pending = group + pending, value
            room = 20 if value in own.teens_after else _place(value)
        else:
            return None
        joined = False
    return total + group + pending


def _place(value: int) -> int:
    """The place of the last digit that is not zero: 10 for 20, 100 for 300."""
    place = 1
    while value and value % (place * 10) == 0:
        place *= 10
    return place
