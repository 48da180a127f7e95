"""Why rows scored as they did, or have no score: how often each outcome occurs, with the sentence that explains it.

Rows without a reward, and rows that could not be read, are kept apart: neither is the policy's zero.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from graders.completion.layout_faults import meaning_in
from graders.pages import svg
from graders.pages.docs_links import outcome_link
from graders.pages.excerpt import VALUE, cut
from graders.pages.formatting import count, counted, percent
from graders.pages.html import Child, Markup, element, together
from graders.pages.page_blocks import Cell, PageSection, component, lead, note, table
from graders.report.facts import Facts
from graders.report.row_links import row_links
from graders.vocabulary.outcome import OUTCOMES, Outcome

LISTED = 20
"""So many error rows are listed; all are counted."""

_OUTCOME = {"component": "", "outcome": "", "what it means": "text", "rows": "number"}


def outcomes(facts: Facts) -> PageSection | None:
    """Every outcome of every component; None where no row was scored."""
    if not len(facts.scored):
        return None
    columns = _OUTCOME | {"share": "number", "": "bar"}
    said = lead("Each row has one outcome per component: the reason for its score.")
    return PageSection(
        "outcomes", "Outcomes", "Outcomes", [said, table("Outcomes by component", columns, _rows(facts))]
    )


def _rows(facts: Facts) -> Iterator[list[Child | Cell]]:
    for name, one in facts.diagnostics.components.items():
        for code, rows in one.outcomes.items():
            outcome, share = Outcome(code), rows / len(facts.scored)
            bar = svg.bar(share, tone=_tone(outcome))
            yield [*_outcome(facts, name, outcome, rows), Cell(percent(share), share), Cell(bar, share)]


def _outcome(facts: Facts, name: str, outcome: Outcome, rows: int) -> list[Child | Cell]:
    return [component(name), outcome_link(outcome), meaning_in(facts.reward.layout, outcome), Cell(count(rows), rows)]


def _tone(outcome: Outcome) -> str:
    if outcome.unscored:
        return "warn"
    return "fill" if outcome in {Outcome.MATCH, Outcome.GRADED} else "quiet"


def unscored(facts: Facts) -> PageSection:
    """What has no reward and what could not be read."""
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
    return table("Why completions have no reward", _OUTCOME | {"where": "text"}, _reasons(facts))


def _reasons(facts: Facts) -> Iterator[list[Child | Cell]]:
    for name, scores in facts.scored.scores.items():
        missing = np.isnan(scores.values)
        for code in np.unique(scores.codes[missing]).tolist():
            rows = np.flatnonzero(missing & (scores.codes == code))
            yield [*_outcome(facts, name, OUTCOMES[code], len(rows)), row_links(facts, rows[:9].tolist(), len(rows))]


def _errors(facts: Facts) -> Markup:
    listed = facts.scored.errors[:LISTED]
    more = facts.scored.error_count - len(listed)
    rows: list[list[Child | Cell]] = [[Cell(count(line + 1), line), cut(message, VALUE)] for line, message in listed]
    return together(
        table("Rows that could not be read", {"row": "number", "what is wrong": "text"}, rows),
        note(f"And {counted(more, 'more', 'more')}.") if more else None,
    )
