"""Why rows scored as they did: how often each outcome occurs, with the sentence that explains it."""

from __future__ import annotations

from collections.abc import Iterator

from graders.outcome import Outcome
from graders.pages import svg
from graders.pages.formatting import count, percent
from graders.pages.html import Child, element, together
from graders.pages.page_blocks import Cell, PageSection, component, lead, table
from graders.report.facts import Facts


def outcomes(facts: Facts) -> PageSection | None:
    """The whole section; None where no row was scored."""
    if not len(facts.scored):
        return None
    columns = {"component": "", "outcome": "", "what it means": "text", "rows": "number", "share": "number", "": "bar"}
    content = together(
        lead("Each component says of each row why it scored so."),
        table("Outcomes by component", columns, _rows(facts)),
    )
    return PageSection("outcomes", "Outcomes", "Outcomes", content)


def _rows(facts: Facts) -> Iterator[list[Child | Cell]]:
    for name, one in facts.diagnostics.components.items():
        for code, rows in one.outcomes.items():
            outcome, share = Outcome(code), rows / len(facts.scored)
            yield [
                component(name),
                element("code", code),
                outcome.meaning,
                Cell(count(rows), rows),
                Cell(percent(share), share),
                Cell(svg.bar(share, tone=_tone(outcome)), share),
            ]


def _tone(outcome: Outcome) -> str:
    if outcome.unscored:
        return "warn"
    return "fill" if outcome in {Outcome.MATCH, Outcome.GRADED} else "quiet"
