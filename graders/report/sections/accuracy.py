"""Accuracy against labels: the confusion table and the mistaken rows, those that are paid wrongly first."""

from __future__ import annotations

from collections.abc import Sequence

from graders.offline.results.summary import Accuracy
from graders.pages.html import Child, Markup, element, together
from graders.report.blocks import Cell, Section, figures, lead, note, row_link, row_links, table
from graders.report.excerpt import cut
from graders.report.facts import Facts, ShownRow
from graders.report.formatting import DASH, count, counted, figure, score

LISTED = 24
"""So many mistaken rows of each kind are listed with their answers; the others are named."""

SHORT = (60, 30)
"""Characters of an answer and of a reference in a table."""


def accuracy(facts: Facts) -> Section | None:
    """The whole section; None without labels."""
    agreement = facts.agreement
    if agreement is None:
        return None
    counts = agreement.accuracy
    content = together(
        lead(_verdict(counts)),
        element("div", _confusion(counts), _shares(counts), class_="split"),
        _mistakes(facts, "Paid although labelled wrong", agreement.paid_wrongly.tolist(), "These can be gamed"),
        _mistakes(facts, "Refused although labelled right", agreement.refused_wrongly.tolist(), "Lost signal"),
        note(
            "A completion counts as paid where the weighted mean of its graders, the format left out, is at least "
            "one half.",
            None if facts.reward.weights else " No weights are known: all graders count the same here.",
        ),
    )
    return Section("accuracy", "Accuracy", "Accuracy against labels", content)


def _verdict(counts: Accuracy) -> str:
    if counts.false_positives:
        return (
            f"{counted(counts.false_positives, 'completion is', 'completions are')} paid although labelled wrong, "
            f"and {count(counts.false_negatives)} refused although labelled right."
        )
    if counts.false_negatives:
        refused = counted(counts.false_negatives, "right completion is", "right completions are")
        return f"Nothing is paid wrongly; {refused} refused."
    return f"Every one of {counted(counts.rows, 'label')} agrees."


def _confusion(counts: Accuracy) -> Markup:
    """Two by two: labels down, payments across."""
    head = element("tr", element("td"), [element("th", name, scope="col") for name in ("paid", "not paid")])
    rows = [
        _confusion_row("labelled right", (counts.true_positives, "good"), (counts.false_negatives, "lost")),
        _confusion_row("labelled wrong", (counts.false_positives, "bad"), (counts.true_negatives, "good")),
    ]
    return element(
        "table",
        element("caption", f"Confusion of {counted(counts.rows, 'labelled row')}"),
        element("thead", head),
        element("tbody", rows),
        class_="confusion",
    )


def _confusion_row(name: str, *cells: tuple[int, str]) -> Markup:
    shown = [element("td", count(rows), class_=tone if rows else "none") for rows, tone in cells]
    return element("tr", element("th", name, scope="row"), shown)


def _shares(counts: Accuracy) -> Markup:
    return figures(
        [
            ("accuracy", figure(counts.accuracy, 4)),
            ("precision: paid rows that are right", figure(counts.precision, 4)),
            ("recall: right rows that are paid", figure(counts.recall, 4)),
        ]
    )


def _mistakes(facts: Facts, title: str, rows: Sequence[int], meaning: str) -> Markup | None:
    """The rows of one kind of mistake: those that the page shows as a table, the rest by their numbers."""
    if not rows:
        return None
    listed = [facts.shown[row] for row in rows if row in facts.shown][:LISTED]
    columns = {"row": "number", "reward": "number", "answer that was read": "text", "reference": "text", "outcomes": ""}
    rest = sorted({*rows} - {one.row for one in listed})
    return together(
        element("h3", f"{title}: {counted(len(rows), 'row')}"),
        table(f"{meaning}: {title.lower()}", columns, [_mistake(facts, one) for one in listed]) if listed else None,
        note("Not shown here: ", row_links(facts, rest, len(rest))) if rest else None,
    )


def _mistake(facts: Facts, one: ShownRow) -> list[Child | Cell]:
    said = [element("li", name, " ", element("b", outcome)) for name, outcome in one.outcomes.items()]
    return [
        Cell(row_link(facts, one.row), one.row),
        score(one.reward),
        _words(one.answer),
        _words(one.reference),
        element("ul", said, class_="inline"),
    ]


def _words(value: str | None) -> Markup:
    return element("bdi", DASH if value is None else cut(value, SHORT))
