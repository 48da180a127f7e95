"""Groups: how many give a gradient, and which component makes the differences that a trainer learns from."""

from __future__ import annotations

from math import isnan

import numpy as np

from graders.figures.diagnostics import ComponentFigures, GroupFigures
from graders.pages import svg
from graders.pages.formatting import count, counted, percent
from graders.pages.html import Child, Markup, element, together
from graders.pages.page_blocks import Cell, PageSection, component, lead, legend, note, table
from graders.report.facts import Facts


def groups(facts: Facts) -> PageSection | None:
    """The whole section; None where no prompt has several completions."""
    said = facts.diagnostics.groups
    if said is None or not facts.has_groups:
        return None
    content = together(
        lead(
            f"{count(said.zero_variance)} of {counted(said.count, 'group')} have zero variance: all their rewards are "
            "equal, so every advantage is 0 and they give no gradient."
        ),
        _kinds(said, _alone(facts)),
        _others(said),
        _shares(facts),
    )
    return PageSection("groups", "Groups", "Groups", content)


def _kinds(said: GroupFigures, alone: int) -> Markup:
    """The groups by kind, as one bar and its legend.

    Args:
        said: The counts.
        alone: How many have fewer than two scored rows.
    """
    kinds = [
        ("fill", "rewards differ", said.count - said.zero_variance - alone),
        ("right", "all right", said.all_right),
        ("warn", "all wrong", said.all_wrong),
        ("ghost", "tied otherwise", said.tied),
        ("quiet", "fewer than two scored rows", alone),
    ]
    there = [(tone, name, number) for tone, name, number in kinds if number]
    bar = svg.stacked([(number / said.count, tone) for tone, _, number in there])
    said_of = [
        (tone, together(element("b", count(number)), f" {name}, {percent(number / said.count)}"))
        for tone, name, number in there
    ]
    return element("div", bar, legend(said_of), class_="whole")


def _alone(facts: Facts) -> int:
    """How many groups have fewer than two scored rows: nothing to compare."""
    groups = facts.scored.groups
    scored = np.bincount(groups[~np.isnan(facts.scored.rewards)], minlength=int(groups.max()) + 1)
    return int((scored[np.unique(groups)] < 2).sum())


def _others(said: GroupFigures) -> Markup | None:
    parts = []
    if said.format_decides:
        parts.append(f"In {counted(said.format_decides, 'group')} every answer is wrong and the format alone decides.")
    if said.unscored:
        parts.append(f"{counted(said.unscored, 'group has', 'groups have')} a row without a reward.")
    return note(" ".join(parts)) if parts else None


def _shares(facts: Facts) -> Markup | None:
    """The share of the variance within groups, beside the weight."""
    shares = {name: one for name, one in facts.diagnostics.components.items() if not isnan(one.variance_share)}
    if not shares:
        return None
    columns = {"component": "", "weight": "number", "share": "number", "": "bar"}
    return together(
        element("h3", "What makes the differences"),
        table("Share of the variance within groups, beside the weight", columns, map(_share_row, shares.items())),
        legend([("ghost", "weight"), ("fill", "share of the variance within groups")]),
        note(
            "A trainer divides by the spread of each group, so a component counts by its share of the variance within "
            "groups, not by its weight. A component that works against the others has a negative share."
        ),
    )


def _share_row(item: tuple[str, ComponentFigures]) -> list[Child | Cell]:
    name, one = item
    share, bars = one.variance_share, svg.twin_bars(one.weight, one.variance_share)
    return [component(name), Cell(f"{one.weight:.4g}", one.weight), Cell(f"{share:.3f}", share), Cell(bars, share)]
