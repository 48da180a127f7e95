"""The examples of an audit: mutants that were paid and right answers that were refused, to browse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from graders.audit.audit_result import Audit, Example
from graders.audit.audit_words import worst_first
from graders.pages.card_list import CardLine, card_list
from graders.pages.docs_links import outcome_link
from graders.pages.excerpt import WHOLE, cut, shown_value
from graders.pages.formatting import counted, score
from graders.pages.html import Child, Markup, element, together
from graders.pages.page_blocks import PageSection, card, component, figures, lead, written

Anchors = dict[tuple[str, str, str], str]
"""The id of an example by component, family and kind."""

PAID, REFUSED = "tricks that were paid", "right answers that were refused"
_ORDERS = {"row": "row number"}
_SHORT = (60, 20)


class Shown(NamedTuple):
    """An example with what misjudged it.

    Attributes:
        component: The component.
        family: The family.
        kind: `PAID` or `REFUSED`.
        example: The example.
    """

    component: str
    family: str
    kind: str
    example: Example


def examples(audit: Audit) -> PageSection | None:
    """The whole section; None where nothing was misjudged."""
    found = [*_all(audit)]
    if not found:
        return None
    rows = len({one.example.line for one in found})
    said = lead(f"The worst of each family: {counted(len(found), 'example')} from {counted(rows, 'row')}.")
    several = len({one.component for one in found}) > 1
    filters = dict.fromkeys(reason for one in found for reason in _reasons(one, several=several))
    built = (_card(one, f"example-{number}", several=several) for number, one in enumerate(found, start=1))
    listed = card_list(built, sorted(filters, key=_rank), _ORDERS, noun=("example", "examples"), kind="cards judged")
    return PageSection("examples", "Examples", "Examples", together(said, listed))


def anchors(audit: Audit) -> Anchors:
    """Where the first example of each component, family and kind is."""
    found: Anchors = {}
    for number, one in enumerate(_all(audit), start=1):
        found.setdefault((one.component, one.family, one.kind), f"example-{number}")
    return found


def family_link(links: Anchors, component: str, family: str, kind: str) -> Markup:
    """A family's name, linked to its first example where there is one."""
    name, anchor = element("code", family), links.get((component, family, kind))
    return element("a", name, href=f"#{anchor}") if anchor else name


def _all(audit: Audit) -> Iterator[Shown]:
    for name, one in worst_first(audit):
        for family in one.holes:
            yield from (Shown(name, family, PAID, example) for example in one.families[family].examples)
    for name, one in worst_first(audit):
        for family in one.refusals:
            yield from (Shown(name, family, REFUSED, example) for example in one.families[family].refusals)


def _reasons(one: Shown, *, several: bool) -> list[str]:
    """What shows an example when it is chosen: its kind, its family, and its component where there are several."""
    return [one.kind, *([one.component] if several else []), one.family]


def _rank(reason: str) -> tuple[bool, str]:
    return reason not in {PAID, REFUSED}, reason


def _card(one: Shown, anchor: str, *, several: bool) -> Markup:
    line = CardLine(
        f"Row {one.example.line}",
        f"paid {score(one.example.score)}",
        f"deserves {score(one.example.deserved)}",
        element("bdi", "no answer" if one.example.answer is None else cut(one.example.answer, _SHORT)),
        one.family,
        "danger" if one.kind == PAID else "warn",
    )
    opened = written("completion", cut(one.example.text, WHOLE)), figures(_facts(one), "facts long")
    reasons = "|".join(_reasons(one, several=several))
    return card(line.html, *opened, anchor=anchor, data_row=one.example.line, data_reasons=reasons)


def _facts(one: Shown) -> Iterator[tuple[str, Child]]:
    example = one.example
    yield "trick" if one.kind == PAID else "form", f"{example.trick} ({one.family})"
    yield "component", component(one.component)
    yield "reference", element("bdi", cut(example.reference, WHOLE))
    yield "answer that was read", element("bdi", "none" if example.answer is None else cut(example.answer, WHOLE))
    yield "outcome", together(outcome_link(str(example.why.get("outcome"))), f": {example.why.get('meaning')}")
    yield from _compared(example.why.get("compared") or [])


def _compared(comparisons: list[Mapping[str, Any]]) -> Iterator[tuple[str, Child]]:
    """What a scorer says it compared, beyond what stands above it."""
    for comparison in comparisons[:1]:
        for name, value in comparison.items():
            if name not in {"answer", "reference", "outcome", "equal"}:
                yield name.replace("_", " "), element("bdi", shown_value(value))
