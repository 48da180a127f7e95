"""Which characters count as visible, against the Unicode database."""

import sys
import unicodedata

import pytest

from graders.completion.visible import has_visible

DEFAULT_IGNORABLE = {
    *(0xAD, 0x34F, 0x61C, 0x3164, 0xFEFF, 0xFFA0),
    *range(0x115F, 0x1161),
    *range(0x17B4, 0x17B6),
    *range(0x180B, 0x1810),
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    *range(0xFE00, 0xFE10),
    *range(0xFFF0, 0xFFF9),
    *range(0x1BCA0, 0x1BCA4),
    *range(0x1D173, 0x1D17B),
    *range(0xE0000, 0xE1000),
}


def test_every_code_point_against_the_unicode_database():
    """Visible is what is no white space, control, format character, default-ignorable, nor U+2800."""
    differing = []
    for point in range(sys.maxunicode + 1):
        character = chr(point)
        category = unicodedata.category(character)
        invisible = (
            character.isspace() or category in {"Cc", "Cf"} or point in DEFAULT_IGNORABLE or character == "\u2800"
        )
        if has_visible(character, 0, 1) == invisible and (category != "Cn" or point in DEFAULT_IGNORABLE):
            differing.append(f"U+{point:04X}")
    assert differing == []


@pytest.mark.parametrize(
    ("text", "start", "end", "visible"),
    [
        ("", 0, 0, False),
        ("x", 0, 1, True),
        ("x", 1, 1, False),
        ("x \u200b x", 1, 4, False),
        ("x \u200b x", 1, 5, True),
        ("\u200b\u200bé", 0, 3, True),
        ("\u200b\u200bé", 0, 2, False),
        ("ab", 0, 0, False),
    ],
)
def test_only_the_slice_is_looked_at(text, start, end, visible):
    """Start and end bound the search, the fast path for ASCII included."""
    assert has_visible(text, start, end) is visible
