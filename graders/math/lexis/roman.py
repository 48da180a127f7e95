"""Roman numerals."""

from __future__ import annotations

import re

_ROMAN = re.compile(r"M{0,4}(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})")
_LETTERS = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}


def roman_value(text: str) -> int:
    """The number that a Roman numeral is; 0 for any other text.

    >>> roman_value("XXIX"), roman_value("CIVIC"), roman_value("IIX")
    (29, 0, 0)
    """
    if not text or _ROMAN.fullmatch(text) is None:
        return 0
    values = [_LETTERS[letter] for letter in text]
    return sum(
        -value if value < following else value for value, following in zip(values, [*values[1:], 0], strict=True)
    )
