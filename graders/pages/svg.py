"""Plots as inline SVG: histogram, heat map, bars. Colours are classes, which the page's style sheet knows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from graders.pages.formatting import count, percent
from graders.pages.html import Child, Markup, element

BINS = 20
"""Bars of a histogram of scores."""

_WIDTH, _HEIGHT, _TOP, _SIDE = 320, 120, 16, 6
_SMALLEST = 1.5
"""A bar that stands for anything at all is so high, so that it is seen."""


def histogram(values: NDArray[np.float64], title: str) -> Markup:
    """How often which score is given, from 0 to 1, NaN left out.

    Args:
        values: Scores in [0, 1].
        title: What they are, for those who don't see it.
    """
    counts = np.histogram(values[~np.isnan(values)], bins=BINS, range=(0, 1))[0]
    highest, total = max(1, int(counts.max())), int(counts.sum())
    step, tall = (_WIDTH - 2 * _SIDE) / BINS, _HEIGHT - _TOP
    heights = [max(_SMALLEST, tall * rows / highest) for rows in counts.tolist()]
    bars = [_histogram_bar(k, int(rows), total, step, heights[k]) for k, rows in enumerate(counts) if rows]
    at_zero, at_one = int((values == 0).sum()), int((values == 1).sum())
    description = f"{count(total)} scored rows: {count(at_zero)} at 0, {count(at_one)} at 1, the rest between."
    highest_of_all = _label(_SIDE, 10, f"{count(highest)} rows", "start")
    return plot(title, description, _WIDTH, _HEIGHT + 22, _score_axis(), bars, highest_of_all)


def _histogram_bar(number: int, rows: int, total: int, step: float, height: float) -> Markup:
    said = f"{number / BINS:g} to {(number + 1) / BINS:g}: {count(rows)} rows, {percent(rows / total)}"
    box = {"x": _SIDE + number * step + 1, "y": _HEIGHT - height, "width": step - 2, "height": height}
    return element("rect", element("title", said), class_="bar", **box, rx=min(2.0, height / 2))


def _score_axis() -> list[Markup]:
    marks = {0.0: "start", 0.25: "middle", 0.5: "middle", 0.75: "middle", 1.0: "end"}
    wide = _WIDTH - 2 * _SIDE
    labels = [_label(_SIDE + share * wide, _HEIGHT + 16, f"{share:g}", anchor) for share, anchor in marks.items()]
    return [element("line", class_="axis", x1=_SIDE, x2=_WIDTH - _SIDE, y1=_HEIGHT + 0.5, y2=_HEIGHT + 0.5), *labels]


def bar(share: float, *, of: float = 1.0, tone: str = "fill") -> Markup:
    """A bar within a cell of a table, beside the number that says the same.

    Args:
        share: How long it is, from 0 to 1.
        of: How long its track is.
        tone: The class of its colour.
    """
    track = element("rect", class_="track", width=100 * of, height=8)
    long = 100 * min(1.0, max(0.0, share))
    drawn = element("rect", class_=tone, width=max(long, 0.6), height=8) if long > 0 else None
    return _strip("cell-bar", track, drawn)


def twin_bars(upper: float, lower: float) -> Markup:
    """Two bars of one scale within a cell, one above the other."""
    lengths = [100 * min(1.0, max(0.0, share)) for share in (upper, lower)]
    drawn = [
        element("rect", class_=tone, y=y, width=max(long, 0.6), height=3.4)
        for long, tone, y in zip(lengths, ("ghost", "fill"), (0, 4.6), strict=True)
    ]
    return _strip("cell-bar", drawn)


def stacked(parts: Sequence[tuple[float, str]]) -> Markup:
    """One whole bar of parts.

    Args:
        parts: The share and the class of the colour of each; shares are above 0 and sum to 1.
    """
    drawn, start = [], 0.0
    for share, tone in parts:
        gap = 0.3 if start else 0.0
        drawn.append(element("rect", class_=tone, x=100 * start + gap, width=max(100 * share - gap, 0.3), height=8))
        start += share
    return _strip("stacked-bar", drawn)


def _strip(class_: str, *drawn: Child) -> Markup:
    """What is only drawn: the numbers stand beside it as text."""
    return element("svg", *drawn, class_=class_, viewBox="0 0 100 8", preserveAspectRatio="none", aria_hidden="true")


def heat_map(
    counts: NDArray[np.int64], means: NDArray[np.float64], names: Sequence[str], title: str, description: str
) -> Markup:
    """Columns of cells, each column shaded by its own shares, with a line through the columns' means.

    Args:
        counts: Rows in each cell, shape (columns, levels); level 0 is the lowest part of [0, 1].
        means: The mean of each column, in [0, 1]; NaN where it has no rows.
        names: The name of each column.
        title: What is drawn.
        description: What it shows, for those who don't see it.
    """
    wide, tall, left, top = 480.0, 190.0, 34.0, 8.0
    step = (wide - left) / len(names), tall / counts.shape[1]
    corner = left, top + tall
    centres = [
        (left + (column + 0.5) * step[0], top + tall * (1 - float(mean)))
        for column, mean in enumerate(means)
        if not np.isnan(mean)
    ]
    return plot(
        title,
        description,
        int(wide),
        int(top + tall) + 40,
        [*_cells(counts, names, corner, step)],
        element("polyline", class_="mean-line", points=" ".join(f"{x:.1f},{y:.1f}" for x, y in centres)),
        [element("circle", class_="mean-dot", cx=x, cy=y, r=3.5) for x, y in centres],
        [_label(left - 6, top + tall * (1 - share) + 4, f"{share:g}", "end") for share in (0, 0.5, 1)],
        [*_column_names(names, left, step[0], top + tall + 16)],
        _label((wide + left) / 2, top + tall + 34, "characters of the answer", "middle"),
    )


def _cells(
    counts: NDArray[np.int64], names: Sequence[str], corner: tuple[float, float], step: tuple[float, float]
) -> Iterator[Markup]:
    for column, rows in enumerate(counts):
        total = int(rows.sum())
        for level in np.flatnonzero(rows).tolist():
            share = int(rows[level]) / total
            rewards = f"reward {level / len(rows):g} to {(level + 1) / len(rows):g}"
            said = f"{names[column]} characters, {rewards}: {count(int(rows[level]))} of {count(total)} rows"
            place = {"x": corner[0] + column * step[0] + 0.75, "y": corner[1] - (level + 1) * step[1] + 0.75}
            size = {"width": step[0] - 1.5, "height": step[1] - 1.5, "rx": 2}
            opacity = 0.08 + 0.92 * share
            yield element("rect", element("title", said), class_="cell", **place, **size, fill_opacity=opacity)


def _column_names(names: Sequence[str], left: float, step: float, y: float) -> Iterator[Markup]:
    """As many names as have room."""
    every = max(1, round(52 / step))
    for column in range(0, len(names), every):
        yield _label(left + (column + 0.5) * step, y, names[column], "middle")


def _label(x: float, y: float, said: str, anchor: str) -> Markup:
    return element("text", said, class_="label", x=x, y=y, text_anchor=anchor)


def plot(title: str, description: str, width: int, height: int, *drawn: Child) -> Markup:
    """A drawing of its own, with a title and a description for those who don't see it."""
    said = element("title", title), element("desc", description)
    return element("svg", said, *drawn, class_="plot", role="img", viewBox=f"0 0 {width} {height}")
