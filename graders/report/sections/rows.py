"""A sample of rows to browse: each with its text, its reference, its components, and its reward taken apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import isnan
from typing import Any

from graders.pages.html import Child, Markup, element, together
from graders.report.blocks import Section, component, figures, lead, note, within
from graders.report.excerpt import ANSWER, COMPLETION, PROMPT, cut, shown_value, tagged
from graders.report.facts import Facts, ShownRow
from graders.report.formatting import DASH, count, counted, score

MAX_BYTES = 160_000
"""The rows together are no larger, so that the page stays below 300 KB; what does not fit is left out and counted."""

ALL = "all rows shown"


def fitting(facts: Facts) -> Facts:
    """The same, with as many rows of the sample as have room on the page; the others are counted."""
    ordered = _in_order_of_interest(facts)
    there = [*within((_card(facts, one) for one in ordered), MAX_BYTES)]
    sample = tuple(sorted(ordered[: len(there)], key=lambda one: one.row))
    return replace(facts, sample=sample, left_out=len(facts.sample) - len(sample))


def rows(facts: Facts) -> Section | None:
    """The whole section; None where there is no row to show."""
    if not facts.sample:
        return None
    cards = [_card(facts, one) for one in _in_order_of_interest(facts)]
    changed = sum(one.scores_otherwise for one in facts.sample)
    content = together(
        lead(
            f"{counted(len(cards), 'row')} of {count(len(facts.scored))}: mistaken ones first, then some behind each "
            f"alarm and each outcome, and some by chance."
        ),
        note(f"{counted(facts.left_out, 'row')} more would not fit on this page.") if facts.left_out else None,
        element(
            "p",
            f"{counted(changed, 'row')} would be given another reward by the reward at hand than the file "
            "says: another version, or other settings.",
            class_="warning",
        )
        if changed
        else None,
        note(facts.reward.why_not_explained) if facts.reward.why_not_explained else None,
        _controls(facts),
        element("ul", cards, class_="cards", id="cards"),
        note(
            f"A completion is cut to its first {COMPLETION[0]} and last {COMPLETION[1]} characters. Characters that "
            "can't be seen, or that turn the text around, are shown by their number."
        ),
    )
    return Section("rows", "Rows", "Rows", content)


def _in_order_of_interest(facts: Facts) -> list[ShownRow]:
    """Mistaken rows first; within each kind in the order of the file."""
    first = {"paid wrongly": 0, "refused wrongly": 1}
    return sorted(facts.sample, key=lambda one: (min(first.get(reason, 2) for reason in one.reasons), one.row))


def _controls(facts: Facts) -> Markup:
    """What scripts make work; without them it is not there."""
    reasons = sorted({reason for one in facts.sample for reason in one.reasons}, key=_rank)
    orders = (("", "as listed"), ("reward", "reward"), ("length", "answer length"), ("row", "row number"))
    return element(
        "form",
        element("label", "Search ", element("input", type="search", id="search", autocomplete="off")),
        element(
            "label",
            "Show ",
            element(
                "select",
                element("option", ALL, value=""),
                [element("option", reason) for reason in reasons],
                id="reason",
            ),
        ),
        element(
            "label",
            "Order by ",
            element("select", [element("option", name, value=value) for value, name in orders], id="order"),
        ),
        element("button", "Open all", type="button", id="toggle"),
        element("output", id="found", aria_live="polite"),
        id="controls",
        class_="controls",
        hidden=True,
        aria_label="Search, choose and order rows",
    )


def _rank(reason: str) -> tuple[int, str]:
    kinds = ("paid", "refused", "alarm")
    return next((number for number, kind in enumerate(kinds) if reason.startswith(kind)), len(kinds)), reason


def _card(facts: Facts, one: ShownRow) -> Markup:
    opened = element("div", _texts(facts, one), _components(one), _sum(one), class_="opened", id=one.anchor)
    return element(
        "li",
        element("details", _summary(one), opened),
        class_="card",
        data_row=one.row,
        data_reward=-1 if one.reward is None else one.reward,
        data_length=one.length,
        data_reasons="|".join(one.reasons),
    )


def _summary(one: ShownRow) -> Markup:
    tone = "danger" if "paid wrongly" in one.reasons else "warn" if "refused wrongly" in one.reasons else None
    answer = element("bdi", cut(one.answer, (60, 20))) if one.answer is not None else element("i", "no answer")
    label = None if one.label is None else element("span", f"label {one.label}", class_="label-of")
    return element(
        "summary",
        element("span", f"Row {one.place}", class_="place"),
        element("span", score(one.reward) if one.reward is not None else "unscored", class_="reward"),
        label,
        element("span", answer, class_="answer-of"),
        element("span", one.reasons[0], class_=f"badge {tone or ''}".strip()),
    )


def _texts(facts: Facts, one: ShownRow) -> Markup:
    blocks: list[tuple[str, Child]] = [("prompt", cut(one.prompt, PROMPT))] if one.prompt else []
    blocks.append(
        (
            f"completion, {counted(len(one.completion), 'character')}",
            tagged(one.completion, one.answer, facts.reward.tags),
        )
    )
    pairs = [
        ("answer that was read", DASH if one.answer is None else cut(one.answer, ANSWER)),
        ("reference", DASH if one.reference is None else cut(one.reference, ANSWER)),
    ]
    shown = [
        element("div", element("h3", name), element("pre", text, dir="auto"), class_="text") for name, text in blocks
    ]
    asides: list[tuple[str, Child]] = [("why it is shown", ", ".join(one.reasons))]
    if facts.has_groups:
        asides.append(("group", count(one.group + 1)))
    return together(shown, figures([(name, element("bdi", value)) for name, value in pairs] + asides, "facts small"))


def _components(one: ShownRow) -> Markup:
    """The components of a row, with what was compared where the reward has been taken apart."""
    parts = {part["name"]: part for part in one.explanation["components"]} if one.explanation else {}
    head = [
        element("th", name, scope="col") for name in ("component", "weight", "score", "outcome", "what was compared")
    ]
    if not parts:
        del head[4], head[1]
    body = [_component(one, name, parts.get(name)) for name in one.scores]
    built = element(
        "table",
        element("caption", "Components", class_="unseen"),
        element("thead", element("tr", head)),
        element("tbody", body),
        class_="parts",
    )
    return element(
        "div", built, class_="scroll", role="region", tabindex="0", aria_label=f"Components of row {one.place}"
    )


def _component(one: ShownRow, name: str, part: Mapping[str, Any] | None) -> Markup:
    value, outcome = one.scores[name], one.outcomes[name]
    cells: list[Child] = [
        DASH if isnan(value) else score(value),
        together(element("code", str(outcome)), ": ", outcome.meaning),
    ]
    if part is not None:
        cells = [f"{part['weight']:.4g}", *cells, _compared(one, part)]
    return element("tr", element("th", component(name), scope="row"), [element("td", cell) for cell in cells])


def _compared(one: ShownRow, part: Mapping[str, Any]) -> Markup | None:
    """What a scorer says it compared, without what stands on the card already."""
    above = {"answer": one.answer, "reference": one.reference, "equal": part["score"] == 1, "outcome": part["outcome"]}
    pairs = [
        (name.replace("_", " "), shown_value(value))
        for comparison in part["compared"][:3]
        for name, value in comparison.items()
        if name not in above or above[name] != value
    ]
    said = [element("div", element("dt", name), element("dd", element("bdi", value))) for name, value in pairs]
    return element("dl", said, class_="compared") if said else None


def _sum(one: ShownRow) -> Markup | None:
    if one.explanation is None:
        return None
    otherwise = element("p", f"The file says {score(one.reward)}.", class_="warning") if one.scores_otherwise else None
    return together(element("p", one.explanation["sum"], class_="sum"), otherwise)
