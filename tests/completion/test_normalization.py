"""Normalization within bounds."""

import sys
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders.completion.normalization import MAX_MARKS, is_stream_safe, nfc


@given(st.text(max_size=40))
def test_honest_text_is_normalized(text):
    """Stream-safe text is put into NFC, other text is left as it is."""
    assert nfc(text) == (unicodedata.normalize("NFC", text) if is_stream_safe(text) else text)


def slow_is_stream_safe(text):
    """One character at a time."""
    run = 0
    for character in text:
        mark = unicodedata.combining(unicodedata.normalize("NFD", character)[0]) != 0
        run = run + 1 if mark else 0
        if run > MAX_MARKS:
            return False
    return True


@given(
    st.lists(
        st.tuples(st.sampled_from("a\u0301\u0323\u0f71\U0001d165\U0001e8d0é\U0001f600 "), st.integers(1, 40)),
        max_size=4,
    )
)
def test_stream_safe_against_the_slow_way(pieces):
    """Marks of every plane count; a letter, an emoji, a space ends a run."""
    text = "".join(character * count for character, count in pieces)
    assert is_stream_safe(text) == slow_is_stream_safe(text)


def test_every_mark_counts():
    """No code point that canonical ordering moves is forgotten, beyond the planes that are searched too."""
    for point in range(sys.maxunicode + 1):
        character = chr(point)
        if unicodedata.combining(unicodedata.normalize("NFD", character)[0]):
            assert not is_stream_safe(character * (MAX_MARKS + 1)), f"U+{point:04X}"


@pytest.mark.parametrize(("marks", "safe"), [(30, True), (31, False)])
def test_both_sides_of_the_bound(marks, safe):
    """30 marks are honest, 31 are not, as UAX #15 has it."""
    text = "a" + "\u0301" * marks + "b"
    assert is_stream_safe(text) is safe
    assert (nfc(text) == text) is not safe


def test_ascii_is_given_back_itself():
    """No copy, and no search for marks."""
    text = "plain " * 3
    assert nfc(text) is text


@pytest.mark.parametrize(
    "unit", ["\u0301", "a\u0301", "\u0301" * 30 + "a", "\U0001d165", "\U0001f600", "é", "\ud55c", "a"]
)
def test_no_text_is_slow(unit):
    """A megabyte of anything is normalized, or refused, in well under a second."""
    text = unit * (1_000_000 // len(unit))
    start = time.process_time()
    nfc(text)
    assert time.process_time() - start < 1.0
