"""A sample of rows to browse: each with its text, its reference, its components, and its reward taken apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import accumulate, takewhile
from typing import Any

from graders.completion.layout_faults import meaning_in
from graders.pages.card_list import CardLine, card_list
from graders.pages.docs_links import outcome_link
from graders.pages.excerpt import ANSWER, COMPLETION, PROMPT, cut, shown_value, tagged
from graders.pages.formatting import DASH, count, counted, score
from graders.pages.html import Child, Markup, element, together
from graders.pages.page_blocks import PageSection, card, component, figures, lead, note, table, written
from graders.report.facts import Facts, ShownRow

MAX_BYTES = 150_000
"""The rows together are no larger, so that the page stays below 300 KB; what does not fit is left out and counted."""

ORDERS = {"reward": "reward", "length": "answer length", "row": "row number"}
SCORES_OTHERWISE = " would get another reward today than the file says: the version or the settings differ."


def fitting(facts: Facts) -> Facts:
    """The same, with as many rows of the sample as have room on the page; the others are counted."""
    ordered = _in_order_of_interest(facts)
    sizes = accumulate(len(_card(facts, one).encode()) for one in ordered)
    room = len([*takewhile(lambda size: size <= MAX_BYTES, sizes)])
    sample = tuple(sorted(ordered[:room], key=lambda one: one.row))
    return replace(facts, sample=sample, left_out=len(facts.sample) - len(sample))


def rows(facts: Facts) -> PageSection | None:
    """The whole section; None where there is no row to show."""
    if not facts.sample:
        return None
    changed = sum(one.scores_otherwise for one in facts.sample)
    content = together(
        lead(
            f"{counted(len(facts.sample), 'row')} of {count(len(facts.scored))}: mistakes first, then examples of each "
            f"alarm and outcome, and some at random."
        ),
        note(f"{counted(facts.left_out, 'row')} more would not fit on this page.") if facts.left_out else None,
        element("p", counted(changed, "row"), SCORES_OTHERWISE, class_="warning") if changed else None,
        note(facts.reward.why_not_explained) if facts.reward.why_not_explained else None,
        card_list((_card(facts, one) for one in _in_order_of_interest(facts)), _reasons(facts), ORDERS),
        note(
            f"A completion is cut to its first {COMPLETION[0]} and last {COMPLETION[1]} characters. Characters that "
            "are invisible, or that reverse the direction of text, are shown by their code point."
        ),
    )
    return PageSection("rows", "Rows", "Rows", content)


def _in_order_of_interest(facts: Facts) -> list[ShownRow]:
    """Mistaken rows first; within each kind in the order of the file."""
    first = {"paid wrongly": 0, "refused wrongly": 1}
    return sorted(facts.sample, key=lambda one: (min(first.get(reason, 2) for reason in one.reasons), one.row))


def _reasons(facts: Facts) -> list[str]:
    """Why rows are shown, what is mistaken first."""
    return sorted({reason for one in facts.sample for reason in one.reasons}, key=_rank)


def _rank(reason: str) -> tuple[int, str]:
    kinds = ("paid", "refused", "alarm")
    return next((number for number, kind in enumerate(kinds) if reason.startswith(kind)), len(kinds)), reason


def _card(facts: Facts, one: ShownRow) -> Markup:
    data = {
        "data_row": one.row,
        "data_reward": -1 if one.reward is None else one.reward,
        "data_length": one.length,
        "data_reasons": "|".join(one.reasons),
    }
    return card(_summary(one), _texts(facts, one), _components(facts, one), _sum(one), anchor=one.anchor, **data)


def _summary(one: ShownRow) -> Markup:
    tone = "danger" if "paid wrongly" in one.reasons else "warn" if "refused wrongly" in one.reasons else None
    return CardLine(
        f"Row {one.place}",
        score(one.reward) if one.reward is not None else "unscored",
        None if one.label is None else f"label {one.label}",
        element("bdi", cut(one.answer, (60, 20))) if one.answer is not None else element("i", "no answer"),
        one.reasons[0],
        tone,
    ).html


def _texts(facts: Facts, one: ShownRow) -> Markup:
    completion = tagged(one.completion, one.answer, facts.reward.tags)
    read = {"answer that was read": one.answer, "reference": one.reference}
    asides: list[tuple[str, Child]] = [
        (name, element("bdi", DASH if value is None else cut(value, ANSWER))) for name, value in read.items()
    ]
    asides.append(("why it is shown", ", ".join(one.reasons)))
    if facts.has_groups:
        asides.append(("group", count(one.group + 1)))
    return together(
        written("prompt", cut(one.prompt, PROMPT)) if one.prompt else None,
        written(f"completion, {counted(len(one.completion), 'character')}", completion),
        figures(asides, "facts small"),
    )


def _components(facts: Facts, one: ShownRow) -> Markup:
    """The components of a row, with what was compared where the reward has been taken apart."""
    parts = {part["name"]: part for part in one.explanation["components"]} if one.explanation else {}
    names = ["component", "weight", "score", "outcome", "what was compared"]
    columns = dict.fromkeys(names if parts else ["component", "score", "outcome"], "")
    rows = (_component(facts, one, name, parts.get(name)) for name in one.scores)
    return table(f"Components of row {one.place}", columns, rows, kind="parts")


def _component(facts: Facts, one: ShownRow, name: str, part: Mapping[str, Any] | None) -> list[Child]:
    outcome = one.outcomes[name]
    meaning = meaning_in(facts.reward.layout, outcome)
    found: list[Child] = [score(one.scores[name]), together(outcome_link(outcome), ": ", meaning)]
    if part is not None:
        found = [f"{part['weight']:.4g}", *found, _compared(one, part)]
    return [component(name), *found]


def _compared(one: ShownRow, part: Mapping[str, Any]) -> Markup | None:
    """What a scorer says it compared, without what stands on the card already."""
    above = {"answer": one.answer, "reference": one.reference, "equal": part["score"] == 1, "outcome": part["outcome"]}
    pairs = [
        (name.replace("_", " "), shown_value(value))
        for comparison in part["compared"][:3]
        for name, value in comparison.items()
        if name not in above or above[name] != value
    ]
    return figures(((name, element("bdi", value)) for name, value in pairs), "compared") if pairs else None


def _sum(one: ShownRow) -> Markup | None:
    if one.explanation is None:
        return None
    otherwise = element("p", f"The file says {score(one.reward)}.", class_="warning") if one.scores_otherwise else None
    return together(element("p", one.explanation["sum"], class_="sum"), otherwise)
