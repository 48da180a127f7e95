"""Unicode normalization form NFC within bounds.

Putting a run of combining marks into canonical order takes time quadratic in its length (measured on
CPython: 20,000 marks 1.6 s), so a hostile text could halt a run. Unicode's Stream-Safe Text Format
(UAX #15, section 13) allows at most 30 marks in a row, far more than any language writes; a text with
more is left as it is.
"""

from __future__ import annotations

import functools
import re
import unicodedata

MAX_MARKS = 30
"""Combining marks in a row that an honest text may have (UAX #15)."""


def nfc(text: str) -> str:
    r"""The text in NFC, or as it is where it isn't stream-safe. Linear in the length of the text.

    >>> nfc("e\u0301") == "\u00e9"
    True
    """
    if text.isascii() or not is_stream_safe(text):
        return text
    return unicodedata.normalize("NFC", text)


def is_stream_safe(text: str) -> bool:
    """Whether no more than `MAX_MARKS` combining marks stand in a row."""
    if text.isascii():
        return True
    quick, exact = _long_runs()
    return quick.search(text) is None or exact.search(text) is None


@functools.cache
def _long_runs() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Patterns of too many marks in a row.

    The exact one is slow, since it has to look beyond the Basic Multilingual Plane; the quick one takes
    every character beyond it for a mark, is some 20 times faster, and never misses a run.
    """
    marks = [chr(point) for point in range(0x300, 0x20000) if _is_mark(chr(point))]
    quick = "".join(mark for mark in marks if mark < "\U00010000") + "\U00010000-\U0010ffff"
    return tuple(re.compile(f"[{kind}][{kind}]{{{MAX_MARKS}}}") for kind in (quick, "".join(marks)))  # type: ignore[return-value]


def _is_mark(character: str) -> bool:
    """Whether canonical ordering moves the character, or what it decomposes into."""
    return unicodedata.combining(unicodedata.normalize("NFD", character)[0]) != 0
