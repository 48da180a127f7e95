"""HTML by construction: whatever goes in as text stays text."""

from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from graders.pages.document import document, page_header
from graders.pages.html import element, text, together
from graders.pages.page_blocks import Cell, PageSection, table


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
    made = table("T", {"a": "", "b": "number"}, [["x", "1"], ["y", Cell("2", 3, "bad")]])
    for part in (
        "<caption>T</caption>",
        '<th scope="col">a</th>',
        '<th scope="row">x</th>',
        '<td class="number">1</td>',
        '<td class="number bad" data-key="3">2</td>',
        '<table class="sortable">',
    ):
        assert part in made
    assert PageSection("ab-c", "Ab", "Ab c", "x").html == (
        '<section id="ab-c" aria-labelledby="ab-c-heading"><h2 id="ab-c-heading">Ab c</h2>x</section>'
    )


def test_document():
    """A page can always be written; it runs a script only where it has one."""
    header = page_header("kind", "\ud800")
    plain, scripted = (document("\ud800", header, [], scripted=scripted) for scripted in (False, True))
    plain.encode()
    assert "<title>U+D800</title>" in plain
    assert "script" not in plain
    assert scripted.count("<script>") == 1
    assert "script-src " in scripted
