"""HTML by construction: whatever goes in as text stays text."""

from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from graders.pages.html import element, text, together
from graders.pages.simple_page import cut, document, section, table


@given(st.text())
def test_text_never_becomes_markup(value):
    """Neither in an element nor in an attribute, and a plain text can be read back."""
    inner = element("p", value, title=value)
    assert inner.count("<p ") == 1
    assert "<script" not in inner
    assert "<" not in text(value).replace('<span class="odd">', "").replace("</span>", "")
    if value.isascii() and value.isprintable():
        assert unescape(text(value)) == value


def test_elements():
    """Children of every kind, attributes with other names, void elements."""
    assert element("a", "x", 3, None, [element("b"), "y"], class_="c", aria_label="<") == (
        '<a class="c" aria-label="&lt;">x3<b></b>y</a>'
    )
    assert element("br") == "<br>"
    assert together("<", element("i")) == "&lt;<i></i>"
    assert text("a\nb\u200b") == 'a\nb<span class="odd">U+200B</span>'
    assert text("中é") == "中é"


def test_tables_and_sections():
    """A caption, headers, numbers at the right; a section is named by its heading."""
    made = table("T", ["a", "b"], [["x", "1"]])
    for part in (
        "<caption>T</caption>",
        '<th scope="col">a</th>',
        '<th scope="row">x</th>',
        '<td class="number">1</td>',
    ):
        assert part in made
    assert section("Ab c", "x") == '<section aria-labelledby="ab-c"><h2 id="ab-c">Ab c</h2>x</section>'


def test_cut_and_document():
    """The middle is left out; a page can always be written."""
    assert cut("abc", 3) == "abc"
    assert cut("a" * 10 + "b" * 10, 6) == "aaa [14 characters left out] bbb"
    document("\ud800", "x").encode()
