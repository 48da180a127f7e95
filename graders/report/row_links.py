"""Rows by their places, as links to where the page shows them."""

from __future__ import annotations

from collections.abc import Sequence

from graders.pages.formatting import count
from graders.pages.html import Markup, element, together
from graders.report.facts import Facts

MAX_LINKS = 24
"""So many rows are named in a line of them."""


def row_link(facts: Facts, row: int) -> Markup:
    """The place of a row, as a link where the page shows it."""
    shown = facts.shown.get(row)
    return (
        element("a", facts.scored.place(row), href=f"#{shown.anchor}") if shown else together(facts.scored.place(row))
    )


def row_links(facts: Facts, rows: Sequence[int], total: int) -> Markup:
    """The places of some rows in a line, and how many more there are."""
    links = [together("; " if number else "", row_link(facts, row)) for number, row in enumerate(rows[:MAX_LINKS])]
    more = total - min(len(rows), MAX_LINKS)
    return together("row " if total == 1 else "rows ", links, f" and {count(more)} more" if more else None)
