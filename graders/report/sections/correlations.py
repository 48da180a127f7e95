"""Correlation of components: which say the same, and which work against each other."""

from __future__ import annotations

from collections.abc import Sequence

from graders.pages.formatting import DASH
from graders.pages.html import Child, Markup, element, together
from graders.pages.page_blocks import Cell, PageSection, component, lead, note, table
from graders.report.facts import Facts

STEPS = 5
"""Shades of a cell, for each sign."""


def correlations(facts: Facts) -> PageSection | None:
    """The whole section; None with fewer than two components that vary."""
    pairs = facts.diagnostics.correlations
    if not pairs:
        return None
    names = [name for name in facts.diagnostics.components if any(name in pair.split("~") for pair in pairs)]
    strongest = max(pairs, key=lambda pair: abs(pairs[pair]))
    one, other = strongest.split("~")
    value = element("b", _number(pairs[strongest]))
    said = lead("The strongest correlation is ", value, " between ", component(one), " and ", component(other), ".")
    content = together(said, _matrix(names, pairs), note("Over scored rows; constant components are left out."))
    return PageSection("correlations", "Correlation", "Correlation of components", content)


def _matrix(names: Sequence[str], pairs: dict[str, float]) -> Markup:
    rows = (_row(one, names, pairs) for one in names)
    columns = {"component": ""} | dict.fromkeys(names, "name")
    return table("Correlation of each two components", columns, rows, kind="matrix")


def _row(one: str, names: Sequence[str], pairs: dict[str, float]) -> list[Child | Cell]:
    return [component(one), *(_cell(one, other, pairs) for other in names)]


def _cell(one: str, other: str, pairs: dict[str, float]) -> Cell:
    if one == other:
        return Cell("1", tone="self")
    value = pairs.get(f"{one}~{other}", pairs.get(f"{other}~{one}"))
    if value is None:
        return Cell(DASH)
    return Cell(_number(value), tone=f"{'plus' if value > 0 else 'minus'}-{round(abs(value) * STEPS)}")


def _number(value: float) -> str:
    """With a true minus sign.

    >>> _number(-0.25)
    '−0.25'
    """
    return f"{value:.2f}".replace("-", "−")
