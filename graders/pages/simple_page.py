"""Pages that stand alone, with a style for light and dark and no script."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from graders.pages.html import Child, Markup, element


def cut(value: str, longest: int = 600) -> str:
    """A text with its middle left out where it is longer than that, and how much that is."""
    if len(value) <= longest:
        return value
    half = longest // 2
    return f"{value[:half]} [{len(value) - 2 * half} characters left out] {value[-half:]}"


def table(caption: str, columns: Sequence[str], rows: Iterable[Sequence[Child]], texts: int = 1) -> Markup:
    """A table with a caption; the first cell of each row is its header.

    Args:
        caption: What it shows.
        columns: The header of each column.
        rows: The cells.
        texts: So many columns from the left hold text, the others numbers.
    """
    head = element("tr", (element("th", name, scope="col", class_=_side(k, texts)) for k, name in enumerate(columns)))
    body = (element("tr", (_cell(k, cell, texts) for k, cell in enumerate(row))) for row in rows)
    inner = element("table", element("caption", caption), element("thead", head), element("tbody", body))
    return element("div", inner, class_="scroll", tabindex="0", role="region", aria_label=caption)


def _cell(place: int, content: Child, texts: int) -> Markup:
    side = _side(place, texts)
    return element("td", content, class_=side) if place else element("th", content, scope="row", class_=side)


def _side(place: int, texts: int) -> str | None:
    return None if place < texts else "number"


def section(title: str, *children: Child) -> Markup:
    """A part of a page under its heading."""
    name = "".join(c if c.isalnum() else "-" for c in title.casefold())
    return element("section", element("h2", title, id=name), *children, aria_labelledby=name)


def document(title: str, *children: Child) -> str:
    """A whole page: nothing is loaded from anywhere; lone surrogates become question marks."""
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("title", title),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("style", Markup(_STYLE)),
    )
    body = element("body", element("main", element("h1", title), *children))
    page = f"<!doctype html>\n{element('html', head, body, lang='en')}\n"
    return page.encode("utf-8", "replace").decode("utf-8")


_STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --line: #d0d7de; --ground: #fff; --tint: #f3f5f8;
  --good: #116329; --bad: #a40e26; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9ea7b3; --line: #3d444d; --ground: #0d1117;
  --tint: #171d26; --good: #57d364; --bad: #ff8a80; } }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 72rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2rem; }
.lead { font-size: 1.1rem; } .soft { color: var(--soft); } .good { color: var(--good); } .bad { color: var(--bad); }
.scroll { overflow-x: auto; } table { border-collapse: collapse; margin: 0.5rem 0; }
caption { text-align: left; color: var(--soft); } th, td { padding: 0.25rem 0.75rem; text-align: left;
  border-bottom: 1px solid var(--line); vertical-align: top; font-weight: normal; }
thead th { font-weight: 600; } td.number { white-space: nowrap; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
pre { background: var(--tint); padding: 0.75rem; white-space: pre-wrap; overflow-wrap: anywhere; margin: 0.5rem 0; }
details { border: 1px solid var(--line); border-radius: 6px; padding: 0.5rem 0.75rem; margin: 0.5rem 0; }
summary { cursor: pointer; } dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.25rem 1rem; }
dd { margin: 0; overflow-wrap: anywhere; } .odd { border: 1px solid var(--bad); border-radius: 3px; font-size: 0.75em;
  color: var(--bad); padding: 0 2px; }
"""
