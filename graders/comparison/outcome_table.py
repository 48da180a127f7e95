"""The part of the page that says which outcomes became which."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from graders.comparison.changes import Comparison, OutcomeChange
from graders.comparison.comparison_rows import RowsShown
from graders.pages import svg
from graders.pages.docs_links import outcome_link
from graders.pages.formatting import count, counted
from graders.pages.html import Child, Markup, element, together
from graders.pages.page_blocks import Cell, component, lead, table

_COLUMNS = {"outcome in A": "", "outcome in B": "", "completions": "number", "": "bar", "for example": ""}


def changed_outcomes(found: Comparison, shown: RowsShown) -> Markup:
    """A table for each component, the one that changes most first."""
    if not found.outcomes:
        return element("p", "No completion has another outcome in B than in A.", class_="all-clear")
    by_component: dict[tuple[str, str], list[OutcomeChange]] = {}
    for one in found.outcomes:
        by_component.setdefault((one.component_a, one.component_b), []).append(one)
    tables = (_table(names, changes, found.pairs, shown) for names, changes in by_component.items())
    return together(lead("How often each outcome became another, and why the verdicts moved."), *tables)


def _table(names: tuple[str, str], changes: Sequence[OutcomeChange], pairs: int, shown: RowsShown) -> Markup:
    total, most = sum(one.count for one in changes), changes[0].count
    named = dict.fromkeys(names)
    heading = element("h3", *_between(" → ", [component(name) for name in named]))
    caption = f"{counted(total, 'outcome')} of {count(pairs)} changed"
    return together(heading, table(caption, _COLUMNS, (_row(one, most, shown) for one in changes)))


def _between(separator: str, parts: Sequence[Markup]) -> Iterator[Child]:
    for number, part in enumerate(parts):
        yield from ([separator] if number else [])
        yield part


def _row(one: OutcomeChange, most: int, shown: RowsShown) -> list[Child | Cell]:
    row = one.example
    example = None if row is None else shown.link(row, f"row {row.line_a + 1}")
    bar = svg.bar(one.count / most)
    return [outcome_link(one.a), outcome_link(one.b), Cell(count(one.count), one.count), bar, example]
