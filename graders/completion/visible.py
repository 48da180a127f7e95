"""Which characters a reader can see: what decides whether a block is empty."""

from __future__ import annotations

import re

# Written out and without overlap, so that the engine looks up one table; a test compares with `unicodedata`.
_INVISIBLE = (
    r"\U000e0000-\U000e0fff"  # default-ignorable: tags, variation selectors, reserved
    r"\x00-\x20\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"  # control (Cc), white space
    r"\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u200b-\u200f\u202a-\u202e\u2060-\u2064"
    r"\u2066-\u206f\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    r"\U0001d173-\U0001d17a"  # format (Cf)
    r"\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8"  # default-ignorable
    r"\u2800"  # the braille pattern without a dot
)
_VISIBLE = re.compile(f"[^{_INVISIBLE}]")


def has_visible(text: str, start: int, end: int) -> bool:
    r"""Whether ``text[start:end]`` holds a visible character.

    A character is visible when it is not white space, control (Cc), format (Cf), a default-ignorable
    code point or U+2800. One linear scan without a copy that stops at the first visible character.

    >>> has_visible("\u200b \ufeff", 0, 3), has_visible(" x ", 0, 3)
    (False, True)
    """
    if start < end and "!" <= text[start] <= "~":  # nearly every block begins with such a character
        return True
    return _VISIBLE.search(text, start, end) is not None
