"""The words that answers use: numbers in words, and the classes of words that decide what prose says.

Tables only; the members of each class stand in `data/words.txt`, with what the class is.
"""

from __future__ import annotations

from graders.math.lexis.data_files import classes, columns
from graders.math.lexis.units_abroad import unit_anywhere


def words_of(text: str) -> list[str]:
    """The words of a table written as running text."""
    return text.split()


UNITS_AND_TEENS = words_of("""
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen
""")
TENS = words_of("twenty thirty forty fifty sixty seventy eighty ninety")
NUMBER_WORDS = {word: value for value, word in enumerate(UNITS_AND_TEENS)} | {
    word: 10 * value for value, word in enumerate(TENS, 2)
}
SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_ORDINALS = words_of("""
    first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth
    fifteenth sixteenth seventeenth eighteenth nineteenth twentieth
""")
ORDINALS = {word: value for value, word in enumerate(_ORDINALS, 1)} | {"thirtieth": 30}
PARTS = {name: value for name, value in ORDINALS.items() if value > 2} | {
    "half": 2,
    "halve": 2,
    "quarter": 4,
    "hundredth": 100,
    "thousandth": 1000,
    "millionth": 10**6,
    "billionth": 10**9,
    "trillionth": 10**12,
    **{word.removesuffix("y") + "ieth": value for word, value in NUMBER_WORDS.items() if value >= 20},
}
"""What a number may be divided into, each in the singular."""
PARTS_OF_DAY = {"in the morning": "am", "in the afternoon": "pm", "in the evening": "pm", "at night": "pm"}
ORDINAL_ENDINGS = frozenset(("st", "nd", "rd", "th"))

SPECIAL_TEXTS = columns("phrases")
"""Phrases with a meaning of their own, and the one name of each meaning."""

_CLASSES = classes("words")
SHORT_WORDS = _CLASSES["short words"]
FILLERS = _CLASSES["fillers"]
NEGATIONS = _CLASSES["negations"]
HEDGES = _CLASSES["hedges"]
NO_UNITS = _CLASSES["no units"]
VERBS_OF_CODE = _CLASSES["verbs of code"]
ARITHMETIC = _CLASSES["arithmetic"]
ASKING = _CLASSES["asking"]
NEGATIONS_ABROAD = _CLASSES["negations abroad"]
TRANSLITERATED = _CLASSES["transliterated operators"]
FOREIGN_UNITS = _CLASSES["foreign units"]

PLACEHOLDERS = _CLASSES["placeholders"]
"""References that stand for a value nobody entered."""


def is_scale_word(word: str, behind: str = "") -> bool:
    """Whether a word behind a number changes it: a scale word (`lakh`), a prefix (`mega`), a part (`billionths`).

    Some do only with the word behind them: `basis points`.

    >>> is_scale_word("crore"), is_scale_word("fortieth"), is_scale_word("apples"), is_scale_word("hundredths")
    (True, True, False, True)
    """
    low = word.casefold()
    stem = low.removesuffix("s").removesuffix("th")
    stem = stem.removesuffix("ie") + "y" if stem.endswith("ie") else stem
    part = low.removesuffix("s").endswith("th") and (stem in NUMBER_WORDS or stem in SCALES)
    return low in _CLASSES["scale words"] or part or (low == "basis" and behind.casefold().startswith(("point", "pts")))


def is_foreign(word: str) -> bool:
    """Whether a word has letters of no English word and is no unit that is known."""
    return not word.isascii() and word not in FOREIGN_UNITS and not unit_anywhere(word)
