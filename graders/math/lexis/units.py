"""The names of units and currencies: each spelling and the one name it has here."""

from __future__ import annotations

from graders.math.lexis.data_files import columns
from graders.math.lexis.units_abroad import unit_anywhere
from graders.math.lexis.words import words_of

UNITS = {spelling: name for name, spellings in columns("units").items() for spelling in spellings.split()}
"""Spelling -> name."""

LETTERS = frozenset("mgshlNJWVKCFLAHT")
"""Single letters that name a unit where they stand apart behind a plain number (`15 m`)."""

PERIODS = frozenset(words_of("second minute hour day week month year"))
"""What a rate is per: `10 cm a day`."""

UNIT_LETTERS = {UNITS[letter]: (letter,) for letter in sorted(LETTERS) if letter in UNITS} | {
    "micrometre": ("mu", "m"),
    "centimetre": ("c", "m"),
    "kilometre": ("k", "m"),
    "kilogram": ("k", "g"),
}
"""The names of units and the letters that abbreviate them, which may be read as variables."""

MEASURES = columns("measures")
"""Chinese units and measure words, and the notation of each."""

CURRENCIES = {r"\$": "dollar", "€": "euro", "£": "sterling", "¥": "yen", "₹": "rupee", "¢": "cent"}

_SILENT = frozenset(words_of("of the total different distinct each in all exactly approximately about"))
TEMPERATURES = frozenset(("celsius", "fahrenheit"))
_POWERS = {"square": 2, "sq": 2, "squared": 2, "cubic": 3, "cu": 3, "cubed": 3}


def unit_name(words: list[str]) -> str:
    """One name for a unit phrase: `square feet`, `sq ft` and `ft ^ 2` all give `foot^2`.

    Nouns that no table lists are units too (`48 students`); their plural ending is dropped.
    """
    if words[:1] == ["in"] and words[1:2] not in (["total"], ["all"], ["each"], ["the"]):
        words = ["inch", *words[1:]]
    parts: list[str] = []
    power = 1
    for word in words:
        if word in _POWERS and word in ("squared", "cubed") and parts:
            parts[-1] += f"^{_POWERS[word]}"
        elif word in _POWERS:
            power = _POWERS[word]
        elif word in ("per", "/"):
            parts.append("/")
        elif word.startswith("^") and parts:
            parts[-1:] = _raised(parts[-1], word[1:])
        elif word not in _SILENT and word != "*":
            parts.append(_singular(word) + (f"^{power}" if power > 1 else ""))
            power = 1
    if power > 1:  # `square units` cut short: "36 square"
        parts.append(f"unit^{power}")
    if len(parts) > 1 and parts[0] == "degree" and parts[1] in TEMPERATURES:
        del parts[0]
    return _KNOWN_PHRASES.get(name := " ".join(parts).replace(" / ", "/").replace("^1", ""), name)


def _raised(unit: str, power: str) -> list[str]:
    """The unit with its exponent; a negative one divides: `m s^{-2}` is m/s^2."""
    return ["/", f"{unit}^{power[1:]}"] if power.startswith("-") else [f"{unit}^{power}"]


_KNOWN_PHRASES = {"/ cent": "percent", "kilowatthour": "kilowatt hour"}


def _singular(word: str) -> str:
    if word in UNITS:
        return UNITS[word]
    low = word.lower()
    if low in UNITS:
        return _multiple(word, UNITS[low])
    if abroad := unit_anywhere(low):
        return abroad
    return low[:-1] if low.endswith("s") and not low.endswith("ss") and len(low) > 3 else low


def _multiple(symbol: str, name: str) -> str:
    """The name of a unit by its symbol with another case."""
    return f"mega{name.removeprefix('milli')}" if is_megaunit(symbol) else name


def is_megaunit(symbol: str) -> bool:
    """Whether a symbol is that of a small unit but for its capital: `Ms` is no millisecond."""
    small = len(symbol) == 2 and symbol[0] == "M" and symbol[1].islower()
    return small and UNITS.get(symbol.lower(), "").startswith("milli")


def is_unit(word: str) -> bool:
    """Whether the word is the name of a measuring unit or a currency."""
    return word in UNITS or word.lower() in UNITS or word.lower() in _POWERS


def same_unit(left: str, right: str) -> bool:
    """Whether two unit names agree: equal, one of them only `unit`, or one noun ends the other phrase."""
    if left == right:
        return True
    if ("/" in left) is not ("/" in right) or _in_parts(left) != _in_parts(right):
        return False
    if "unit" in (left.partition("^")[0], right.partition("^")[0]) and _power(left) == _power(right):
        return not {left, right} & _NO_LENGTHS
    base = _noun(left).partition("^")[0]
    return _noun(left) == _noun(right) and base not in _NAMES and len(base) > 2


def _in_parts(name: str) -> str:
    """What a unit's name says of parts or multiples of it: `half` of `half dollar`, `milli` of `milliunit`."""
    first = name.partition(" ")[0].partition("-")[0]
    prefix = next((prefix for prefix in _PREFIXES if first.startswith(prefix)), "")
    return first if first in ("half", "quarter", "third", *_PREFIXES) else prefix if first.endswith("unit") else ""


_PREFIXES = ("milli", "kilo", "micro", "nano", "mega", "centi", "deci", "giga", "pico")


def _power(name: str) -> str:
    return name.partition("^")[2]


def _noun(name: str) -> str:
    return name.rsplit(" ", maxsplit=1)[-1]


_NO_LENGTHS = frozenset(("degree", "percent", *CURRENCIES.values()))
_NAMES = frozenset(UNITS.values())
