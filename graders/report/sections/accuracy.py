"""Accuracy against labels: the confusion table and the mistaken rows, those that are paid wrongly first."""

from __future__ import annotations

from collections.abc import Sequence

from graders.offline.results.summary import Accuracy
from graders.pages.excerpt import cut
from graders.pages.formatting import DASH, count, counted, figure, score
from graders.pages.html import Child, Markup, element, together
from graders.pages.page_blocks import Cell, PageSection, figures, lead, note, table
from graders.report.facts import Facts, ShownRow
from graders.report.row_links import row_link, row_links

LISTED = 24
"""So many mistaken rows of each kind are listed with their answers; the others are named."""

_EXPLAIN = element("code", "graders explain REWARD FILE --row N"), " takes one apart."

SHORT = (60, 30)
"""Characters of an answer and of a reference in a table."""


def accuracy(facts: Facts) -> PageSection | None:
    """The whole section; None without labels."""
    agreement = facts.agreement
    if agreement is None:
        return None
    counts = agreement.accuracy
    content = together(
        lead(_verdict(counts)),
        element("div", _confusion(counts), _shares(counts), class_="split"),
        _mistakes(facts, "False positives", "paid although labelled wrong", agreement.paid_wrongly.tolist()),
        _mistakes(facts, "False negatives", "refused although labelled right", agreement.refused_wrongly.tolist()),
        note(
            "A completion counts as paid if the weighted mean of its graders, without the format, is at least "
            "one half.",
            None if facts.reward.weights else " The weights are unknown, so all graders count the same here.",
        ),
    )
    return PageSection("accuracy", "Accuracy", "Accuracy against labels", content)


def _verdict(counts: Accuracy) -> str:
    if counts.false_positives:
        return (
            f"{counted(counts.false_positives, 'completion is', 'completions are')} paid although labelled wrong, "
            f"and {count(counts.false_negatives)} refused although labelled right."
        )
    if counts.false_negatives:
        refused = counted(counts.false_negatives, "right completion is", "right completions are")
        return f"No false positive; {refused} refused."
    return f"Every one of {counted(counts.rows, 'label')} agrees."


def _confusion(counts: Accuracy) -> Markup:
    """Two by two: labels down, payments across."""
    rows: list[list[Child | Cell]] = [
        ["labelled right", _tally(counts.true_positives, "good"), _tally(counts.false_negatives, "lost")],
        ["labelled wrong", _tally(counts.false_positives, "bad"), _tally(counts.true_negatives, "good")],
    ]
    columns = {"label": "", "paid": "", "not paid": ""}
    return table(f"Confusion of {counted(counts.rows, 'labelled row')}", columns, rows, kind="confusion")


def _tally(rows: int, tone: str) -> Cell:
    return Cell(count(rows), tone=tone if rows else "none")


def _shares(counts: Accuracy) -> Markup:
    shares = {
        "accuracy": counts.accuracy,
        "precision: paid rows that are right": counts.precision,
        "recall: right rows that are paid": counts.recall,
    }
    return figures((name, figure(share, ".4f")) for name, share in shares.items())


def _mistakes(facts: Facts, title: str, meaning: str, rows: Sequence[int]) -> Markup | None:
    """The rows of one kind of mistake: those that the page shows as a table, the rest by their numbers."""
    if not rows:
        return None
    listed = [facts.shown[row] for row in rows if row in facts.shown][:LISTED]
    columns = {"row": "number", "reward": "number", "answer that was read": "text", "reference": "text", "outcomes": ""}
    rest = sorted({*rows} - {one.row for one in listed})
    return together(
        element("h3", f"{title}: {counted(len(rows), 'row')} {meaning}"),
        table(f"{title}, with what was read and what was expected", columns, [_mistake(facts, one) for one in listed])
        if listed
        else None,
        note("No room on this page for ", row_links(facts, rest, len(rest)), "; ", *_EXPLAIN) if rest else None,
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
