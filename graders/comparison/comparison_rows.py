"""The rows that a comparison shows: the largest falls and rises, and one behind each change of outcome."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from graders.comparison.changes import ChangedRow, Comparison
from graders.comparison.comparison_words import outcomes, place, shown
from graders.pages.card_list import CardLine, card_list
from graders.pages.excerpt import ANSWER, COMPLETION, PROMPT, cut
from graders.pages.html import Child, Markup, element, together
from graders.pages.page_blocks import card, figures, lead, written

_ORDERS = {"change": "change of the reward", "row": "row number"}
_SHORT = (40, 40)


@dataclass
class RowsShown:
    """Rows by their place, each with the reasons why it is shown.

    Attributes:
        rows: The rows by output row and position in A.
        reasons: Why each is shown.
    """

    rows: dict[tuple[int, int], ChangedRow] = field(default_factory=dict)
    reasons: dict[tuple[int, int], list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, found: Comparison) -> RowsShown:
        """Gather them."""
        made = cls()
        for reason, row in _with_reasons(found):
            where = row.line_a, row.position
            made.rows.setdefault(where, row)
            made.reasons.setdefault(where, []).append(reason)
        return made

    def link(self, row: ChangedRow | None, said: str) -> Markup:
        """What is said of a row, as a link to where it is shown."""
        is_shown = row is not None and (row.line_a, row.position) in self.rows
        return element("a", said, href=f"#{_anchor(row)}") if row and is_shown else together(said)

    @property
    def html(self) -> Markup:
        """The list, with its controls."""
        kinds = dict.fromkeys(reason for reasons in self.reasons.values() for reason in reasons)
        built = (_card(row, self.reasons[where]) for where, row in self.rows.items())
        said = lead("The largest falls and rises of the reward, then a row for each change of outcome.")
        return together(said, card_list(built, [*kinds], _ORDERS, kind="cards two-sided"))


def _with_reasons(found: Comparison) -> Iterator[tuple[str, ChangedRow]]:
    yield from (("largest falls", row) for row in found.falls)
    yield from (("largest rises", row) for row in found.rises)
    yield from ((f"{one.a} → {one.b}", one.example) for one in found.outcomes if one.example)
    largest = found.groups.largest if found.groups else ()
    yield from (("groups that change most", one.example) for one in largest if one.example)


def _anchor(row: ChangedRow) -> str:
    return f"row-{row.line_a + 1}-{row.position + 1}"


def _card(row: ChangedRow, reasons: list[str]) -> Markup:
    moved = (row.reward_b or 0.0) - (row.reward_a or 0.0)
    data: dict[str, str | float | None] = {
        "data_row": row.line_a,
        "data_change": moved,
        "data_reasons": "|".join(reasons),
    }
    return card(_line(row, reasons[0]).html, *_texts(row, reasons), anchor=_anchor(row), **data)


def _line(row: ChangedRow, reason: str) -> CardLine:
    label = None if row.label is None else f"label {row.label}"
    answer = "no answer" if row.answer_a is None else together("“", cut(row.answer_a, _SHORT), "”")
    text = together(element("bdi", answer), " for ", element("bdi", "“", cut(row.reference, _SHORT), "”"))
    rewards = f"{shown(row.reward_a)} → {shown(row.reward_b)}"
    return CardLine(f"Row {place(row)}", rewards, label, text, reason, "danger" if reason.endswith("falls") else None)


def _texts(row: ChangedRow, reasons: list[str]) -> Iterator[Markup]:
    yield written("prompt", cut(row.prompt, PROMPT))
    yield written("completion", cut(row.completion, COMPLETION))
    answers = {"answer": row.answer_a}
    if row.answer_a != row.answer_b:
        answers = {"answer in A": row.answer_a, "answer in B": row.answer_b}
    facts: dict[str, Child] = {"reference": element("bdi", cut(row.reference, ANSWER))}
    facts |= {name: element("bdi", "none" if one is None else cut(one, ANSWER)) for name, one in answers.items()}
    facts |= {name: outcomes(one) for name, one in row.components.items()}
    yield figures([*facts.items(), ("why it is shown", ", ".join(reasons))], "facts long")
