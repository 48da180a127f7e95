"""Escaping by construction: whatever is put in comes out as text, and nothing of it as markup."""

import unicodedata
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders.pages.html import Markup, element, is_odd, plain, text, together
from tests.report.conftest import read

ANY = st.text(st.characters(exclude_categories=()), max_size=60)
HOSTILE = st.sampled_from(
    ["</p>", "<script>", "&lt;", '"', "'", "<!--", "\u202e", "\x00", "\ud800", "\r\n", "`", "\u2028"]
)


@given(st.lists(ANY | HOSTILE, max_size=5))
def test_text_stays_text(parts):
    """A page of it has one element, and says the same; odd characters by their numbers."""
    page = element("p", parts)
    (node,) = read(page).inner
    assert not [child.tag for child in node.all() if child.tag != "span"]
    assert node.text == "".join(map(said, parts))
    page.encode("utf-8")


@given(ANY)
def test_attributes_stay_attributes(value):
    """Quotes and angle brackets too."""
    (node,) = read(element("p", title=value)).inner
    assert node.attributes == {"title": plain(value)}
    plain(value).encode("utf-8")


def said(value):
    """Slow and obvious: what a reader sees of a text."""
    out, run = "", []
    for character in [*value, None]:
        if character is not None and is_odd(character) and character not in "\n\t":
            if run and run[-1][0] == character:
                run[-1][1] += 1
            else:
                run.append([character, 1])
            continue
        out += " ".join(f"U+{ord(odd):04X}" + (f" ×{times}" if times > 1 else "") for odd, times in run)
        run = []
        out += character or ""
    return out


def test_no_odd_character_is_left():
    """All of Unicode that steers text or can't be written: none of it comes through."""
    odd = {chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) in {"Cc", "Cf", "Cs", "Zl", "Zp"}}
    shown = unescape(text("a".join(sorted(odd))))
    assert odd & {*shown} == {"\n", "\t"}
    assert len(odd) > 2000


@pytest.mark.parametrize("character", ["é", "中", "ש", "🎉", "\u00a0", "\u0301", "x"])
def test_what_is_not_odd(character):
    assert not is_odd(character)
    assert text(character) == character


ODD = [0x202E, 0x2066, 0x200B, 0xFEFF, 0x0, 0x7, 0x7F, 0xD800, 0xE0041, 0xE000, 0xFFFE, 0xFDD0, 0x3164, 0x2800]


@pytest.mark.parametrize("code", ODD)
def test_what_is_odd(code):
    """Turns text around, can't be seen, can't be written, or is no character."""
    assert f"U+{code:04X}" in text(f"a{chr(code)}b")
    assert plain(f"a{chr(code)}b") == f"aU+{code:04X}b"


def test_a_run_is_counted():
    assert text("\u200b" * 400) == '<span class="odd">U+200B ×400</span>'


def test_markup_is_lost_by_joining():
    """What is added to markup as a string is text again: nothing becomes markup by accident."""
    joined = element("b", "x") + "<i>"
    assert not isinstance(joined, Markup)
    assert together(joined) == "&lt;b&gt;x&lt;/b&gt;&lt;i&gt;"


def test_children_and_attributes():
    """Nothing, numbers, several, nested ones; attributes that are on, off, numbers."""
    assert element("p", None, 7, ["a", element("br")], class_="c", data_x=1.5, hidden=True, title=None, lang=False) == \
        '<p class="c" data-x="1.5" hidden>7a<br></p>'  # fmt: skip


def test_odd_is_by_category():
    """A letter or digit of any script is none."""
    letters = [chr(code) for code in range(0x2FFFF) if unicodedata.category(chr(code))[0] in "LNP"]
    assert {unicodedata.name(character) for character in letters if is_odd(character)} <= {
        "HANGUL CHOSEONG FILLER", "HANGUL JUNGSEONG FILLER", "HANGUL FILLER", "HALFWIDTH HANGUL FILLER",
    }  # fmt: skip
