"""Units as other languages spell them: `Kilogramm`, `quilogramas`, `килограммов`, `キログラム`."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import NamedTuple

from graders.math.lexis.data_files import entries

_SHORTEST_STEM = 3
"""Letters of a noun that may have an ending; abbreviations have none."""
_PREFIXED = frozenset(
    ("metre", "gram", "litre", "watt", "volt", "newton", "joule", "pascal", "hertz", "byte", "second")
)
_INTERNATIONAL = "international"
_UNWRITTEN = frozenset(map(chr, range(0x64B, 0x653)))
"""Arabic vowel signs."""


class UnitsOf(NamedTuple):
    """The units of one language and what stands beside them."""

    names: dict[str, str]
    """Spelling -> name."""
    prefixes: dict[str, str]
    endings: frozenset[str]
    glued: dict[str, str]
    """`square` and `cubic` at the start of a unit."""
    powers: dict[str, str]
    """`square` and `cubic` as words of their own."""
    per: frozenset[str]
    per_the: frozenset[str]
    """What stands for `per` with an article behind it: `a la hora`, `à l'heure`."""
    rates: frozenset[str]
    """What says before a number that its unit is one of an hour."""


def spelt(word: str) -> str:
    """A word as the table spells it: small letters, each accent in one way, no vowel signs of Arabic."""
    return unicodedata.normalize("NFC", "".join(sign for sign in word.casefold() if sign not in _UNWRITTEN))


@lru_cache(maxsize=1)
def _sections() -> dict[str, list[tuple[str, list[str]]]]:
    found: dict[str, list[tuple[str, list[str]]]] = {}
    for line in entries("units_abroad"):
        if line[0] == "[":
            own = found[line[1:-1]] = []
        else:
            name, _, spellings = line.partition(" = ")
            own.append((name, [spelt(one) for one in spellings.split()]))
    return found


def languages() -> frozenset[str]:
    """The languages whose units are known."""
    return frozenset(_sections()) - {_INTERNATIONAL}


@lru_cache(maxsize=32)
def units_of(code: str) -> UnitsOf:
    """The units of a language that has some."""
    lines = _sections()[code]
    names, prefixes, glued, powers = {}, {}, {}, {}
    rest: dict[str, frozenset[str]] = {}
    for name, spellings in (*_sections()[_INTERNATIONAL], *lines):
        if name in ("endings", "per", "per the", "rate before"):
            rest[name] = frozenset(spellings)
        elif name in ("square-", "cubic-"):
            glued.update(dict.fromkeys(spellings, name[:-1]))
        elif name.removesuffix(" before") in ("square", "cubic"):
            powers.update(dict.fromkeys(spellings, name.removesuffix(" before")))
        elif name.endswith("-"):
            prefixes.update(dict.fromkeys(spellings, name[:-1]))
        else:
            names.update(dict.fromkeys(spellings, name))
    none: frozenset[str] = frozenset()
    endings = rest.get("endings", none)
    powers |= {word + ending: name for word, name in powers.items() for ending in endings & {"s"}}
    others = (rest.get(name, none) for name in ("per", "per the", "rate before"))
    return UnitsOf(names, prefixes, endings, glued, powers, *others)


@lru_cache(maxsize=1)
def _beginnings() -> frozenset[str]:
    """What the spellings of units begin with, in any language; the short ones whole, and with a letter behind them."""
    tables = list(map(units_of, languages()))
    starts = {start for own in tables for start in (*own.names, *own.prefixes, *own.glued)}
    short = {start for start in starts if len(start) < _SHORTEST_STEM}
    return frozenset(start[:_SHORTEST_STEM] for start in starts) | _lengthened(short, tables)


def _lengthened(short: set[str], tables: list[UnitsOf]) -> frozenset[str]:
    """Short spellings with what may stand behind them: an ending, or the unit of a prefix."""
    behind = {behind for own in tables for behind in (*own.endings, *own.names, *own.prefixes)}
    return frozenset((one + other)[:_SHORTEST_STEM] for one in short for other in behind)


@lru_cache(maxsize=4096)
def unit_in(word: str, code: str) -> tuple[str, ...]:
    """The English words of a unit that a language spells in one word, `square metre` for `Quadratmeter`; or none."""
    own, low = units_of(code), spelt(word)
    for start, power in own.glued.items():
        if low.startswith(start) and (unit := _named(low[len(start) :], own)):
            return (power, unit)
    return tuple(_named(low, own).split())


def _named(low: str, own: UnitsOf) -> str:
    if name := _inflected(low, own):
        return name
    for start, prefix in own.prefixes.items():
        if low.startswith(start) and (unit := _inflected(low[len(start) :], own)) in _PREFIXED:
            return prefix + unit
    return ""


def _inflected(low: str, own: UnitsOf) -> str:
    """The unit whose name a word is, with an ending or without."""
    if low in own.names:
        return own.names[low]
    for size in range(len(low) - 1, 0, -1):
        stem, ending = low[:size], low[size:]
        is_long = size >= _SHORTEST_STEM or stem.upper() == stem.lower()
        if is_long and ending in own.endings and stem in own.names:
            return own.names[stem]
    return ""


@lru_cache(maxsize=4096)
def unit_anywhere(word: str) -> str:
    """The one unit that a word names in other languages, where they agree; else nothing.

    >>> unit_anywhere("Kilogramm"), unit_anywhere("apples")
    ('kilogram', '')
    """
    low = spelt(word)
    if (len(word) < _SHORTEST_STEM and word.isascii()) or _beginnings().isdisjoint((low, low[:_SHORTEST_STEM])):
        return ""
    found = {" ".join(unit_in(word, code)) for code in sorted(languages())} - {""}
    return found.pop() if len(found) == 1 else ""
