"""Answer length against reward: whether a policy is taught to say more, or less."""

from __future__ import annotations

from math import isnan

import numpy as np
from numpy.typing import NDArray

from graders.pages import svg
from graders.pages.formatting import count, figure
from graders.pages.html import Markup, element, together
from graders.pages.page_blocks import PageSection, figures, lead, note
from graders.report.facts import Facts

LEVELS = 10
"""Steps of the reward in the heat map."""


def length(facts: Facts) -> PageSection | None:
    """The whole section; None where no scored row has an answer."""
    said, rows = facts.diagnostics.answer_length, ~np.isnan(facts.scored.lengths) & ~np.isnan(facts.scored.rewards)
    if said is None or not rows.any():
        return None
    lengths = facts.scored.lengths[rows]
    numbers = {
        "correlation over all rows": _correlation(said.correlation),
        "correlation within groups": _correlation(said.within_groups),
        "mean length": f"{said.mean:,.1f}",
        "median, longest": f"{np.median(lengths):,.0f}, {count(int(lengths.max()))}",
    }
    picture = _picture(lengths.astype(np.int64), facts.scored.rewards[rows])
    content = together(
        lead(_sentence(said.within_groups if facts.has_groups else said.correlation)),
        element("div", element("figure", picture), figures(numbers.items()), class_="split"),
        note(
            "Each column holds answers of similar length, twice as long from one column to the next; the shade shows "
            "how rewards are distributed, and the line is the mean reward."
        ),
    )
    return PageSection("length", "Length", "Answer length and reward", content)


def _sentence(correlation: float) -> str:
    if isnan(correlation) or abs(correlation) < 0.1:
        return "Length hardly affects the reward."
    way = "Longer" if correlation > 0 else "Shorter"
    strength = "much " if abs(correlation) > 0.5 else "somewhat " if abs(correlation) < 0.3 else ""
    return f"{way} answers are paid {strength}more."


def _correlation(value: float) -> str:
    return figure(value, "+.3f").replace("-", "−")


def _picture(lengths: NDArray[np.int64], rewards: NDArray[np.float64]) -> Markup:
    """Columns by powers of two: 0, 1, 2 to 3, 4 to 7, and so on."""
    columns = np.frexp(lengths.astype(np.float64))[1]
    first, last = int(columns.min()), int(columns.max())
    columns = columns - first
    levels = np.minimum((rewards * LEVELS).astype(np.int64), LEVELS - 1)
    size = last - first + 1
    cells = np.bincount(columns * LEVELS + levels, minlength=size * LEVELS).reshape(size, LEVELS)
    rows = np.bincount(columns, minlength=size)
    sums = np.bincount(columns, rewards, minlength=size)
    means = np.divide(sums, rows, out=np.full(size, np.nan), where=rows > 0)
    names = [_name(power) for power in range(first, last + 1)]
    said = "; ".join(
        f"{name} characters: mean {mean:.2f} over {count(int(number))} rows"
        for name, mean, number in zip(names, means, rows, strict=True)
        if number
    )
    return svg.heat_map(cells, means, names, "Reward by length of the answer", f"{said}.")


def _name(power: int) -> str:
    """The lengths of one column: those below this power of two and not below the one before.

    >>> [_name(power) for power in (0, 1, 2, 3)]
    ['0', '1', '2–3', '4–7']
    """
    low, high = 2**power // 2, 2**power - 1
    return count(low) if low >= high else f"{_short(low)}–{_short(high)}"


def _short(length: int) -> str:
    return str(length) if length < 1000 else f"{length / 1000:.0f}k" if length < 1_000_000 else f"{length / 1e6:.0f}M"
