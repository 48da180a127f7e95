"""Tables for people: no lines, as wide as what stands in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.measure import Measurement
from rich.table import Table

_LONGEST = 160
"""Characters of a text in quotes that are printed."""

_WIDEST = 10_000
"""A width that no table has."""


def wide_console() -> Console:
    """Standard output; a file or a pipe has no width of its own, and tables get room there."""
    console = Console(highlight=False, soft_wrap=True)
    return console if console.is_terminal else Console(highlight=False, soft_wrap=True, width=160)


def plain_table(columns: str, rows: Iterable[Sequence[str]], last: str | None = None) -> Table:
    """A table whose first column is text and whose others are numbers.

    Args:
        columns: Their names, with ``|`` between them.
        rows: The cells; of each row or its beginning.
        last: A last column of text beside these, which may wrap where it is the outcomes.
    """
    table = Table(box=None, pad_edge=False, header_style="bold")
    for place, name in enumerate(columns.split("|")):
        table.add_column(name, justify="right" if place else "left", no_wrap=True)
    if last is not None:
        table.add_column(last, justify="left", no_wrap=last != "outcomes")
    for row in rows:
        table.add_row(*row)
    return table


def fits(table: Table, console: Console) -> bool:
    """Whether no cell of a table must wrap."""
    unbounded = console.options.update(max_width=_WIDEST)
    return Measurement.get(console, unbounded, table).maximum <= console.width


def print_lines(console: Console, lines: Iterable[str]) -> None:
    """Print lines as they are."""
    for line in lines:
        console.print(line, markup=False)


def quoted(text: str) -> str:
    """A text in quotes, cut in the middle, with what is invisible escaped."""
    half = _LONGEST // 2
    short = text if len(text) <= _LONGEST else f"{text[:half]} ... {text[-half:]}"
    return ascii(short) if not short.isprintable() else repr(short)
