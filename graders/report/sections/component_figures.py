"""What the reward is made of: each component's figures, its part of the mean reward, and its histogram.

And how components go together: which say the same, and which work against each other.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from graders.figures.diagnostics import ComponentFigures, Diagnostics
from graders.pages import svg
from graders.pages.formatting import DASH, figure, percent
from graders.pages.html import Child, Markup, element, together
from graders.pages.page_blocks import Cell, PageSection, component, figures, lead, note, table
from graders.report.facts import Facts

STEPS = 5
"""Shades of a correlation, for each sign."""


def components(facts: Facts) -> PageSection | None:
    """The figures of each; None where no row was scored."""
    if not len(facts.scored):
        return None
    said, scores = facts.diagnostics, facts.scored.scores
    content = together(
        lead("The mean reward is ", element("b", figure(said.mean)), ". ", _largest(facts)),
        _table(facts),
        note("The bar is the component's share of the mean reward, on a track as long as its weight.")
        if facts.reward.weights
        else note("The weights are unknown, so shares of the mean reward are not shown."),
        element("h3", "How scores are spread"),
        element(
            "div",
            _histogram("reward", facts.scored.rewards, said),
            [_histogram(name, one.values, said.components[name]) for name, one in scores.items()],
            class_="plots",
        ),
    )
    return PageSection("components", "Components", "Reward and components", content)


def _largest(facts: Facts) -> str | None:
    weights = facts.reward.weights
    if not weights or np.isnan(facts.diagnostics.mean):
        return None
    parts = {
        name: weights[name] * one.mean for name, one in facts.diagnostics.components.items() if not np.isnan(one.mean)
    }
    if not parts:
        return None
    name = max(parts, key=lambda name: parts[name])
    return f"The largest part of it, {figure(parts[name])}, comes from {name}."


def _table(facts: Facts) -> Markup:
    weights = facts.reward.weights
    columns = {"component": ""} | ({"weight": "number", "part": "number", "": "bar"} if weights else {})
    columns |= {"mean": "number", "std": "number", "at 1": "number", "unscored": "number"}
    rows = [_row(name, one, with_weight=bool(weights)) for name, one in facts.diagnostics.components.items()]
    return table("Figures of each component over all rows", columns, rows)


def _row(name: str, one: ComponentFigures, *, with_weight: bool) -> list[Child | Cell]:
    part = one.weight * one.mean
    weighted: list[tuple[Child, float]] = [
        (f"{one.weight:.4g}", one.weight),
        (figure(part), part),
        (svg.bar(0.0 if np.isnan(part) else part, of=one.weight), part),
    ]
    others: list[tuple[Child, float]] = [
        *((figure(value), value) for value in (one.mean, one.std)),
        *((percent(share), share) for share in (one.saturated, one.unscored)),
    ]
    shown = [*weighted, *others] if with_weight else others
    return [component(name), *(Cell(said, _key(value)) for said, value in shown)]


def _key(value: float) -> float:
    """What a value is sorted by: those that there are not come first."""
    return -1.0 if np.isnan(value) else value


def _histogram(name: str, values: NDArray[np.float64], one: ComponentFigures | Diagnostics) -> Markup:
    said = [("mean", figure(one.mean)), ("at 1", percent(one.saturated)), ("unscored", percent(one.unscored))]
    caption = element("figcaption", component(name), figures(said, "facts small"))
    return element("figure", caption, svg.histogram(values, f"Histogram of {name}"))


def correlations(facts: Facts) -> PageSection | None:
    """The correlation of each two; None with fewer than two components that vary."""
    pairs = facts.diagnostics.correlations
    if not pairs:
        return None
    names = [name for name in facts.diagnostics.components if any(name in pair.split("~") for pair in pairs)]
    strongest = max(pairs, key=lambda pair: abs(pairs[pair]))
    one, other = strongest.split("~")
    value = element("b", _with_sign(pairs[strongest]))
    said = lead("The strongest correlation is ", value, " between ", component(one), " and ", component(other), ".")
    content = together(said, _matrix(names, pairs), note("Over scored rows; constant components are left out."))
    return PageSection("correlations", "Correlation", "Correlation of components", content)


def _matrix(names: Sequence[str], pairs: dict[str, float]) -> Markup:
    rows = (_correlations_row(one, names, pairs) for one in names)
    columns = {"component": ""} | dict.fromkeys(names, "name")
    return table("Correlation of each two components", columns, rows, kind="matrix")


def _correlations_row(one: str, names: Sequence[str], pairs: dict[str, float]) -> list[Child | Cell]:
    return [component(one), *(_cell(one, other, pairs) for other in names)]


def _cell(one: str, other: str, pairs: dict[str, float]) -> Cell:
    if one == other:
        return Cell("1", tone="self")
    value = pairs.get(f"{one}~{other}", pairs.get(f"{other}~{one}"))
    if value is None:
        return Cell(DASH)
    return Cell(_with_sign(value), tone=f"{'plus' if value > 0 else 'minus'}-{round(abs(value) * STEPS)}")


def _with_sign(value: float) -> str:
    """With a true minus sign.

    >>> _with_sign(-0.25)
    '−0.25'
    """
    return f"{value:.2f}".replace("-", "−")
