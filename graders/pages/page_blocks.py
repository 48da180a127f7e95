"""What pages are built of: sections, tables, figures in numbers, cards to open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from graders.pages.html import Child, Markup, element


@dataclass(frozen=True)
class PageSection:
    """A part of a page.

    Attributes:
        anchor: Its id.
        name: What it is called in the list of sections.
        title: Its heading.
        content: What stands under it.
    """

    anchor: str
    name: str
    title: str
    content: Child

    @property
    def html(self) -> Markup:
        """The part with its heading."""
        heading = f"{self.anchor}-heading"
        title = element("h2", self.title, id=heading)
        return element("section", title, self.content, id=self.anchor, aria_labelledby=heading)


@dataclass(frozen=True)
class Cell:
    """A cell that is more than what it shows.

    Attributes:
        shown: What it shows.
        key: What it is sorted by; what it shows where None.
        tone: The class of its colour, beside that of its column.
    """

    shown: Child
    key: float | str | None = None
    tone: str | None = None


def table(
    caption: str,
    columns: Mapping[str, str],
    rows: Iterable[Sequence[Child | Cell]],
    *,
    kind: str | None = None,
) -> Markup:
    """A table with a caption, in a box that scrolls where it is too wide; the first cell of a row is its header.

    Args:
        caption: What it shows.
        columns: The class of each column by its name: ``number``, ``text``, ``bar``, or empty.
        rows: Cells in the order of the columns.
        kind: The class of the table; None for one that readers may sort, with scripts on.
    """
    kinds = list(columns.values())
    head = [_cell("th", name or _PICTURE, kind, scope="col") for name, kind in columns.items()]
    body = [_row(row, kinds) for row in rows]
    built = element(
        "table",
        element("caption", caption),
        element("thead", element("tr", head)),
        element("tbody", body),
        class_=kind or ("sortable" if len(body) > 1 else None),
    )
    return element("div", built, class_="scroll", role="group", tabindex="0", aria_label=caption)


_PICTURE = element("span", "picture", class_="unseen")


def _row(row: Sequence[Child | Cell], kinds: Sequence[str]) -> Markup:
    header, *others = zip(row, kinds, strict=True)
    return element("tr", _cell("th", *header, scope="row"), [_cell("td", cell, kind) for cell, kind in others])


def _cell(tag: str, content: Child | Cell, kind: str, scope: str | None = None) -> Markup:
    cell = content if isinstance(content, Cell) else Cell(content)
    classes = f"{kind} {cell.tone or ''}".strip()
    return element(tag, cell.shown, scope=scope, class_=classes or None, data_key=cell.key)


def lead(*children: Child) -> Markup:
    """The first sentence of a section: what is to be seen in it."""
    return element("p", *children, class_="lead")


def note(*children: Child) -> Markup:
    """A remark."""
    return element("p", *children, class_="note")


def component(name: str) -> Markup:
    """The name of a component."""
    return element("code", name, class_="name")


Tile = tuple[str, str, str, str | None]
"""A figure to be seen first: its name, itself, what is beside it, and the class of its colour."""


def tiles(parts: Iterable[Tile]) -> Markup:
    """The few figures that matter most, large."""
    return element("dl", (_tile(*part) for part in parts), class_="tiles")


def _tile(name: str, value: str, beside: str, tone: str | None) -> Markup:
    shown = element("b", value), element("small", beside)
    return element("div", element("dt", name), element("dd", shown), class_=f"tile {tone or ''}".strip())


def figures(pairs: Iterable[tuple[str, Child]], class_: str = "facts") -> Markup:
    """Names and values, side by side."""
    said = [element("div", element("dt", name), element("dd", value)) for name, value in pairs]
    return element("dl", said, class_=class_)


def legend(parts: Iterable[tuple[str, Child]]) -> Markup:
    """What the colours of a drawing mean, with the numbers."""
    said = [element("li", element("span", class_=f"swatch {tone}"), meaning) for tone, meaning in parts]
    return element("ul", said, class_="legend")


def written(name: str, content: Child) -> Markup:
    """A text as it was written, under what it is."""
    return element("div", element("h3", name), element("pre", content, dir="auto"), class_="text")


def card(summary: Child, *opened: Child, anchor: str | None = None, **data: str | float | None) -> Markup:
    """One of `cards`: a line that opens.

    Args:
        summary: The line.
        opened: What is seen when it is open.
        anchor: The id of that.
        data: Attributes for scripts.
    """
    inner = element("div", *opened, class_="opened", id=anchor)
    return element("li", element("details", element("summary", summary), inner), class_="card", **data)


def cards(parts: Iterable[Markup], kind: str = "cards", anchor: str | None = None) -> Markup:
    """Cards one below the other; of the kind ``cards plain`` where their lines have no columns."""
    return element("ul", parts, class_=kind, id=anchor)
