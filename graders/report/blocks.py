"""What sections are built of: headings, tables, figures in numbers, links to rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from graders.pages.html import Child, Markup, element, together
from graders.report.facts import Facts
from graders.report.formatting import count

MAX_LINKS = 24
"""So many rows are named in a line of them."""


@dataclass(frozen=True)
class Section:
    """A part of the page.

    Attributes:
        anchor: Its id.
        name: What it is called in the list of sections.
        title: Its heading.
        content: What stands under it.
    """

    anchor: str
    name: str
    title: str
    content: Markup

    @property
    def html(self) -> Markup:
        """The part with its heading."""
        heading = f"{self.anchor}-heading"
        return element(
            "section", element("h2", self.title, id=heading), self.content, id=self.anchor, aria_labelledby=heading
        )


@dataclass(frozen=True)
class Cell:
    """A cell that is sorted by something else than what it shows.

    Attributes:
        shown: What it shows.
        key: What it is sorted by.
    """

    shown: Child
    key: float | str


def table(
    caption: str, columns: Mapping[str, str], rows: Iterable[Sequence[Child | Cell]], *, sortable: bool = True
) -> Markup:
    """A table with a caption, in a box that scrolls where it is too wide; the first cell of a row is its header.

    Args:
        caption: What it shows.
        columns: The class of each column by its name: ``number``, ``text``, ``bar``, or empty.
        rows: Cells in the order of the columns.
        sortable: Whether readers may sort it, with scripts on.
    """
    kinds = list(columns.values())
    head = [
        element("th", name or element("span", "picture", class_="unseen"), scope="col", class_=kind or None)
        for name, kind in columns.items()
    ]
    body = [_row(row, kinds) for row in rows]
    built = element(
        "table",
        element("caption", caption),
        element("thead", element("tr", head)),
        element("tbody", body),
        class_="sortable" if sortable and len(body) > 1 else None,
    )
    return element("div", built, class_="scroll", role="region", tabindex="0", aria_label=caption)


def _row(row: Sequence[Child | Cell], kinds: Sequence[str]) -> Markup:
    cells = zip(row, kinds, strict=True)
    return element("tr", [_cell(cell, kind, number) for number, (cell, kind) in enumerate(cells)])


def _cell(cell: Child | Cell, kind: str, number: int) -> Markup:
    shown, key = (cell.shown, cell.key) if isinstance(cell, Cell) else (cell, None)
    if number == 0:
        return element("th", shown, scope="row", class_=kind or None, data_key=key)
    return element("td", shown, class_=kind or None, data_key=key)


def within(parts: Iterable[Markup], room: int) -> Iterator[Markup]:
    """As many of them, from the first, as fit into so many bytes."""
    for part in parts:
        room -= len(part.encode())
        if room < 0:
            return
        yield part


def lead(*children: Child) -> Markup:
    """The first sentence of a section: what is to be seen in it."""
    return element("p", *children, class_="lead")


def note(*children: Child) -> Markup:
    """A remark."""
    return element("p", *children, class_="note")


def code(value: str) -> Markup:
    """A name as it is written in files."""
    return element("code", value)


def component(name: str) -> Markup:
    """The name of a component."""
    return element("code", name, class_="name")


def figures(pairs: Iterable[tuple[str, Child]], class_: str = "facts") -> Markup:
    """Names and values, side by side."""
    return element(
        "dl", [element("div", element("dt", name), element("dd", value)) for name, value in pairs], class_=class_
    )


def legend(parts: Iterable[tuple[str, Child]]) -> Markup:
    """What the colours of a drawing mean, with the numbers."""
    return element(
        "ul", [element("li", element("span", class_=f"swatch {tone}"), said) for tone, said in parts], class_="legend"
    )


def row_link(facts: Facts, row: int) -> Markup:
    """The place of a row, as a link where the page shows it."""
    shown = facts.shown.get(row)
    return element("a", facts.place(row), href=f"#{shown.anchor}") if shown else together(facts.place(row))


def row_links(facts: Facts, rows: Sequence[int], total: int) -> Markup:
    """The places of some rows in a line, and how many more there are."""
    links = [together("; " if number else "", row_link(facts, row)) for number, row in enumerate(rows[:MAX_LINKS])]
    more = total - min(len(rows), MAX_LINKS)
    return together("row " if total == 1 else "rows ", links, f" and {count(more)} more" if more else None)
