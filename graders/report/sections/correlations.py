"""Correlation of components: which say the same, and which work against each other."""

from __future__ import annotations

from collections.abc import Sequence

from graders.pages.html import Markup, element, together
from graders.report.blocks import Section, component, lead, note
from graders.report.facts import Facts
from graders.report.formatting import DASH

STEPS = 5
"""Shades of a cell, for each sign."""


def correlations(facts: Facts) -> Section | None:
    """The whole section; None with fewer than two components that vary."""
    pairs = facts.diagnostics.correlations
    if not pairs:
        return None
    names = [name for name in facts.diagnostics.components if any(name in pair.split("~") for pair in pairs)]
    strongest = max(pairs, key=lambda pair: abs(pairs[pair]))
    one, other = strongest.split("~")
    said = lead(
        "The strongest correlation is ",
        element("b", _number(pairs[strongest])),
        " between ",
        component(one),
        " and ",
        component(other),
        ".",
    )
    content = together(said, _matrix(names, pairs), note("Over scored rows; constant components are left out."))
    return Section("correlations", "Correlation", "Correlation of components", content)


def _matrix(names: Sequence[str], pairs: dict[str, float]) -> Markup:
    head = element("tr", element("td"), [element("th", component(name), scope="col") for name in names])
    body = [
        element("tr", element("th", component(one), scope="row"), [_cell(one, other, pairs) for other in names])
        for one in names
    ]
    caption = "Correlation of each two components"
    built = element(
        "table", element("caption", caption), element("thead", head), element("tbody", body), class_="matrix"
    )
    return element("div", built, class_="scroll", role="region", tabindex="0", aria_label=caption)


def _cell(one: str, other: str, pairs: dict[str, float]) -> Markup:
    if one == other:
        return element("td", "1", class_="self")
    value = pairs.get(f"{one}~{other}", pairs.get(f"{other}~{one}"))
    if value is None:
        return element("td", DASH)
    return element("td", _number(value), class_=f"{'plus' if value > 0 else 'minus'}-{round(abs(value) * STEPS)}")


def _number(value: float) -> str:
    """With a true minus sign.

    >>> _number(-0.25)
    '−0.25'
    """
    return f"{value:.2f}".replace("-", "−")
