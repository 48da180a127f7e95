"""Plots over the steps of a run as inline SVG: a curve with its spread, and shares stacked.

A plot has `BUCKETS` places from left to right. Where a run has more steps, each place stands for several: the line is
their mean, the band around it reaches from the least to the greatest, so that no peak is lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from graders.pages.formatting import count, counted
from graders.pages.html import Markup, element
from graders.pages.svg import plot

Curve = NDArray[np.float64]

BUCKETS = 140
"""Places of a plot, each two units wide."""

_LEFT, _TOP, _WIDE, _TALL = 34, 8, 280, 120


class StepAxis:
    """The steps that all plots of a run share.

    Attributes:
        steps: The steps, ascending, shape (s,), at least one.
        marks: Steps at which plots have an upright line.
    """

    def __init__(self, steps: NDArray[np.int64], marks: Sequence[int] = ()) -> None:
        self.steps, self.marks = steps, marks
        self._first, self._span = int(steps[0]), max(1, int(steps[-1] - steps[0]))
        self._starts = np.unique(np.linspace(0, len(steps), min(BUCKETS, len(steps)), endpoint=False).astype(np.intp))
        self._x = [self.place(float(step)) for step in self.means(steps.astype(np.float64))]

    @property
    def said(self) -> str:
        """What stands for what, in a sentence."""
        each = -(-len(self.steps) // max(1, len(self._starts)))
        if each <= 1:
            return "Each point is a step."
        return (
            f"{count(len(self.steps))} recorded steps in {len(self._starts)} places of up to {counted(each, 'step')}: "
            "the line is their mean, the band reaches from the least to the greatest."
        )

    def place(self, step: float) -> float:
        """Where a step stands, from left to right."""
        return _LEFT + _WIDE * (step - self._first) / self._span

    def means(self, curve: Curve) -> Curve:
        """The mean of each place; NaN where it has no value."""
        known = ~np.isnan(curve)
        total = np.add.reduceat(np.where(known, curve, 0.0), self._starts)
        counts = np.add.reduceat(known.astype(np.float64), self._starts)
        means: Curve = np.divide(total, counts, out=np.full(len(total), np.nan), where=counts > 0)
        return means

    def line(self, curve: Curve, title: str, top: float = 1.0) -> Markup:
        """A curve with its spread.

        Args:
            curve: A value a step, NaN where there is none.
            title: What it is, for those who don't see it.
            top: The greatest value that has room.
        """
        means, least, most = self.means(curve), *(one.reduceat(curve, self._starts) for one in (np.fmin, np.fmax))
        spans = [
            run for run in np.split(np.arange(len(means)), _breaks(np.isnan(means))) if not np.isnan(means[run[0]])
        ]
        bands = [self._area(run, least, most, top) for run in spans]
        lines = [self._points(run, means, top) for run in spans]
        return self._plot(
            title,
            _described(curve, means),
            top,
            [element("path", class_="band", d=" ".join(bands))] if len(self.steps) > len(means) else [],
            [element("path", class_="curve", d="M" + "L".join(line)) for line in lines if line],
        )

    def layers(self, parts: Sequence[tuple[Curve, str]], title: str, description: str) -> Markup:
        """Shares stacked from below.

        Args:
            parts: The share of each and the class of its colour; at each step they sum to 1, or to 0.
            title: What they are.
            description: What is to be seen, for those who don't see it.
        """
        below, drawn = np.zeros(len(self._x)), []
        run = np.arange(len(self._x))
        for share, tone in parts:
            above = below + np.nan_to_num(self.means(share))
            drawn.append(element("path", class_=f"layer {tone}", d=self._area(run, below, above, 1.0)))
            below = above
        return self._plot(title, description, 1.0, drawn)

    def _area(self, run: NDArray[np.intp], below: Curve, above: Curve, top: float) -> str:
        edge = self._points(run, above, top) + self._points(run[::-1], below, top)
        return "M" + "L".join(edge) + "Z" if edge else ""

    def _points(self, run: NDArray[np.intp], values: Curve, top: float) -> list[str]:
        """Points of a path; one alone gets a length, since nothing else is seen of it."""
        points = [f"{self._x[k]:.1f},{_height(values[k], top):.1f}" for k in run.tolist()]
        return points if len(points) > 1 else [f"{self._x[run[0]] - 1:.1f},{points[0].partition(',')[2]}", *points]

    def _plot(self, title: str, description: str, top: float, *drawn: list[Markup]) -> Markup:
        return plot(
            title, description, _LEFT + _WIDE + 8, _TOP + _TALL + 24, *self._axes(top), *drawn, [*self._marks()]
        )

    def _axes(self, top: float) -> Iterator[Markup]:
        for share in (0.0, 0.5, 1.0):
            y = _height(share, 1.0)
            yield element("line", class_="axis", x1=_LEFT, x2=_LEFT + _WIDE, y1=y, y2=y)
            yield _label(_LEFT - 5, y + 4, f"{share * top:.3g}", "end")
        last = self._first + self._span
        for step, anchor in ((self._first, "start"), ((self._first + last) // 2, "middle"), (last, "end")):
            yield _label(self.place(step), _TOP + _TALL + 17, count(step), anchor)

    def _marks(self) -> Iterator[Markup]:
        for step in self.marks:
            x = self.place(step)
            said = element("title", f"alarm at step {count(step)}")
            yield element("line", said, class_="mark", x1=x, x2=x, y1=_TOP, y2=_TOP + _TALL)


def _described(curve: Curve, means: Curve) -> str:
    known = means[~np.isnan(means)]
    if not len(known):
        return "It has no value yet."
    return f"From {known[0]:.3g} to {known[-1]:.3g}, between {np.nanmin(curve):.3g} and {np.nanmax(curve):.3g}."


def _breaks(missing: NDArray[np.bool_]) -> NDArray[np.intp]:
    return np.flatnonzero(np.diff(missing)) + 1


def _height(value: float, top: float) -> float:
    return _TOP + _TALL * (1 - min(1.0, max(0.0, float(value) / top)))


def _label(x: float, y: float, said: str, anchor: str) -> Markup:
    return element("text", said, class_="label", x=x, y=y, text_anchor=anchor)
