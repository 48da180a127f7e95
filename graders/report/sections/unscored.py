"""Rows without a reward, and rows that could not be read: kept apart, since neither is the policy's zero."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from graders.outcome import OUTCOMES
from graders.pages.excerpt import VALUE, cut
from graders.pages.formatting import count, counted
from graders.pages.html import Child, Markup, element, together
from graders.pages.page_blocks import Cell, PageSection, component, lead, note, table
from graders.report.facts import Facts
from graders.report.row_links import row_links

LISTED = 20
"""So many error rows are listed; all are counted."""


def unscored(facts: Facts) -> PageSection:
    """The whole section."""
    rows, errors = int(np.isnan(facts.scored.rewards).sum()), facts.scored.error_count
    content = element("p", "Every row was read, and every row has a reward.", class_="all-clear")
    if rows or errors:
        said = (
            f"{counted(rows, 'completion has', 'completions have')} no reward, and {counted(errors, 'row')} could not "
            "be read. Neither is a zero: nothing here says that the policy is wrong."
        )
        content = together(lead(said), _unscored(facts) if rows else None, _errors(facts) if errors else None)
    return PageSection("unscored", "Unscored", "Unscored and error rows", content)


def _unscored(facts: Facts) -> Markup:
    columns = {"component": "", "outcome": "", "what it means": "text", "rows": "number", "where": "text"}
    return table("Why completions have no reward", columns, _reasons(facts))


def _reasons(facts: Facts) -> Iterator[list[Child | Cell]]:
    for name, scores in facts.scored.scores.items():
        missing = np.isnan(scores.values)
        for code in np.unique(scores.codes[missing]).tolist():
            rows = np.flatnonzero(missing & (scores.codes == code))
            yield [
                component(name),
                element("code", str(OUTCOMES[code])),
                OUTCOMES[code].meaning,
                Cell(count(len(rows)), len(rows)),
                row_links(facts, rows[:9].tolist(), len(rows)),
            ]


def _errors(facts: Facts) -> Markup:
    listed = facts.scored.errors[:LISTED]
    more = facts.scored.error_count - len(listed)
    rows: list[list[Child | Cell]] = [[Cell(count(line + 1), line), cut(message, VALUE)] for line, message in listed]
    return together(
        table("Rows that could not be read", {"row": "number", "what is wrong": "text"}, rows),
        note(f"And {counted(more, 'more', 'more')}.") if more else None,
    )
