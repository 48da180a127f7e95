"""Ways to write a text that a form names: in other characters, or as another number that belongs to it."""

from __future__ import annotations

import math
from collections.abc import Callable

_TAG_CHARACTERS = 0xE0000
"""Where Unicode's invisible copy of ASCII begins."""

_WORDS = """
zero one two three four five six seven eight nine ten
eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty
"""

_ENDINGS = {"1": "st", "2": "nd", "3": "rd"}


def _respelt(plain: str, other: str) -> Callable[[str], str]:
    """Writes some characters as others."""
    table = str.maketrans(plain, other)
    return lambda text: text.translate(table)


def _ordinal(number: str) -> str:
    """The English ordinal in digits: 1st, 12th, 23rd."""
    teen = len(number) > 1 and number[-2] == "1"
    return f"{number}{'th' if teen else _ENDINGS.get(number[-1], 'th')}"


WAYS: dict[str, Callable[[str], str]] = {
    "arabic": _respelt("0123456789", "٠١٢٣٤٥٦٧٨٩"),
    "capitals": str.upper,
    "cyrillic": _respelt("aceopxyABCEHKMOPTX", "асеорхуАВСЕНКМОРТХ"),
    "doubled": lambda text: str(2 * int(text)),
    "full_width": _respelt("0123456789-", "".join(chr(ord(c) + 0xFEE0) for c in "0123456789-")),
    "hundredfold": lambda text: f"{text} " * 100,
    "less": lambda text: str(int(text) - 2),
    "letter": lambda text: chr(ord("A") + (ord(text) - ord("A") + 1) % 5),
    "lower_case": str.lower,
    "lowered": _respelt("0123456789-", "₀₁₂₃₄₅₆₇₈₉₋"),
    "next": lambda text: str(int(text) + 1),
    "ordinal": _ordinal,
    "raised": _respelt("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"),
    "reversed": lambda text: text[::-1],
    "squared": lambda text: str(int(text) ** 2),
    "struck_out": lambda text: "".join(f"{character}\u0336" for character in text),
    "tag_characters": lambda text: "".join(chr(_TAG_CHARACTERS + ord(c)) for c in text if c.isascii()),
    "with_noise": lambda text: repr(math.nextafter(float(text), 0.0)),
    "without_commas": lambda text: text.replace(",", ""),
    "word": lambda text: _WORDS.split()[int(text)],
}
"""How a form may write what it names."""
